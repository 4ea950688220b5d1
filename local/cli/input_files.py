"""Reads the input files of commands, and describes what is wrong with a file."""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path

from shared.domain.document import InvalidDocument
from shared.domain.orders.daily_rates import NO_RATES, DailyRates
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program
from shared.tables.exchange_rates import read_rate_table
from shared.tables.text import UnreadableTable, decode_table


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


def read_rates(path: Path | None, program: Program) -> DailyRates:
    """The table of daily exchange rates in a file, into the program's currency; no rates without a
    file. Raises `UnreadableFile` if a row cannot be used.
    """
    if path is None:
        return NO_RATES
    try:
        table = read_rate_table(decode_table(path.read_bytes()), program.currency, date.max)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None
    except UnreadableTable as fault:
        raise UnreadableFile(f"{path}: {fault}") from None
    if table.refused:
        number, reason = table.refused[0]
        raise UnreadableFile(f"{path}: line {number}: {reason}")
    rates: dict[str, dict[date, str]] = defaultdict(dict)
    for _, rate in table.rates:
        rates[rate.source][rate.day] = rate.rate
    return DailyRates(program.currency, dict(rates))


def _read_json(path: Path) -> object:
    try:
        document: object = json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path}: is not JSON: {error}") from None
    return document
