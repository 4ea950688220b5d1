"""Files of JSON values, one on each line, with checksums that show damage.

Three numbers of eight hexadecimal digits stand before the JSON: the length of the JSON, the CRC-32
of the JSON, and the CRC-32 of the first two numbers. So a reader can tell an unfinished line (the
file ends inside it) from a damaged one.
"""

import json
from binascii import crc32
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

_LENGTH_AND_CHECK = 18
_HEAD = 27


class LineCut(Exception):
    """The file ends inside the line that begins at byte `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the line at byte {offset} is cut off")
        self.offset = offset


class LineDamaged(Exception):
    """The checksum of the line that begins at byte `offset` does not match."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the line at byte {offset} is not what was written")
        self.offset = offset


def encode_line(value: object) -> bytes:
    body = json.dumps(value, separators=(",", ":")).encode() + b"\n"
    head = b"%08x %08x " % (len(body), crc32(body))
    return b"%b%08x %b" % (head, crc32(head), body)


def read_lines(path: Path) -> Iterator[Any]:
    """Yields the value of each line.

    At a line that is cut or damaged, raises LineCut or LineDamaged; the values of the lines before
    it have been yielded then.
    """
    offset = 0
    with path.open("rb") as file:
        while head := file.read(_HEAD):
            body = _read_body(file, head, offset)
            yield json.loads(body)
            offset += len(head) + len(body)


def _read_body(file: IO[bytes], head: bytes, offset: int) -> bytes:
    if len(head) < _HEAD:
        raise LineCut(offset)
    length_and_check = head[:_LENGTH_AND_CHECK]
    if head[_LENGTH_AND_CHECK:] != b"%08x " % crc32(length_and_check):
        raise LineDamaged(offset)
    length, check = (int(digits, 16) for digits in length_and_check.split())
    body = file.read(length)
    if len(body) < length:
        raise LineCut(offset)
    if crc32(body) != check:
        raise LineDamaged(offset)
    return body
