"""Reads the input files of commands, and describes what is wrong with a file."""

import json
from pathlib import Path

from shared.domain.document import InvalidDocument
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program


class UnreadableFile(Exception):
    """The file cannot be used; the message says which file and why."""


class InvalidProgram(UnreadableFile):
    """The file is JSON but not a valid program; the message has one line for each fault."""


def read_program(path: Path) -> Program:
    """The program in a file. Raises `UnreadableFile` if the file is not JSON, and `InvalidProgram`
    if it is JSON but not a valid program.
    """
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
