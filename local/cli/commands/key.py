"""`grapevine key`: makes an API key for a deployed stack.

The first key of a stack cannot be made over HTTP, because that needs a key. The tables keep only a
hash of a key.
"""

import argparse
from datetime import UTC, datetime

from local.operations.deployed_stack import NoStack
from local.operations.live_tables import use_stack

HELP = "create an API key for a deployed stack; it is shown once"
REFUSALS = (NoStack,)
SCOPES = ("shop", "staff", "read")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scope",
        choices=SCOPES,
        help=("shop for the shop's server, staff for staff, read for read-only"),
    )
    parser.add_argument(
        "--stack", default="grapevine", help="name of the stack (default: %(default)s)"
    )


def execute(arguments: argparse.Namespace) -> int:
    # Imported late: they are slow, and other commands should not wait for them.
    from shared.api.access import new_key
    from shared.store import engine
    from shared.store.programs import api_keys

    use_stack(arguments.stack)
    engine.open_tables()
    key = new_key(arguments.scope)
    api_keys.add_key(key, arguments.scope, datetime.now(UTC))
    print(key)
    return 0
