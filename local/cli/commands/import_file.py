"""`grapevine import`: imports a file with a shop's past into a running system (specification:
imports).
"""

import argparse
import sys
from pathlib import Path

from local.cli.import_calls import ImportCalls, ImportStopped
from local.cli.import_run import Bookmark, ProgressLine, fingerprint_of, import_rows
from local.cli.input_files import UnreadableFile
from local.cli.system_access import NoKey, declare_access, require_key
from local.cli.table_file import TableFile
from shared.imports.sequence import KINDS, ORDERS
from shared.imports.tables import without_advocate
from shared.tables.formats import find_format
from shared.tables.text import UnreadableTable

HELP = "import members, past orders or balances from a file into a running system"
REFUSALS = (UnreadableFile, ImportStopped, NoKey)


def declare(parser: argparse.ArgumentParser) -> None:
    declare_access(parser, "shop or staff")
    parser.add_argument(
        "--currency", metavar="CODE", help="currency of amounts for which the file names none"
    )
    parser.add_argument(
        "--rewards",
        action="store_true",
        help=("let past orders earn rewards (default: they only count)"),
    )
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("file", type=Path, metavar="FILE")


def execute(arguments: argparse.Namespace) -> int:
    """Prints refused lines on standard error. Returns 1 if there are any, otherwise 0."""
    key = require_key(arguments)
    if arguments.rewards and arguments.kind != ORDERS:
        raise ImportStopped("--rewards works only with orders")
    file = TableFile(arguments.file, arguments.currency)
    try:
        table = find_format(arguments.kind, file.columns())
    except UnreadableTable as fault:
        raise file.unreadable(1, str(fault)) from None
    print(f"reading {arguments.file} as {table.name}", file=sys.stderr)
    what = (arguments.url, arguments.kind, arguments.currency or "", str(arguments.rewards))
    counts = import_rows(
        map(without_advocate, file.rows(table)),
        ImportCalls(arguments.url, key, arguments.kind, arguments.rewards),
        Bookmark(
            arguments.file.with_name(f"{arguments.file.name}.{arguments.kind}.import"),
            fingerprint_of(arguments.file, *what),
        ),
        lambda number, reason: print(f"\rline {number}: {reason}", file=sys.stderr),
        ProgressLine(sys.stderr).show,
    )
    told = ", ".join(f"{counts[name]} {name}" for name in ("changed", "unchanged", "refused"))
    passed = f", {counts['passed']} done before" if counts["passed"] else ""
    print(file=sys.stderr)
    print(f"{counts['read']} rows: {told}{passed}")
    return 1 if counts["refused"] else 0
