"""The page of daily exchange rates: what a file would change, and whether the table is used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.console.imports import MOST_TEXT
from shared.console.owner_forms import save
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.orders.daily_rates import WantedRate
from shared.domain.programs.program import Program
from shared.domain.staff_action import StaffAction
from shared.imports.exchange_rates import RATES_FORM, read_rates, retry_parked_orders
from shared.store.programs.daily_rates import ReplacedRate, read_table
from shared.tables.exchange_rates import NumberedRate, RateTable


class RatesPreview(NamedTuple):
    """A table as it would be loaded: the rates of days that have none yet, and those that would
    replace another one.
    """

    table: RateTable
    new: Sequence[NumberedRate]
    replaced: Sequence[ReplacedRate]

    @property
    def same(self) -> int:
        return len(self.table.rates) - len(self.new) - len(self.replaced)


def read_rates_form(
    fields: Mapping[str, str], program: Program, now: datetime
) -> tuple[str, RateTable]:
    """The text of a form, and the rates in it. If the form has a file and a text, the file counts.
    Raises `InvalidDocument`.
    """
    text = fields.get("file") or fields.get("csv") or ""
    if len(text) > MOST_TEXT:
        fault = f"is larger than {MOST_TEXT // 1024} KiB; leave out days before your first order"
        raise InvalidDocument([FieldError("csv", fault)])
    if not text.strip():
        raise InvalidDocument([FieldError("csv", "choose a file or paste a table")])
    return text, read_rates(RATES_FORM.parse({"csv": text}), program, now)


def preview_rates(
    fields: Mapping[str, str], program: Program, now: datetime
) -> tuple[str, RatesPreview]:
    """The text of a form, and what loading it would change. Writes nothing. Raises
    `InvalidDocument`.
    """
    text, table = read_rates_form(fields, program, now)
    wanted = {WantedRate(row.rate.source, row.rate.day) for row in table.rates}
    stored = read_table(wanted, program.currency).rates
    new, replaced = list[NumberedRate](), list[ReplacedRate]()
    for row in table.rates:
        before = stored.get(row.rate.source, {}).get(row.rate.day)
        if before is None:
            new.append(row)
        elif before != row.rate.rate:
            replaced.append(ReplacedRate(row.rate, before))
    return text, RatesPreview(table, new, replaced)


def allow_table(form: Mapping[str, str], program: Program, action: StaffAction) -> None:
    """Saves whether the table is used. If it is, the orders that are parked without a rate are
    tried again. Raises as `owner_forms.save` does.
    """
    is_used = form.get("daily_rates") == "yes"
    save(form.get("seen", ""), {"daily_rates": is_used}, action)
    if is_used:
        retry_parked_orders(program, action)
