"""The owner's table of daily exchange rates, in the programs table: an item holds the rates of one
currency in one year.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.orders.daily_rates import DailyRates, WantedRate
from shared.domain.orders.facts import DailyRate
from shared.store import keys
from shared.store.codec import Form
from shared.store.engine import Write, find, read, retrying, write
from shared.store.items import (
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    ProgramsItem,
    unchanged,
)
from shared.store.keys import Key

RUNNING, DONE = "running", "done"
ITEMS_A_WRITE = 25
"""Years of a currency in one transaction: a year takes about 15 KB."""

type RatesByDay = dict[date, str]

RATES_FORM: Form[RatesByDay] = Form(
    lambda rates: {day.isoformat(): rates[day] for day in sorted(rates)},
    lambda row: {date.fromisoformat(day): rate for day, rate in row.items()},
)


class DailyRatesItem(ProgramsItem):
    """The rates of one currency in one year, by day."""

    rates: JsonAttribute[RatesByDay] = JsonAttribute(RATES_FORM)
    revision = IntegerAttribute()


class RateRetryItem(ProgramsItem):
    """How far the orders have been retried that are parked without a rate into one currency."""

    retry_id = UnicodeAttribute()
    asked_at = InstantAttribute()
    asked_by = UnicodeAttribute()
    state = UnicodeAttribute()
    after = UnicodeAttribute(default="")
    tried = IntegerAttribute(default=0)
    evaluated = IntegerAttribute(default=0)
    revision = IntegerAttribute()


@dataclass(frozen=True, slots=True)
class RateRetry:
    """The latest retry of the orders that are parked without a rate into the currency `target`, asked
    for by a load of rates or because the owner has allowed the table.

    * `after`: the place in the list of parked orders from which the next page is tried.
    * `tried`, `evaluated`: numbers of parked orders that were tried again, and of those that could
      then be evaluated.
    """

    target: str
    id: str
    asked_at: datetime
    asked_by: str
    state: str = RUNNING
    after: str = ""
    tried: int = 0
    evaluated: int = 0
    revision: int = 0


class ReplacedRate(NamedTuple):
    """A rate that a load has changed, and the text that it had before."""

    rate: DailyRate
    before: str


class KeptRates(NamedTuple):
    """What a load has changed: the number of new or different rates, and those that differ."""

    changed: int
    replaced: Sequence[ReplacedRate]


def keys_of(wanted: WantedRate, target: str) -> list[Key]:
    return [keys.daily_rates(target, wanted.currency, year) for year in wanted.years]


def table_of(items: Iterable[DailyRatesItem], target: str) -> DailyRates:
    """The rates in some items, as one table."""
    rates: dict[str, RatesByDay] = defaultdict(dict)
    for item in items:
        rates[item.sk.partition("#")[0]].update(item.rates)
    return DailyRates(target, rates)


def read_table(wanted: Iterable[WantedRate], target: str) -> DailyRates:
    """The part of the table that these wanted rates may be in."""
    names = dict.fromkeys(key for one in wanted for key in keys_of(one, target))
    return table_of(read((DailyRatesItem, key) for key in names).of(DailyRatesItem), target)


def read_whole_table(target: str) -> DailyRates:
    partition = keys.daily_rates(target).pk
    return table_of(DailyRatesItem.query(partition, consistent_read=True), target)


def keep_rates(rates: Sequence[DailyRate]) -> KeptRates:
    """Stores rates. A rate of the same day and currency is replaced. Raises `TableBusy`; the same
    rates may then be stored again.
    """
    by_item: dict[Key, list[DailyRate]] = defaultdict(list)
    for rate in rates:
        by_item[keys.daily_rates(rate.target, rate.source, rate.day.year)].append(rate)
    changed, replaced = 0, list[ReplacedRate]()
    for some in batched(by_item.items(), ITEMS_A_WRITE, strict=False):
        kept = retrying(_keeper(dict(some)))
        changed, replaced = changed + kept.changed, [*replaced, *kept.replaced]
    return KeptRates(changed, replaced)


def _keeper(by_item: Mapping[Key, Sequence[DailyRate]]) -> Callable[[], KeptRates]:
    """An attempt to store the rates of some items in one transaction."""

    def attempt() -> KeptRates:
        found = read((DailyRatesItem, key) for key in by_item)
        changed, replaced, writes = 0, list[ReplacedRate](), list[Write]()
        for key, rates in by_item.items():
            item = found.get(DailyRatesItem, key)
            before = item.rates if item else {}
            new = [rate for rate in rates if before.get(rate.day) != rate.rate]
            if not new:
                continue
            changed += len(new)
            replaced += [ReplacedRate(rate, before[rate.day]) for rate in new if rate.day in before]
            after = before | {rate.day: rate.rate for rate in new}
            revision = item.revision if item else 0
            row = DailyRatesItem(*key, rates=after, revision=revision + 1)
            writes.append(Write(row, unchanged(revision)))
        if writes:
            write(writes)
        return KeptRates(changed, replaced)

    return attempt


def begin_retry(retry: RateRetry, *more: Write) -> None:
    """Stores a retry in place of an earlier one, together with other writes. Raises `TableBusy`."""

    def attempt() -> None:
        before = find_retry(retry.target)
        write([put_retry(retry, before.revision if before else 0), *more])

    retrying(attempt)


def find_retry(target: str) -> RateRetry | None:
    """The latest retry; `None` if there was none."""
    item = find(RateRetryItem, keys.rate_retry(target))
    if item is None:
        return None
    return RateRetry(
        target=item.sk,
        id=item.retry_id,
        asked_at=item.asked_at,
        asked_by=item.asked_by,
        state=item.state,
        after=item.after,
        tried=item.tried,
        evaluated=item.evaluated,
        revision=item.revision,
    )


def put_retry(retry: RateRetry, revision: int) -> Write:
    """The write that stores a retry. It fails if the stored one has another `revision`."""
    item = RateRetryItem(
        *keys.rate_retry(retry.target),
        retry_id=retry.id,
        asked_at=retry.asked_at,
        asked_by=retry.asked_by,
        state=retry.state,
        after=retry.after,
        tried=retry.tried,
        evaluated=retry.evaluated,
        revision=revision + 1,
    )
    return Write(item, unchanged(revision))
