"""`grapevine history`: an order export as the lines of a history."""

import argparse
import sys
from pathlib import Path

from local.cli.history import write_lines


def declare(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "history",
        help="turn an order export (Shopify's, or a generic one) into a history for backtest",
    )
    parser.add_argument("orders", type=Path, metavar="ORDERS.csv")
    parser.add_argument(
        "--advocates",
        type=Path,
        metavar="FILE",
        help="CSV of members and their codes: id, code, email",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    return write_lines(arguments.orders, arguments.advocates, sys.stdout)
