"""The journal and the daily totals in the programs table: entries by the day on which they stand in
the books (decisions 103 and 150).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.ledger.daily_totals import bought_of
from shared.domain.ledger.entry import Entry, other_account
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.trial_balance import BookedAmount, booked_at
from shared.store import keys
from shared.store.connection import connection
from shared.store.cursors import sort_key
from shared.store.engine import read
from shared.store.items import InstantAttribute, IntegerAttribute, Item, ProgramsItem, RawItem
from shared.store.ledger.accounts import LONG_ACCOUNTS, SHORT_ACCOUNTS, EntryItem, entry_of
from shared.store.programs.closings import ClosingItem
from shared.store.programs.day_totals import DayItem

MOST_LOOKED_AT = 500
MOST_AT_ONCE = 5_000
"""Lines of the journal in one request. That is about a megabyte, the most that one answer can hold.
"""
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_PLACE, LAST_PLACE = " ", "~"
"""Places before and after all lines of a day."""


class JournalItem(ProgramsItem):
    """A line of the journal: points to an entry, and holds the fields that totals and books need.

    `other` is the stored name of the account on the other side; `None` if the entry moves no
    amount.
    """

    member = UnicodeAttribute()
    currency = UnicodeAttribute()
    sequence = IntegerAttribute()
    kind = UnicodeAttribute()
    amount = IntegerAttribute()
    other = UnicodeAttribute(null=True)
    available_on = InstantAttribute(null=True)
    under_review = BooleanAttribute(default=False)
    bought = IntegerAttribute(null=True)


class JournalDayItem(ProgramsItem):
    """A day that has entries."""


class Written(NamedTuple):
    """An entry, and the time at which it was written to the table."""

    entry: Entry
    at: datetime


def write_journal(written: Iterable[Written]) -> None:
    """Puts entries into the journals of their days. Lines that exist already stay unchanged. Totals
    and closings that do not contain a new entry are deleted, so that they are computed again.
    """
    lines = {line.key: line for line in map(_line_of, written)}
    days = {line.pk.partition("#")[2] for line in lines.values()}
    items: list[Item] = [*lines.values(), *(JournalDayItem(keys.JOURNALS, day) for day in days)]
    found = read([(type(item), item.key) for item in items])
    new = [item for item in items if found.get(type(item), item.key) is None]
    with ProgramsItem.batch_write() as batch:
        for item in new:
            batch.save(item)
    if days:
        _open_again(min(days), {line.currency for line in lines.values()})
        _begin_again(lines.values())


def _begin_again(lines: Collection[JournalItem]) -> None:
    """Deletes what was added up of open days beyond a line that came later."""
    for currency in {line.currency for line in lines}:
        first = min(line.sk for line in lines if line.currency == currency)
        for item in DayItem.query(keys.day_drafts(currency), consistent_read=True):
            if item.place and item.place >= first:
                item.delete()


def _open_again(first: str, currencies: Iterable[str]) -> None:
    """Deletes the totals and closings of a day that got a new entry, and of all later days.

    In the cloud there are none, because a day is closed only when no entry can be added to it. A
    local clock that was set back may leave some.
    """
    closed: list[Item] = list(ClosingItem.query(keys.CLOSINGS, ClosingItem.sk >= first))
    for currency in currencies:
        closed += DayItem.query(keys.days(currency), DayItem.sk >= first)
    if closed:
        with ProgramsItem.batch_write() as batch:
            for item in closed:
                batch.delete(item)


class JournalLine(NamedTuple):
    """A line of the books. `place` is its sort key; lines are ordered by it."""

    place: str
    amount: BookedAmount
    sequence: int

    @property
    def at(self) -> datetime:
        """The instant of the line in UTC, in whole milliseconds."""
        return EPOCH + int(self.place.partition("#")[0]) * MILLISECOND

    @property
    def day(self) -> str:
        """The day of the line in UTC."""
        return self.at.date().isoformat()


def list_lines(
    day: str, since: str = FIRST_PLACE, until: str = LAST_PLACE, at_once: int = MOST_AT_ONCE
) -> Iterator[JournalLine]:
    """The lines of a day that move an amount, in the order of the books, from place `since` to
    place `until` (`place_of`). They are read `at_once` lines at a time, as the caller iterates.
    """
    if since > until:
        return
    request = {
        "TableName": ProgramsItem.Meta.table_name,
        "ConsistentRead": True,
        "Limit": at_once,
        "KeyConditionExpression": "pk = :day AND sk BETWEEN :since AND :until",
        "FilterExpression": "attribute_exists(#other)",
        "ExpressionAttributeNames": {"#other": "other"},
        "ExpressionAttributeValues": {
            ":day": {"S": keys.journal(day)},
            ":since": {"S": since},
            ":until": {"S": until},
        },
    }
    while True:
        page = connection().dispatch("Query", dict(request))
        yield from map(_line_from, page["Items"])
        if not page.get("LastEvaluatedKey"):
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def place_of(at: datetime) -> str:
    """The place before all lines that stand at `at` or later. Lines have whole milliseconds, so
    `at` is rounded up.
    """
    return f"{-((EPOCH - at) // MILLISECOND):015d}"


def _line_from(raw: RawItem) -> JournalLine:
    owner = Owner(raw["member"]["S"], raw["currency"]["S"])
    amount = BookedAmount(owner, int(raw["amount"]["N"]), LONG_ACCOUNTS[raw["other"]["S"]])
    return JournalLine(raw["sk"]["S"], amount, int(raw["sequence"]["N"]))


def find_entries(lines: Iterable[JournalLine]) -> list[Entry]:
    """The entries of some lines, in the same order."""
    return _entries_at(keys.entry(*line.amount.owner, line.sequence) for line in lines)


def _entries_at(entry_keys: Iterable[keys.Key]) -> list[Entry]:
    places = list(entry_keys)
    found = read([(EntryItem, place) for place in places])
    items = [found.get(EntryItem, place) for place in places]
    return [entry_of(item) for item in items if item]


def list_days(first: str, last: str) -> list[str]:
    """The days with entries, such as `2026-03-01`, from `first` to `last`, both included."""
    items = JournalDayItem.query(
        keys.JOURNALS, JournalDayItem.sk.between(first, last), consistent_read=True
    )
    return [item.sk for item in items]


def list_entries_of_day(
    day: str, kind: str, limit: int, after: str
) -> tuple[list[Entry], str | None]:
    """A page of a day's entries, newest first, and the cursor from which another page may follow;
    `None` if no more can follow. An empty `kind` means all kinds. Raises `InvalidCursor`.
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
    entries = _entries_at(keys.entry(line.member, line.currency, line.sequence) for line in lines)
    return entries, lines[-1].sk if len(lines) == limit else None


def _line_of(written: Written) -> JournalItem:
    entry = written.entry
    at = booked_at(entry.at, written.at)
    return JournalItem(
        keys.journal(at.date().isoformat()),
        f"{(at - EPOCH) // MILLISECOND:015d}#{entry.member}#{entry.currency}#{entry.sequence:012d}",
        member=entry.member,
        currency=entry.currency,
        sequence=entry.sequence,
        kind=entry.kind,
        amount=entry.amount,
        other=_other_of(entry),
        available_on=entry.available_on,
        under_review=entry.under_review,
        bought=bought_of(entry.kind, entry.reason),
    )


def _other_of(entry: Entry) -> str | None:
    """The stored name of the account on the other side of an entry; `None` if the entry moves no
    amount.
    """
    other = other_account(entry.kind, entry.reason) if entry.amount else None
    return SHORT_ACCOUNTS[other] if other else None
