"""Totals of days in the programs table: of closed days, and of open ones as far as they were added
up (decisions 103 and 231).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import read_instant
from shared.domain.ledger.daily_totals import DailyTotals, Movement
from shared.store import keys
from shared.store.codec import BY_INSTANT
from shared.store.connection import connection
from shared.store.engine import Write, retrying, write
from shared.store.items import (
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    ProgramsItem,
    RawItem,
)

LINES_AT_ONCE = 5_000
"""Lines of the journal in one request. That is about a megabyte, the most that one answer can hold.
"""


class DayItem(ProgramsItem):
    """The totals of one day. Without `place` the day is closed. With `place` it is open: the totals
    hold its entries up to that line of the journal, added up since `begun_at`.
    """

    sums: JsonAttribute[Mapping[str, int]] = JsonAttribute()
    orders = IntegerAttribute()
    revenue = IntegerAttribute()
    owed = IntegerAttribute()
    maturing: JsonAttribute[Mapping[datetime, int]] = JsonAttribute(BY_INSTANT)
    reviewed = IntegerAttribute()
    place = UnicodeAttribute(null=True)
    begun_at = InstantAttribute(null=True)


class MovementPage(NamedTuple):
    """Movements of a day, and the place of the last line that was read; `whole` if no more follow."""

    movements: list[Movement]
    place: str
    whole: bool


def read_movements(day: str, currency: str, after: str = "") -> MovementPage:
    """The next movements of a day in one currency, in the order of the journal, from one request."""
    request: dict[str, Any] = {
        "TableName": ProgramsItem.Meta.table_name,
        "ConsistentRead": True,
        "Limit": LINES_AT_ONCE,
        "KeyConditionExpression": "pk = :day AND sk > :after",
        "ExpressionAttributeValues": {
            ":day": {"S": keys.journal(day)},
            ":after": {"S": after or " "},
        },
    }
    page = connection().dispatch("Query", request)
    lines = page["Items"]
    movements = [_movement_from(raw) for raw in lines if raw["currency"]["S"] == currency]
    last = lines[-1]["sk"]["S"] if lines else after
    return MovementPage(movements, last, not page.get("LastEvaluatedKey"))


def _movement_from(raw: RawItem) -> Movement:
    date, bought, review = raw.get("available_on"), raw.get("bought"), raw.get("under_review")
    return Movement(
        raw["kind"]["S"],
        int(raw["amount"]["N"]),
        read_instant(date["S"]) if date else None,
        bool(review and review["BOOL"]),
        int(bought["N"]) if bought else None,
    )


class DayDraft(NamedTuple):
    """The totals of an open day up to a line of its journal, added up from `begun_at` on."""

    totals: DailyTotals
    place: str
    begun_at: datetime


def list_drafts(currency: str) -> dict[str, DayDraft]:
    """What has been added up of open days, by day."""
    items = DayItem.query(keys.day_drafts(currency), consistent_read=True)
    return {
        item.sk: DayDraft(_totals_of(item), item.place, item.begun_at)
        for item in items
        if item.place and item.begun_at
    }


def put_draft(day: str, currency: str, draft: DayDraft) -> None:
    item = _day_item(keys.day_drafts(currency), day, draft.totals)
    item.place, item.begun_at = draft.place, draft.begun_at
    retrying(lambda: write([Write(item)]))


def load_closed_days(currency: str, first: str) -> dict[str, DailyTotals]:
    """The totals of the closed days from `first` on. If there are none, the totals of the last
    closed day.
    """
    partition = keys.days(currency)
    days = list(DayItem.query(partition, DayItem.sk >= first, consistent_read=True))
    if not days:
        days = list(
            DayItem.query(partition, scan_index_forward=False, limit=1, consistent_read=True)
        )
    return {day.sk: _totals_of(day) for day in days}


class ClosedDay(NamedTuple):
    """A closed day, such as `2026-03-01`, and its totals."""

    day: str
    totals: DailyTotals


def find_closed_day(currency: str, last: str) -> ClosedDay | None:
    """The last closed day up to and including `last`; `None` if there is none."""
    found = DayItem.query(
        keys.days(currency),
        DayItem.sk <= last,
        scan_index_forward=False,
        limit=1,
        consistent_read=True,
    )
    return next((ClosedDay(day.sk, _totals_of(day)) for day in found), None)


def close_day(day: str, currency: str, totals: DailyTotals) -> None:
    """Stores the totals of a day. No entry can be added to it any more, so several callers that
    close it write the same totals.
    """
    item = _day_item(keys.days(currency), day, totals)
    retrying(lambda: write([Write(item)]))


def _day_item(partition: str, day: str, totals: DailyTotals) -> DayItem:
    return DayItem(
        partition,
        day,
        sums=totals.sums,
        orders=totals.orders,
        revenue=totals.revenue,
        owed=totals.owed,
        maturing=totals.maturing,
        reviewed=totals.reviewed,
    )


def _totals_of(day: DayItem) -> DailyTotals:
    return DailyTotals(day.sums, day.orders, day.revenue, day.owed, day.maturing, day.reviewed)
