"""What the readers of all exports share: rows, the events they become, instants, statuses."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, NotRequired, TypedDict

from shared.domain.instants import instant_text

type Row = Mapping[str, str]
"""The cells of a line by column, without the spaces around them."""


class MemberEvent(TypedDict):
    type: Literal["member"]
    id: str
    at: str
    advocate: NotRequired[str]
    code: NotRequired[str]
    email: NotRequired[str]


class OrderEvent(TypedDict):
    type: Literal["order"]
    at: str
    order: dict[str, object]


type ExportEvent = MemberEvent | OrderEvent


def list_filled(row: Row, *names: str) -> dict[str, str]:
    """The cells of some columns, empty ones left out."""
    return {name: row[name] for name in names if row.get(name)}


def status_after(times: Mapping[str, str]) -> str:
    """The status of an order for which these instants are known."""
    if "completed_at" in times:
        return "completed"
    return "paid" if "paid_at" in times else "placed"


def parse_export_instant(text: str) -> str:
    """RFC 3339 or Shopify's `2024-01-15 10:23:45 -0500`, as RFC 3339 in UTC."""
    try:
        instant = datetime.fromisoformat(
            text.replace(" UTC", "Z").replace(" +", "+").replace(" -", "-")
        )
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ValueError(f"{text!r} is not an instant with its offset")
    return instant_text(instant.astimezone(UTC))
