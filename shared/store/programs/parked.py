"""What could not be used, and why, in the programs table.

The stored documents contain ids and amounts, but no names or addresses.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import Write, WriteConflict, find, retrying, write
from shared.store.items import ABSENT, JsonAttribute, ProgramsItem
from shared.store.programs.audit_log import put_audit_line

NAMING = frozenset(
    {
        "email",
        "login",
        "name",
        "phone",
        "address",
        "billing_address",
        "shipping_address",
        "first_name",
        "last_name",
    }
)
"""Fields of order facts that identify a person. They are not stored: ids and the keyed hash of the
e-mail address are enough to try again.
"""
SHOWN = ("id", "at", "provider", "topic", "reason", "text", "order")


class ParkedPlaceItem(ProgramsItem):
    """The sort key under which a parked id is listed. It is written once, so an id that is parked
    again stays where it is in the list.
    """

    place = UnicodeAttribute()


class ParkedItem(ProgramsItem):
    """One line of the list. `detail` is what a retry puts on the bus."""

    id = UnicodeAttribute()
    at = UnicodeAttribute()
    provider = UnicodeAttribute(null=True)
    topic = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    text = UnicodeAttribute()
    order = UnicodeAttribute(null=True)
    detail: JsonAttribute[Any] = JsonAttribute(null=True)
    retried_at = UnicodeAttribute(null=True)
    settled = BooleanAttribute(default=False)


class NotParked(Exception):
    """Nothing is parked under this id."""


def park(
    parked_id: str,
    at: datetime,
    *,
    reason: str,
    text: str,
    detail: Mapping[str, Any] | None = None,
    provider: str | None = None,
    topic: str | None = None,
    order: str | None = None,
) -> None:
    """Lists something once under its id, with a `detail` without names that a retry puts on the
    bus. If the id is parked again, its line keeps its place; a line that was settled, retried or
    has another reason is replaced and open again.
    """
    place = f"{round(at.timestamp() * 1000):015d}#{parked_id}"
    line = ParkedItem(
        *keys.parked_row(place),
        id=parked_id,
        at=instant_text(at),
        reason=reason,
        text=text,
        detail=None if detail is None else unnamed(detail),
        provider=provider,
        topic=topic,
        order=order,
    )
    pointer = Write(ParkedPlaceItem(*keys.parked(parked_id), place=place), ABSENT)

    def attempt() -> None:
        try:
            write([pointer, Write(line)])
        except WriteConflict as conflict:
            if 0 not in conflict.places:
                raise
            _reopen(find_parked(parked_id), line)

    retrying(attempt)


def _reopen(listed: ParkedItem, line: ParkedItem) -> None:
    """Replaces a listed line by the new one, if the listed one was settled, retried, or has another
    reason.
    """
    if listed.settled or listed.retried_at or listed.reason != line.reason:
        line.sk = listed.sk
        write([Write(line)])


def park_order(order_id: str, at: datetime, reason: str, text: str) -> None:
    """Parks a known order. Its `detail` has no new facts, so a retry evaluates the order with the
    stored facts.
    """
    park(
        order_place(order_id), at, reason=reason, text=text, order=order_id, detail={"id": order_id}
    )


def unpark_order(order_id: str) -> None:
    """Takes an order off the list, because it can be evaluated again. Does nothing if it is not
    parked.
    """
    try:
        settle(order_place(order_id))
    except NotParked:
        return


def order_place(order_id: str) -> str:
    """The id under which an order is parked. It is a hash, so it fits into a URL whatever the
    shop's order id contains.
    """
    digest = hashlib.sha256(order_id.encode()).digest()[:16]
    return "order-" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def find_parked(parked_id: str) -> ParkedItem:
    """The line of a parked id, settled or not. Raises `NotParked`."""
    pointer = find(ParkedPlaceItem, keys.parked(parked_id))
    line = find(ParkedItem, keys.parked_row(pointer.place)) if pointer else None
    if line is None:
        raise NotParked(parked_id)
    return line


def settle(parked_id: str) -> None:
    """Takes a line off the list. Raises `NotParked`."""
    line = find_parked(parked_id)
    line.settled = True
    write([Write(line)])


def mark_retried(line: ParkedItem, action: StaffAction) -> None:
    """Records that staff retried a line. Raises `WriteConflict` if it was settled in between."""
    before, line.retried_at = line.retried_at, instant_text(action.at)
    audit_line = put_audit_line(
        action, {"parked": line.id}, {"retried_at": before}, {"retried_at": line.retried_at}
    )
    write([Write(line, ParkedItem.settled.does_not_exist()), audit_line])


def list_parked(limit: int, after: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """A page of the lines that are not settled, newest first, and the cursor of the next page;
    `None` after the last page. Raises `InvalidCursor`.
    """
    found = ParkedItem.query(
        keys.PARKED,
        ParkedItem.sk < sort_key(after) if after else None,
        ParkedItem.settled.does_not_exist(),
        consistent_read=True,
        scan_index_forward=False,
        limit=limit + 1,
    )
    lines = list(found)
    page = lines[:limit]
    return [show_parked(line) for line in page], page[-1].sk if len(lines) > limit else None


def list_parked_orders(reason: str, limit: int, after: str = "") -> tuple[list[str], str | None]:
    """The orders that are parked for a reason, among the next `limit` lines after a cursor, oldest
    first, and the next cursor; `None` after the last line. Settled lines count for the limit.
    """
    found = ParkedItem.query(
        keys.PARKED, ParkedItem.sk > after if after else None, consistent_read=True, limit=limit
    )
    lines = list(found)
    orders = [
        line.order for line in lines if line.order and line.reason == reason and not line.settled
    ]
    return orders, lines[-1].sk if len(lines) == limit else None


def show_parked(line: ParkedItem) -> dict[str, Any]:
    """A line in the form that staff see."""
    fields = {name: getattr(line, name) for name in SHOWN}
    return fields | {"retryable": line.detail is not None, "retried_at": line.retried_at}


def unnamed(value: Any) -> Any:
    """A JSON document without the fields that identify a person."""
    if isinstance(value, Mapping):
        return {name: unnamed(part) for name, part in value.items() if name not in NAMING}
    return [unnamed(part) for part in value] if isinstance(value, list | tuple) else value
