"""Tables of daily exchange rates: our own columns, or the form of the European Central Bank
(specification: daily-rates).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from shared.domain.money import MINOR_DIGITS, rate_text
from shared.domain.orders.daily_rates import check_rate
from shared.domain.orders.facts import DailyRate
from shared.tables.amounts import read_decimal
from shared.tables.dates import DayOrder, find_day_order, read_instant_text
from shared.tables.table import Cells
from shared.tables.text import Line, UnreadableTable, read_table_text

OWN_COLUMNS = frozenset({"date", "currency", "rate"})
OWN, CENTRAL_BANK = "a table of rates", "European Central Bank"
EURO = "EUR"
NO_RATE = ("", "N/A", "-")
"""Cells of the European Central Bank for a currency without a rate on that day."""
_MIDNIGHT = "T00:00:00Z"
_COMMA_DECIMALS = re.compile(
    r"0,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[1-9][0-9]{0,2}(?:[. ][0-9]{3})+,[0-9]+"
)
"""A number whose comma can only stand before decimals."""
_POINT_AND_THREE = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")


class NumberedRate(NamedTuple):
    """A rate, and the number of its row."""

    number: int
    rate: DailyRate


class RefusedRate(NamedTuple):
    """The number of a row whose rate cannot be used, and why."""

    number: int
    reason: str


class RateTable(NamedTuple):
    """The rates of a table or a list.

    * `format`: the format in which the table was read.
    * `left_out`: columns of currencies that have no ISO 4217 code any more.
    """

    format: str
    rates: Sequence[NumberedRate]
    refused: Sequence[RefusedRate]
    left_out: tuple[str, ...] = ()


type ReadRates = Callable[[], Iterable[DailyRate]]
"""Returns the rates of one row. Raises `ValueError`."""


def read_rate_table(text: str | Iterable[str], target: str, latest: date) -> RateTable:
    """The rates of a table into the currency `target`, up to the day `latest`. Raises
    `UnreadableTable`.

    A row that cannot be used, or could mean two things, is refused.
    """
    columns, some = read_table_text(text)
    lines = list(some)
    if set(columns) >= OWN_COLUMNS:
        return collect_rates(OWN, _own_rows(lines, target), latest)
    currencies = [name for name in columns if name.upper() in MINOR_DIGITS]
    if "date" not in columns or not currencies:
        raise UnreadableTable(
            "has no rates; it needs the columns date, currency and rate, or those of the European"
            " Central Bank: Date and a column for each currency"
        )
    left_out = tuple(name.upper() for name in columns if name not in ("", "date", *currencies))
    rows = ((line.number, _central_bank_row(line, currencies, target)) for line in lines)
    return collect_rates(CENTRAL_BANK, rows, latest)._replace(left_out=left_out)


def collect_rates(name: str, rows: Iterable[tuple[int, ReadRates]], latest: date) -> RateTable:
    """The rates of numbered rows. A row is refused if it cannot be read, if its day is after
    `latest`, or if another row has a different rate of the same day and currency.
    """
    rates, refused = list[NumberedRate](), list[RefusedRate]()
    for number, read in rows:
        try:
            found = list(read())
            if late := next((rate for rate in found if rate.day > latest), None):
                raise ValueError(f"{late.day} has not come yet; load rates up to today")
        except ValueError as fault:
            refused.append(RefusedRate(number, str(fault)))
        else:
            rates += [NumberedRate(number, rate) for rate in found]
    unclear = {number: RefusedRate(number, str(fault)) for number, fault in _find_unclear(rates)}
    used = {(row.rate.day, row.rate.source): row for row in rates if row.number not in unclear}
    return RateTable(name, list(used.values()), sorted([*refused, *unclear.values()]))


def _find_unclear(rates: Sequence[NumberedRate]) -> Iterator[tuple[int, ValueError]]:
    """The numbers of the rows of which another row has a different rate."""
    told = defaultdict[tuple[date, str], set[str]](set)
    for _, rate in rates:
        told[rate.day, rate.source].add(rate.rate)
    for number, rate in rates:
        if len(told[rate.day, rate.source]) > 1:
            yield (
                number,
                ValueError(
                    f"the rates of {rate.source} on {rate.day} differ; leave one of them out"
                ),
            )


def _own_rows(lines: Sequence[Line], target: str) -> Iterator[tuple[int, ReadRates]]:
    """The rows of a table with our own columns."""
    order = find_day_order(line.cells["date"] for line in lines)
    has_commas = any(_COMMA_DECIMALS.fullmatch(line.cells["rate"]) for line in lines)

    def reader(line: Line) -> ReadRates:
        return lambda: [_own_rate(line, target, order, has_commas)]

    for line in lines:
        yield line.number, reader(line)


def _own_rate(line: Line, target: str, order: DayOrder, has_commas: bool) -> DailyRate:
    cells = Cells(line.cells, unclear=line.unclear)
    if line.is_torn:
        raise ValueError("the line has more cells than the table has columns")
    day = read_day(cells.need("date"), order)
    currency, text = cells.need("currency").upper(), cells.need("rate")
    if has_commas and _POINT_AND_THREE.fullmatch(text):
        raise ValueError(
            f"{text!r} could mean thousands, because other rows have a comma before decimals; write"
            " all rates alike"
        )
    return DailyRate(day, check_rate(read_decimal(text), currency, target), currency, target)


def _central_bank_row(line: Line, currencies: Sequence[str], target: str) -> ReadRates:
    """The rates of one day in the form of the European Central Bank: units of each currency for one
    euro. The rate into `target` is its own quote divided by that of the other currency.
    """

    def read() -> Iterator[DailyRate]:
        day = read_day(line.cells["date"], None)
        quotes = {EURO: Fraction(1)}
        for name in currencies:
            cell = line.cells[name]
            if cell.upper() not in NO_RATE:
                quotes[name.upper()] = _quote(cell)
        if target not in quotes:
            raise ValueError(f"the line has no quote of {target}, the program's currency")
        for currency, quote in quotes.items():
            if currency != target:
                rate = rate_text(quotes[target] / quote)
                yield DailyRate(day, check_rate(rate, currency, target), currency, target)

    return read


def _quote(cell: str) -> Fraction:
    quote = Fraction(read_decimal(cell))
    if not quote:
        raise ValueError("a quote must be greater than 0")
    return quote


def read_day(text: str, order: DayOrder = None) -> date:
    """A day of a calendar. Raises `ValueError` for a text that has a time, too, or could be two
    days.
    """
    instant = read_instant_text(text, order)
    if not instant.endswith(_MIDNIGHT):
        raise ValueError(f"{text!r} has a time; write the day alone, like 2026-12-31")
    return date.fromisoformat(instant.removesuffix(_MIDNIGHT))
