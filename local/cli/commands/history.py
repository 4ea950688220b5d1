"""`grapevine history`: converts a shop's CSV export into the lines of a history (specification:
history).
"""

import argparse
import json
import sys
from pathlib import Path

from local.cli.input_files import UnreadableFile
from local.cli.order_export import read_export

HELP = "turn an export of orders or members into a history for backtests"
REFUSALS = (UnreadableFile,)


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("orders", type=Path, metavar="ORDERS.csv")
    parser.add_argument(
        "--advocates",
        type=Path,
        metavar="FILE",
        help="CSV of members and their codes: id, code, email",
    )
    parser.add_argument(
        "--currency", metavar="CODE", help="currency of amounts for which the file names none"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Writes the history to standard output; nothing if a file cannot be read."""
    for event in read_export(arguments.orders, arguments.advocates, arguments.currency):
        sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    return 0
