"""`grapevine key`: an API key for a deployed stack. It is shown once; the tables keep its hash alone."""

import argparse
import secrets
import sys
from datetime import UTC, datetime

from local.stack import NoStack, use_stack

REFUSALS = (NoStack,)
PREFIXES = {"shop": "sk_", "staff": "ak_"}


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser("key", help="make an API key for a deployed stack, or take one back")
    parser.add_argument("scope", choices=PREFIXES, help="for the shop's server, or for staff")
    parser.add_argument("--stack", default="grapevine", help="name of the stack (default: %(default)s)")
    parser.add_argument("--revoke", metavar="KEY", help="close this key; those who were let in stay in for up to five minutes")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    from shared.store import access, engine  # a command that needs no tables should not wait for them

    use_stack(arguments.stack)
    engine.open_tables()
    if arguments.revoke:
        access.drop_key(arguments.revoke)
        print("closed", file=sys.stderr)
        return 0
    key = PREFIXES[arguments.scope] + secrets.token_urlsafe(24)
    access.put_key(key, arguments.scope, datetime.now(UTC))
    print(key)
    return 0
