"""Entries by the day of their writing, and daily totals, in the programs table (decision 103)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.ledger.daily_totals import DailyTotals, Movement, bought_of
from shared.domain.ledger.ledger import Entry
from shared.store import keys
from shared.store.codec import BY_INSTANT
from shared.store.cursors import sort_key
from shared.store.engine import Write, read, write
from shared.store.items import InstantAttribute, IntegerAttribute, Item, JsonAttribute, ProgramsItem
from shared.store.ledger.accounts import EntryItem, entry_of

MOST_LOOKED_AT = 500


class JournalItem(ProgramsItem):
    """A pointer to an entry, with what the totals of its day need of it."""

    member = UnicodeAttribute()
    currency = UnicodeAttribute()
    sequence = IntegerAttribute()
    kind = UnicodeAttribute()
    amount = IntegerAttribute()
    available_on = InstantAttribute(null=True)
    under_review = BooleanAttribute(default=False)
    bought = IntegerAttribute(null=True)


class JournalDayItem(ProgramsItem):
    """A day in which something moved."""


class DayItem(ProgramsItem):
    """The totals of a closed day."""

    sums: JsonAttribute[Mapping[str, int]] = JsonAttribute()
    orders = IntegerAttribute()
    revenue = IntegerAttribute()
    owed = IntegerAttribute()
    maturing: JsonAttribute[Mapping[datetime, int]] = JsonAttribute(BY_INSTANT)
    reviewed = IntegerAttribute()


class Written(NamedTuple):
    """An entry, and when the table took it."""

    entry: Entry
    at: datetime


def write_journal(written: Iterable[Written]) -> None:
    """Put entries into the journals of their days; those already there stay as they are."""
    lines = {line.key: line for line in map(_line_of, written)}
    days = {line.pk.partition("#")[2] for line in lines.values()}
    items: list[Item] = [*lines.values(), *(JournalDayItem(keys.JOURNALS, day) for day in days)]
    found = read([(type(item), item.key) for item in items])
    with ProgramsItem.batch_write() as batch:
        for item in items:
            if found.get(type(item), item.key) is None:
                batch.save(item)


def list_days(first: str, last: str) -> list[str]:
    """Days in which something moved, such as `2026-03-01`, both ends included."""
    items = JournalDayItem.query(
        keys.JOURNALS, JournalDayItem.sk.between(first, last), consistent_read=True
    )
    return [item.sk for item in items]


def list_movements(day: str, currency: str) -> Iterator[Movement]:
    """What moved on a day, in the order of its writing."""
    for line in JournalItem.query(keys.journal(day), consistent_read=True):
        if line.currency == currency:
            yield Movement(
                line.kind, line.amount, line.available_on, line.under_review, line.bought
            )


def list_entries_of_day(
    day: str, kind: str, limit: int, after: str
) -> tuple[list[Entry], str | None]:
    """A page of a day's entries, of one kind or (`""`) of all, newest first, and where the next
    page may begin.
    """
    page = JournalItem.query(
        keys.journal(day),
        JournalItem.sk < sort_key(after) if after else None,
        JournalItem.kind == kind if kind else None,
        page_size=MOST_LOOKED_AT,
        limit=limit,
        scan_index_forward=False,
    )
    lines = list(page)
    places = [keys.entry(line.member, line.currency, line.sequence) for line in lines]
    found = read([(EntryItem, place) for place in places])
    items = [found.get(EntryItem, place) for place in places]
    entries = [entry_of(item) for item in items if item]
    return entries, lines[-1].sk if len(lines) == limit else None


def load_closed_days(currency: str, first: str) -> dict[str, DailyTotals]:
    """The totals of the closed days from one on; where there are none, of the last closed day."""
    partition = keys.days(currency)
    days = list(DayItem.query(partition, DayItem.sk >= first, consistent_read=True))
    if not days:
        days = list(
            DayItem.query(partition, scan_index_forward=False, limit=1, consistent_read=True)
        )
    return {day.sk: _totals_of(day) for day in days}


def close_day(day: str, currency: str, totals: DailyTotals) -> None:
    """Close a day. Nothing comes into it any more, so whoever else closes it writes the same."""
    item = DayItem(
        keys.days(currency),
        day,
        sums=totals.sums,
        orders=totals.orders,
        revenue=totals.revenue,
        owed=totals.owed,
        maturing=totals.maturing,
        reviewed=totals.reviewed,
    )
    write([Write(item)])


def _totals_of(day: DayItem) -> DailyTotals:
    return DailyTotals(day.sums, day.orders, day.revenue, day.owed, day.maturing, day.reviewed)


def _line_of(written: Written) -> JournalItem:
    entry = written.entry
    milliseconds = round(written.at.timestamp() * 1000)
    return JournalItem(
        keys.journal(written.at.date().isoformat()),
        f"{milliseconds:015d}#{entry.member}#{entry.currency}#{entry.sequence:012d}",
        member=entry.member,
        currency=entry.currency,
        sequence=entry.sequence,
        kind=entry.kind,
        amount=entry.amount,
        available_on=entry.available_on,
        under_review=entry.under_review,
        bought=bought_of(entry.kind, entry.reason),
    )
