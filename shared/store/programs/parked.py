"""What could not be used, and why, in the programs table. Its documents hold ids and sums, nobody's name or address."""

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
from shared.store.engine import (
    CompactJson,
    ProgramsItem,
    Write,
    WriteConflict,
    read,
    retrying,
    write,
)
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
"""Fields of order facts that tell who somebody is; ids and the e-mail's keyed hash are enough to try again."""


class PlaceItem(ProgramsItem):
    """Where something parked is listed, put once by its id."""

    place = UnicodeAttribute()


class ParkedItem(ProgramsItem):
    """One line of the list."""

    id = UnicodeAttribute()
    at = UnicodeAttribute()
    provider = UnicodeAttribute(null=True)
    topic = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    text = UnicodeAttribute()
    order = UnicodeAttribute(null=True)
    detail = CompactJson(null=True)
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
    detail: Mapping | None = None,
    **told: str | None,
) -> None:
    """List something once, however often it comes; `detail` is what a retry puts on the bus, `told` are provider, topic, order."""
    place = f"{round(at.timestamp() * 1000):015d}#{parked_id}"
    kept = None if detail is None else unnamed(detail)
    row = ParkedItem(
        *keys.parked_row(place),
        id=parked_id,
        at=instant_text(at),
        reason=reason,
        text=text,
        detail=kept,
        **told,
    )
    marker = Write(PlaceItem(*keys.parked(parked_id), place=place), PlaceItem.pk.does_not_exist())

    def attempt() -> None:
        try:
            write([marker, Write(row)])
        except WriteConflict as conflict:
            if 0 not in conflict.places:
                raise
            _reopen(find(parked_id), row)

    retrying(attempt)


def _reopen(listed: ParkedItem, row: ParkedItem) -> None:
    """What was settled or tried again, and came back, is listed again in its old place with its new reason."""
    if listed.settled or listed.retried_at or listed.reason != row.reason:
        row.sk = listed.sk
        write([Write(row)])


def park_order(order_id: str, at: datetime, reason: str, text: str) -> None:
    """An order that is known and cannot be evaluated; trying again tells nothing new of it, so it is evaluated as it stands."""
    park(
        order_place(order_id), at, reason=reason, text=text, order=order_id, detail={"id": order_id}
    )


def unpark_order(order_id: str) -> None:
    """An order that can be evaluated now is listed no more."""
    try:
        settle(order_place(order_id))
    except NotParked:
        return


def order_place(order_id: str) -> str:
    """The id under which an order is parked; it fits an address whatever the shop's id holds."""
    return "order-" + base64.urlsafe_b64encode(
        hashlib.sha256(order_id.encode()).digest()[:16]
    ).decode().rstrip("=")


def find(parked_id: str) -> ParkedItem:
    """Raises `NotParked`."""
    key = keys.parked(parked_id)
    marker = read([(PlaceItem, key)]).get(key)
    if marker is None:
        raise NotParked(parked_id)
    row = keys.parked_row(marker.place)
    return read([(ParkedItem, row)])[row]


def settle(parked_id: str) -> None:
    """Take it off the list; raises `NotParked`."""
    row = find(parked_id)
    row.settled = True
    write([Write(row)])


def mark_retried(row: ParkedItem, act: StaffAction) -> None:
    """Raises `Conflict` where it was settled meanwhile."""
    before, row.retried_at = row.retried_at, instant_text(act.at)
    told = put_audit_line(
        act, {"parked": row.id}, {"retried_at": before}, {"retried_at": row.retried_at}
    )
    write([Write(row, ParkedItem.settled == False), told])  # noqa: E712


def listing(limit: int, after: str = "") -> tuple[list[dict], str | None]:
    """What waits for somebody, the newest first, following the place `after`; with it the last place where more follow."""
    before = ParkedItem.sk < sort_key(after) if after else None
    open_only = ParkedItem.settled == False  # noqa: E712
    found = ParkedItem.query(
        keys.PARKED,
        before,
        open_only,
        consistent_read=True,
        scan_index_forward=False,
        limit=limit + 1,
    )
    rows = list(found)
    some = rows[:limit]
    return [shown(row) for row in some], some[-1].sk if len(rows) > limit else None


def shown(row: ParkedItem) -> dict:
    """A line as staff sees it."""
    told = {
        name: getattr(row, name)
        for name in ("id", "at", "provider", "topic", "reason", "text", "order")
    }
    return told | {"retryable": row.detail is not None, "retried_at": row.retried_at}


def unnamed(value: Any) -> Any:
    """A document without the fields that tell who somebody is."""
    if isinstance(value, Mapping):
        return {name: unnamed(part) for name, part in value.items() if name not in NAMING}
    return [unnamed(part) for part in value] if isinstance(value, list | tuple) else value
