"""`grapevine console`: a link into the console of a running system, as it would be mailed to its owner."""

import argparse
import sys
from pathlib import Path

from local.cli.console import CannotEnter, sign_in_link

REFUSALS = (CannotEnter,)


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "console", help="print a link that signs you in to the console of a running system, once"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(".grapevine"),
        help="of the running system (default: %(default)s)",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    print(sign_in_link(arguments.data.resolve()), file=sys.stdout)
    return 0
