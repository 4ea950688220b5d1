"""The orders whose rewards are under review, and their deadlines, in the programs table. Which
rewards are held is stored in the order.
"""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from shared.domain.instants import instant_text
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import Delete, Write
from shared.store.items import ProgramsItem


class ReviewItem(ProgramsItem):
    """One line of the list of orders under review. The order's own transactions write and delete
    it.
    """

    order = UnicodeAttribute()
    deadline = UnicodeAttribute()


def put_review(order_id: str, deadline: datetime) -> Write:
    return Write(_item(order_id, deadline))


def drop_review(order_id: str, deadline: datetime) -> Write:
    return Delete(_item(order_id, deadline))


def drop_line(line: ReviewItem) -> Write:
    return Delete(line)


def list_reviews(limit: int, after: str = "") -> tuple[list[ReviewItem], str | None]:
    """A page of the reviews, earliest deadline first, and the cursor of the next page; `None` after
    the last page. Raises `InvalidCursor`.
    """
    return _page(ReviewItem.sk > sort_key(after) if after else None, limit)


def list_due_reviews(
    at: datetime, limit: int, after: str = ""
) -> tuple[list[ReviewItem], str | None]:
    """A page of the reviews whose deadline is `at` or earlier, and the cursor of the next page;
    `None` after the last page.
    """
    end = f"{_milliseconds(at) + 1:015d}"
    return _page(ReviewItem.sk.between(f"{after}\0", end) if after else ReviewItem.sk < end, limit)


def list_orders_in_review() -> Iterator[str]:
    """The ids of all orders under review."""
    return (line.order for line in ReviewItem.query(keys.REVIEWS, consistent_read=True))


def _page(condition: Condition | None, limit: int) -> tuple[list[ReviewItem], str | None]:
    lines = list(ReviewItem.query(keys.REVIEWS, condition, consistent_read=True, limit=limit + 1))
    page = lines[:limit]
    return page, page[-1].sk if len(lines) > limit else None


def _item(order_id: str, deadline: datetime) -> ReviewItem:
    place = f"{_milliseconds(deadline):015d}#{order_id}"
    return ReviewItem(*keys.review(place), order=order_id, deadline=instant_text(deadline))


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
