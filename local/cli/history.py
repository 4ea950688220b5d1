"""`grapevine history`: the order export of a shop as the lines of a history."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from local.cli.history_file import UnreadableHistory
from shared.backtest.history import parse_event
from shared.domain.document import InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.money import minor_units

type Row = Mapping[str, str]

SHOPIFY_MARK = {"Name", "Financial Status", "Created at"}
GENERIC_MARK = {"id", "placed_at", "currency", "items_total"}
AMOUNTS = (
    "items_total",
    "discount_total",
    "tax_total",
    "shipping_total",
    "credit_used",
    "refunded_total",
)
TIMES = ("placed_at", "paid_at", "completed_at")


def history_lines(orders: Path, advocates: Path | None = None) -> list[dict]:
    """The events of an export, in the order of time; raises `UnreadableHistory` with the number of the line."""
    columns, rows = _read(orders)
    if columns >= SHOPIFY_MARK:
        read, rows = _shopify, [row for row in rows if row[1].get("Created at")]
    elif columns >= GENERIC_MARK:
        read = _generic
    else:
        wanted = f"{', '.join(sorted(SHOPIFY_MARK))} (Shopify) or {', '.join(sorted(GENERIC_MARK))}"
        raise UnreadableHistory(f"{orders}: has not the columns {wanted}")
    events = [
        *_advocates(advocates),
        *(event for row in rows for event in _checked(orders, row, read)),
    ]
    return sorted(_once(events), key=lambda event: event["at"])


def _read(path: Path) -> tuple[set[str], list[tuple[int, Row]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as source:
            reader = csv.DictReader(source)
            return set(reader.fieldnames or ()), [
                (reader.line_num, {k: (v or "").strip() for k, v in row.items() if k})
                for row in reader
            ]
    except OSError as error:
        raise UnreadableHistory(f"{path}: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableHistory(f"{path}: {error}") from None


def _checked(
    path: Path, numbered: tuple[int, Row], read: Callable[[Row], Iterator[dict]]
) -> Iterator[dict]:
    """The events of one row, each one that a backtest can read."""
    number, row = numbered
    try:
        for event in read(row):
            parse_event(event)
            yield event
    except (ValueError, InvalidDocument) as reason:
        raise UnreadableHistory(f"{path}: line {number}: {reason}") from None


def _advocates(path: Path | None) -> Iterator[dict]:
    """Members and their codes, so that an order's code names its advocate: columns `id`, `code`, perhaps `email`."""
    if path is None:
        return
    columns, rows = _read(path)
    if not columns >= {"id", "code"}:
        raise UnreadableHistory(f"{path}: has not the columns id, code")
    for _, row in rows:
        yield {
            "type": "member",
            "at": "1970-01-01T00:00:00Z",
            **_told(row, ("id", "code", "email")),
        }


def _once(events: Iterable[dict]) -> Iterator[dict]:
    """Each member the first time, with each advocate that they are told with."""
    seen: set[tuple] = set()
    for event in events:
        key = (
            (event["id"], event.get("advocate"), event.get("code"))
            if event["type"] == "member"
            else None
        )
        if key is None or key not in seen:
            seen.add(key)
            yield event


def _told(row: Row, names: Iterable[str]) -> dict:
    return {name: row[name] for name in names if row.get(name)}


def _generic(row: Row) -> Iterator[dict]:
    """Columns named like the order facts, amounts in major units; `customer`, `advocate` and `email` tell who bought."""
    currency = row["currency"]
    times = {name: _instant(row[name]) for name in TIMES if row.get(name)}
    amounts = {name: minor_units(row[name], currency) for name in AMOUNTS if row.get(name)}
    status = row.get("status") or (
        "completed" if "completed_at" in times else "paid" if "paid_at" in times else "placed"
    )
    customer = {"id": row["customer"]} if row.get("customer") else {}
    order = {
        "id": row["id"],
        "customer": customer | _told(row, ("email",)),
        "status": status,
        **times,
        "currency": currency,
        **amounts,
    }
    order |= _told(row, ("code", "fx_rate"))
    if not times:
        raise ValueError("has no placed_at")
    placed_at = times.get("placed_at") or max(times.values())
    for member, advocate in (
        (row.get("advocate"), None),
        (row.get("customer"), row.get("advocate")),
    ):
        if member:
            edge = {"advocate": advocate} if advocate else {}
            yield {"type": "member", "id": member, "at": placed_at, **edge}
    yield {"type": "order", "at": max(times.values()), "order": order}


def _shopify(row: Row) -> Iterator[dict]:
    """Shopify's export: the subtotal is after discounts, times carry their offset, one order fills several rows."""
    currency = row["Currency"]
    placed_at = _instant(row["Created at"])
    paid_at, completed_at, cancelled_at = (
        _instant(row.get(name)) for name in ("Paid at", "Fulfilled at", "Cancelled at")
    )
    discount = _amount(row, "Discount Amount", currency)
    order = {
        "id": row.get("Id") or row["Name"],
        "customer": {"email": row["Email"]} if row.get("Email") else None,
        "code": row.get("Discount Code") or None,
        "status": "cancelled"
        if cancelled_at
        else "completed"
        if completed_at
        else "paid"
        if paid_at
        else "placed",
        "placed_at": placed_at,
        "paid_at": paid_at,
        "completed_at": completed_at,
        "currency": currency,
        "items_total": _amount(row, "Subtotal", currency) + discount,
        "discount_total": discount,
        "tax_total": _amount(row, "Taxes", currency),
        "shipping_total": _amount(row, "Shipping", currency),
        "refunded_total": _amount(row, "Refunded Amount", currency),
    }
    yield {
        "type": "order",
        "at": max(at for at in (placed_at, paid_at, completed_at, cancelled_at) if at),
        "order": order,
    }


def _amount(row: Row, name: str, currency: str) -> int:
    return minor_units(row.get(name) or "0", currency)


def _instant(text: str | None) -> str | None:
    """RFC 3339 or Shopify's `2024-01-15 10:23:45 -0500`, in UTC."""
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(
            text.replace(" UTC", "Z").replace(" +", "+").replace(" -", "-")
        )
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ValueError(f"{text!r} is not an instant with its offset")
    return instant_text(instant.astimezone(UTC))


def write_lines(orders: Path, advocates: Path | None, target: TextIO) -> int:
    """What the command does: 0, or 2 with the reason on stderr and nothing printed."""
    try:
        events = history_lines(orders, advocates)
    except UnreadableHistory as unreadable:
        print(f"grapevine: {unreadable}", file=sys.stderr)
        return 2
    for event in events:
        target.write(json.dumps(event, ensure_ascii=False) + "\n")
    return 0
