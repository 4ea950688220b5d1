"""Loads the owner's table of daily exchange rates, and has parked orders tried again
(specification: daily-rates).
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, NamedTuple

from shared.domain.document import FieldError, InvalidDocument, SourceDocument
from shared.domain.orders.daily_rates import check_rate, day_of
from shared.domain.orders.facts import DailyRate
from shared.domain.programs.program import Program
from shared.domain.record import Record
from shared.domain.shape import JsonSchema, Kind
from shared.domain.staff_action import StaffAction
from shared.imports.request import ID_BYTES, TABLE_TEXT
from shared.jobs.job import IMPORTS, EvaluateParked
from shared.store.engine import Write
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.daily_rates import (
    DONE,
    RUNNING,
    RateRetry,
    ReplacedRate,
    begin_retry,
    keep_rates,
)
from shared.store.programs.owner_settings import find_settings
from shared.tables.exchange_rates import (
    RateTable,
    ReadRates,
    collect_rates,
    read_day,
    read_rate_table,
)
from shared.tables.text import UnreadableTable

MOST_RATES = 20_000
MOST_DAYS = 1_100
MOST_CURRENCIES = 60
LARGEST_RATES = 2 * 1024 * 1024
"""Bytes of a request with `MOST_RATES` rates."""
LIST = "a list of rates"
ROW: JsonSchema = {
    "type": "object",
    "description": "A row with any fault is refused by its number",
    "properties": {
        "date": {"type": "string", "description": "A day, such as 2026-03-06"},
        "currency": {"type": "string", "description": "The currency that is converted, ISO 4217"},
        "rate": {
            "type": "string",
            "description": "Major units of the program's currency per major unit of `currency`",
        },
    },
}


def _parse_rates(value: object) -> tuple[object, ...]:
    if not isinstance(value, list) or len(value) > MOST_RATES:
        raise ValueError(f"must be a list with at most {MOST_RATES} rates; split longer lists")
    return tuple(value)


_RATES = Kind(_parse_rates, {"type": "array", "maxItems": MOST_RATES, "items": ROW}, list)


@dataclass(frozen=True, slots=True)
class RatesForm:
    """Daily rates, or the text of a table (`csv`)."""

    rates: Annotated[tuple[object, ...] | None, _RATES] = None
    csv: Annotated[
        str | None,
        TABLE_TEXT,
        "A table with the columns date, currency, rate; or as the European Central Bank has it",
    ] = None


def _check_form(form: RatesForm, source: SourceDocument) -> None:
    if (form.rates is None) == (form.csv is None):
        source.fault("rates", "is required, or csv instead, but not both")


RATES_FORM = Record(RatesForm, "ExchangeRates", _check_form)


class LoadedRates(NamedTuple):
    """What a load changed: the number of new or different rates, and the replaced ones. Orders that
    have used those keep them.
    """

    changed: int
    replaced: Sequence[ReplacedRate]


def read_rates(form: RatesForm, program: Program, now: datetime) -> RateTable:
    """The rates of a form, and the rows that are refused. Raises `InvalidDocument` for a table that
    cannot be read or exceeds a limit. Writes nothing.
    """
    target, latest = program.currency, day_of(now, program)
    if form.csv is None:
        rows = ((number, _row(row, target)) for number, row in enumerate(form.rates or (), 1))
        table = collect_rates(LIST, rows, latest)
    else:
        try:
            table = read_rate_table(form.csv, target, latest)
        except UnreadableTable as fault:
            raise InvalidDocument([FieldError("csv", str(fault))]) from None
    faults = list(_over_limits(table, "rates" if form.csv is None else "csv"))
    if faults:
        raise InvalidDocument(faults)
    return table


def _over_limits(table: RateTable, field: str) -> Iterator[FieldError]:
    rates = [row.rate for row in table.rates]
    if len(rates) + len(table.refused) > MOST_RATES:
        yield FieldError(
            field, f"has more than {MOST_RATES} rates; leave out the days before your first order"
        )
    if len({rate.day for rate in rates}) > MOST_DAYS:
        yield FieldError(
            field, f"has more than {MOST_DAYS} days; leave out the days before your first order"
        )
    if len({rate.source for rate in rates}) > MOST_CURRENCIES:
        yield FieldError(
            field, f"has more than {MOST_CURRENCIES} currencies; leave out those you do not sell in"
        )


def _row(row: object, target: str) -> ReadRates:
    def read() -> Iterator[DailyRate]:
        if not isinstance(row, Mapping):
            raise ValueError("the row is no object; write date, currency and rate by their names")
        if unknown := sorted(map(str, row.keys() - {"date", "currency", "rate"})):
            raise ValueError(f"{unknown[0]} is no field of a rate; write date, currency and rate")
        day, currency = _day(row.get("date")), row.get("currency")
        if not isinstance(currency, str):
            raise ValueError("the row has no currency")
        yield DailyRate(day, check_rate(row.get("rate"), currency, target), currency, target)

    return read


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise ValueError("the row has no date; write it like 2026-12-31")
    return read_day(value)


def load_rates(table: RateTable, program: Program, action: StaffAction) -> LoadedRates:
    """Stores the rates of a table, and has the orders that are parked without a rate tried again.

    Loading the same rates once more changes nothing. Raises `TableBusy` and `QueueRefused`; the
    load may then be repeated.
    """
    kept = keep_rates([row.rate for row in table.rates])
    after = {"rates": len(table.rates), "changed": kept.changed}
    line = put_audit_line(action, {"rates": program.currency}, None, after)
    retry_parked_orders(program, action, *([line] if kept.changed else []))
    return LoadedRates(kept.changed, kept.replaced)


def retry_parked_orders(program: Program, action: StaffAction, *more: Write) -> None:
    """Has the orders retried that are parked without a rate, if the owner uses the table. `more` are
    writes that belong to it.
    """
    is_used = find_settings().settings.daily_rates
    state = RUNNING if is_used else DONE
    target, retry_id = program.currency, secrets.token_hex(ID_BYTES)
    begin_retry(RateRetry(target, retry_id, action.at, action.actor, state), *more)
    if is_used:
        IMPORTS.enqueue([EvaluateParked(time=action.at, target=target, retry_id=retry_id)])
