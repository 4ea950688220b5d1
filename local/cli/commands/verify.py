"""`grapevine verify`: everything recomputed from facts and entries; 0 differences is the only good answer."""

import argparse
import sys
from pathlib import Path

from local.cli.commands.run import TEMPLATE
from local.cli.stack import NoStack
from local.cli.verify import CannotLook, verify, verify_stack
from local.cloud.template import read_template

REFUSALS = (CannotLook, NoStack)


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "verify", help="recompute everything; exit 1 where anything differs, 2 where it cannot look"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="of the system, running or stopped (default: %(default)s)",
    )
    parser.add_argument(
        "--dynamodb",
        metavar="URL",
        help="the engine that a stopped system used, where that is not its own",
    )
    parser.add_argument(
        "--stack",
        metavar="NAME",
        help="a deployed stack, with your own AWS credentials, in place of a folder",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    if arguments.stack:
        return verify_stack(arguments.stack, sys.stdout)
    return verify(arguments.data.resolve(), read_template(TEMPLATE), arguments.dynamodb, sys.stdout)
