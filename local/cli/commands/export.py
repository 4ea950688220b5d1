"""`grapevine export`: downloads a file of any size from a running system. The system hands it out in
parts; the file appears when it is whole (specification: files).
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from local.cli.file_parts import DownloadStopped, FileParts
from local.cli.system_access import NoKey, declare_access, require_key

HELP = "download the journal, or everything about one member, as one file"
REFUSALS = (DownloadStopped, NoKey)
FORMATS = ("csv", "beancount", "datev")


def declare(parser: argparse.ArgumentParser) -> None:
    declare_access(parser, "staff")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="file to write")
    parser.add_argument("--from", dest="since", default="", metavar="DAY", help="of the journal")
    parser.add_argument("--until", default="", metavar="DAY", help="of the journal; not included")
    parser.add_argument(
        "--format", choices=FORMATS, default="csv", help="of the journal (default: %(default)s)"
    )
    parser.add_argument("what", choices=("journal", "member"), metavar="WHAT", help="or: member")
    parser.add_argument("member", nargs="?", metavar="ID", help="id of the member")


def execute(arguments: argparse.Namespace) -> int:
    key = require_key(arguments)
    if (arguments.what == "member") != bool(arguments.member):
        raise DownloadStopped("write: journal, or: member ID")
    parts = FileParts(arguments.url, key)
    path = _path(arguments)
    _write(arguments.out, parts.of_items(path) if arguments.member else parts.of_text(path))
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")
    return 0


def _path(arguments: argparse.Namespace) -> str:
    if arguments.member:
        return f"/v1/members/{quote(arguments.member, safe='')}/export"
    bounds = {"from": arguments.since, "until": arguments.until}
    query = {name: day for name, day in bounds.items() if day}
    return f"/v1/journal?{urlencode({**query, 'format': arguments.format, 'parts': 'true'})}"


def _write(file: Path, parts: Iterator[bytes]) -> None:
    """Writes beside the file and renames at the end, so that a file is whole or not there."""
    unfinished = file.with_name(f"{file.name}.part")
    with unfinished.open("wb") as out:
        for number, part in enumerate(parts, 1):
            out.write(part)
            print(f"\rpart {number}", end="", file=sys.stderr)
    print(file=sys.stderr)
    unfinished.replace(file)
