"""Orders whose rewards wait for a review, in the programs table; what waits is on the order itself, here is only until when."""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import ProgramsItem, Write


class ReviewItem(ProgramsItem):
    """One line of the list. It follows from the order, in whose transactions it is put and taken off."""

    order = UnicodeAttribute()
    deadline = UnicodeAttribute()


def put_review(order_id: str, deadline: datetime) -> Write:
    return Write(_item(order_id, deadline))


def drop_review(order_id: str, deadline: datetime) -> Write:
    return Write(_item(order_id, deadline), delete=True)


def off(row: ReviewItem) -> Write:
    return Write(row, delete=True)


def listing(limit: int, after: str = "") -> tuple[list[ReviewItem], str | None]:
    """The next deadlines first, following the place `after`; with them the last place where more follow."""
    return _page(ReviewItem.sk > sort_key(after) if after else None, limit)


def due(at: datetime, limit: int, after: str = "") -> tuple[list[ReviewItem], str | None]:
    """The same of those whose deadline is not later than an instant."""
    end = f"{_millis(at) + 1:015d}"
    return _page(ReviewItem.sk.between(f"{after}\0", end) if after else ReviewItem.sk < end, limit)


def orders() -> Iterator[str]:
    """Every order that is listed."""
    return (row.order for row in ReviewItem.query(keys.REVIEWS, consistent_read=True))


def _page(condition, limit: int) -> tuple[list[ReviewItem], str | None]:
    rows = list(ReviewItem.query(keys.REVIEWS, condition, consistent_read=True, limit=limit + 1))
    some = rows[:limit]
    return some, some[-1].sk if len(rows) > limit else None


def _item(order_id: str, deadline: datetime) -> ReviewItem:
    place = f"{_millis(deadline):015d}#{order_id}"
    return ReviewItem(*keys.review(place), order=order_id, deadline=instant_text(deadline))


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)
