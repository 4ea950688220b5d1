"""Entries by the day of their writing, in the programs table: what staff looks back on without reading every member (decision 103)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.daily_totals import DailyTotals, Movement, bought_of
from shared.domain.ledger.ledger import Entry
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import CompactJson, ProgramsItem, Write, read, write
from shared.store.ledger.accounts import EntryItem, entry_of
from shared.store.programs import staff_keys


class JournalItem(ProgramsItem):
    """A pointer to an entry, with what a day sums up of it."""

    member = UnicodeAttribute()
    currency = UnicodeAttribute()
    sequence = NumberAttribute()
    kind = UnicodeAttribute()
    amount = NumberAttribute()
    available_on = UnicodeAttribute(null=True)
    under_review = BooleanAttribute(null=True)
    bought = NumberAttribute(null=True)


class JournalDayItem(ProgramsItem):
    """A day in which something moved."""


class DayItem(ProgramsItem):
    """A day that is closed."""

    sums = CompactJson()
    orders = NumberAttribute()
    revenue = NumberAttribute()
    owed = NumberAttribute()
    maturing = CompactJson()
    reviewed = NumberAttribute()


class Written(NamedTuple):
    """An entry, and when the table took it."""

    entry: Entry
    at: datetime


def note(written: Iterable[Written]) -> None:
    """Put what was written into its days; again, it is the same."""
    rows = {row.key: row for row in map(_item, written)}
    days = {row.pk.partition("#")[2] for row in rows.values()}
    with ProgramsItem.batch_write() as batch:
        for row in (*rows.values(), *(JournalDayItem(staff_keys.JOURNALS, day) for day in days)):
            batch.save(row)


def days_between(first: str, last: str) -> list[str]:
    """Days in which something moved, such as `2026-03-01`, both ends included."""
    found = JournalDayItem.query(
        staff_keys.JOURNALS, JournalDayItem.sk.between(first, last), consistent_read=True
    )
    return [item.sk for item in found]


def moved_on(day: str, currency: str) -> Iterator[Movement]:
    for item in JournalItem.query(staff_keys.journal(day), consistent_read=True):
        if item.currency == currency:
            available_on = parse_instant(item.available_on) if item.available_on else None
            bought = None if item.bought is None else int(item.bought)
            yield Movement(
                item.kind, int(item.amount), available_on, bool(item.under_review), bought
            )


def entries_of(day: str, kind: str, limit: int, after: str) -> tuple[list[Entry], str | None]:
    """A page of a day's entries, of one kind or all, the newest first; with them the place of the last looked at where more may follow."""
    before = JournalItem.sk < sort_key(after) if after else None
    wanted = JournalItem.kind == kind if kind else None
    page = JournalItem.query(
        staff_keys.journal(day),
        before,
        wanted,
        page_size=MOST_LOOKED_AT,
        limit=limit,
        scan_index_forward=False,
    )
    rows = list(page)
    places = [keys.entry(row.member, row.currency, int(row.sequence)) for row in rows]
    found = read([(EntryItem, place) for place in places])
    return [entry_of(found[place]) for place in places if place in found], rows[-1].sk if len(
        rows
    ) == limit else None


MOST_LOOKED_AT = 500


def closed_days(currency: str, first: str) -> dict[str, DailyTotals]:
    """Closed days from one on, and in any case the last one."""
    since = list(
        DayItem.query(staff_keys.days(currency), DayItem.sk >= first, consistent_read=True)
    )
    rows = since or list(
        DayItem.query(
            staff_keys.days(currency), scan_index_forward=False, limit=1, consistent_read=True
        )
    )
    return {row.sk: _day_of(row) for row in rows}


def close(day: str, currency: str, told: DailyTotals) -> None:
    """Nothing more comes into a closed day; whoever else closes it writes the same."""
    maturing = {instant_text(date): amount for date, amount in sorted(told.maturing.items())}
    row = DayItem(
        staff_keys.days(currency),
        day,
        sums=dict(told.sums),
        orders=told.orders,
        revenue=told.revenue,
        owed=told.owed,
        maturing=maturing,
        reviewed=told.reviewed,
    )
    write([Write(row)])


def _day_of(row: DayItem) -> DailyTotals:
    maturing = {parse_instant(date): amount for date, amount in row.maturing.items()}
    return DailyTotals(
        row.sums, int(row.orders), int(row.revenue), int(row.owed), maturing, int(row.reviewed)
    )


def _item(written: Written) -> JournalItem:
    entry = written.entry
    place = f"{round(written.at.timestamp() * 1000):015d}#{entry.member}#{entry.currency}#{entry.sequence:012d}"
    return JournalItem(
        staff_keys.journal(written.at.date().isoformat()),
        place,
        member=entry.member,
        currency=entry.currency,
        sequence=entry.sequence,
        kind=entry.kind,
        amount=entry.amount,
        available_on=instant_text(entry.available_on) if entry.available_on else None,
        under_review=entry.under_review or None,
        bought=bought_of(entry.kind, entry.reason),
    )
