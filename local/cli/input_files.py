"""Files that commands read, and what is wrong with those that cannot be used."""

import json
from pathlib import Path

from shared.domain.document import InvalidDocument
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program


class UnreadableFile(Exception):
    """A file that cannot be used; the message says which and why."""


class InvalidProgram(UnreadableFile):
    """A JSON file that is no program; the message names every fault in a line of its own."""


def read_program(path: Path) -> Program:
    """Raises `UnreadableFile`, or `InvalidProgram` where the file is JSON."""
    try:
        return parse_program(_read_json(path))
    except InvalidDocument as invalid:
        lines = [
            f"{path}: {fault.field or 'document'}: {fault.message}" for fault in invalid.faults
        ]
        raise InvalidProgram("\n".join(lines)) from None


def _read_json(path: Path) -> object:
    try:
        document: object = json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path}: is not JSON: {error}") from None
    return document
