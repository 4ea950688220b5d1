"""`grapevine key`: an API key for a deployed stack, the first of which cannot be had over HTTP. The tables keep its hash alone."""

import argparse
from datetime import UTC, datetime

from local.cli.stack import NoStack, use_stack

REFUSALS = (NoStack,)
SCOPES = ("shop", "staff", "read")


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "key", help="make an API key for a deployed stack; it is shown once"
    )
    parser.add_argument(
        "scope", choices=SCOPES, help="for the shop's server, for staff, or only to read"
    )
    parser.add_argument(
        "--stack", default="grapevine", help="name of the stack (default: %(default)s)"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    from shared.api.access import new_key  # a command that needs no tables should not wait for them
    from shared.store import engine
    from shared.store.programs import api_keys

    use_stack(arguments.stack)
    engine.open_tables()
    key = new_key(arguments.scope)
    api_keys.add_key(key, arguments.scope, datetime.now(UTC))
    print(key)
    return 0
