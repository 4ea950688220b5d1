"""The order export of a shop, read as the events of a history (specification: history)."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple, NotRequired, TypedDict

from local.cli.input_files import UnreadableFile
from shared.backtest.history import parse_event
from shared.domain.document import InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.money import minor_units

SHOPIFY_COLUMNS = {"Name", "Financial Status", "Created at"}
GENERIC_COLUMNS = {"id", "placed_at", "currency", "items_total"}
ADVOCATE_COLUMNS = {"id", "code"}
AMOUNTS = (
    "items_total",
    "discount_total",
    "tax_total",
    "shipping_total",
    "credit_used",
    "refunded_total",
)
TIMES = ("placed_at", "paid_at", "completed_at")
BEFORE_ALL_ORDERS = "1970-01-01T00:00:00Z"

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


class _Table(NamedTuple):
    """A CSV file: its columns, and its rows with the numbers of their lines."""

    path: Path
    columns: set[str]
    rows: list[tuple[int, Row]]


def read_export(orders: Path, advocates: Path | None = None) -> list[ExportEvent]:
    """The events of an export in the order of time.

    `advocates` is a CSV file with the codes of members, so that a code on an order names its
    advocate. Raises `UnreadableFile`, with the number of a line that is wrong.
    """
    table = _read_table(orders)
    parse_row: Callable[[Row], Iterator[ExportEvent]]
    if table.columns >= SHOPIFY_COLUMNS:
        orders_only = [(number, row) for number, row in table.rows if row.get("Created at")]
        table, parse_row = table._replace(rows=orders_only), _parse_shopify
    elif table.columns >= GENERIC_COLUMNS:
        parse_row = _parse_generic
    else:
        shopify, generic = ", ".join(sorted(SHOPIFY_COLUMNS)), ", ".join(sorted(GENERIC_COLUMNS))
        raise UnreadableFile(f"{orders}: has not the columns {shopify} (Shopify) or {generic}")
    members = _read_advocates(advocates) if advocates else ()
    events = [*members, *_parse_rows(table, parse_row)]
    return sorted(_without_repeats(events), key=lambda event: event["at"])


def _read_advocates(path: Path) -> Iterator[ExportEvent]:
    table = _read_table(path)
    if not table.columns >= ADVOCATE_COLUMNS:
        raise UnreadableFile(f"{path}: has not the columns id, code")
    return _parse_rows(table, _parse_advocate)


def _read_table(path: Path) -> _Table:
    try:
        with path.open(newline="", encoding="utf-8-sig") as source:
            reader = csv.DictReader(source)
            columns = set(reader.fieldnames or ())
            rows = [(reader.line_num, _strip_cells(row)) for row in reader]
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"{path}: {error}") from None
    return _Table(path, columns, rows)


def _strip_cells(row: Mapping[str, str | None]) -> Row:
    """A short line has `None` for its last cells, a long one a list of cells without a column."""
    return {name: (cell or "").strip() for name, cell in row.items() if name}


def _parse_rows(
    table: _Table, parse_row: Callable[[Row], Iterator[ExportEvent]]
) -> Iterator[ExportEvent]:
    """The events of each row, all of which a backtest can read."""
    for number, row in table.rows:
        try:
            for event in parse_row(row):
                parse_event(event)
                yield event
        except (ValueError, InvalidDocument) as reason:
            raise UnreadableFile(f"{table.path}: line {number}: {reason}") from None


def _without_repeats(events: Iterable[ExportEvent]) -> Iterator[ExportEvent]:
    """The events without members who came before with the same advocate and code."""
    seen = set()
    for event in events:
        if event["type"] == "member":
            member = event["id"], event.get("advocate"), event.get("code")
            if member in seen:
                continue
            seen.add(member)
        yield event


def _parse_advocate(row: Row) -> Iterator[MemberEvent]:
    event: MemberEvent = {"type": "member", "at": BEFORE_ALL_ORDERS, "id": row["id"]}
    if row["code"]:
        event["code"] = row["code"]
    if row.get("email"):
        event["email"] = row["email"]
    yield event


def _parse_generic(row: Row) -> Iterator[ExportEvent]:
    """Columns with the names of the order facts, amounts in major units.

    `customer`, `email` and `advocate` say who bought and who recommended the shop to them.
    """
    currency = row["currency"]
    times = {name: _parse_instant(row[name]) for name in TIMES if row.get(name)}
    amounts = {name: minor_units(row[name], currency) for name in AMOUNTS if row.get(name)}
    if not times:
        raise ValueError("has no placed_at")
    placed_at, last_at = times.get("placed_at") or max(times.values()), max(times.values())
    if row.get("advocate"):
        yield {"type": "member", "id": row["advocate"], "at": placed_at}
    if row.get("customer"):
        yield _generic_customer(row, placed_at)
    customer = {"id": row["customer"]} if row.get("customer") else {}
    order = {
        "id": row["id"],
        "customer": customer | _list_filled(row, "email"),
        "status": row.get("status") or _status_after(times),
        **times,
        "currency": currency,
        **amounts,
        **_list_filled(row, "code", "fx_rate"),
    }
    yield {"type": "order", "at": last_at, "order": order}


def _generic_customer(row: Row, placed_at: str) -> MemberEvent:
    event: MemberEvent = {"type": "member", "id": row["customer"], "at": placed_at}
    if row.get("advocate"):
        event["advocate"] = row["advocate"]
    return event


def _list_filled(row: Row, *names: str) -> dict[str, str]:
    """The cells of some columns, empty ones left out."""
    return {name: row[name] for name in names if row.get(name)}


def _status_after(times: Mapping[str, str]) -> str:
    """The status of an order for which these instants are known."""
    if "completed_at" in times:
        return "completed"
    return "paid" if "paid_at" in times else "placed"


def _parse_shopify(row: Row) -> Iterator[OrderEvent]:
    """The first row of an order in Shopify's export; its subtotal is after discounts."""
    currency = row["Currency"]
    columns = {"placed_at": "Created at", "paid_at": "Paid at", "completed_at": "Fulfilled at"}
    times = {
        name: _parse_instant(row[column]) for name, column in columns.items() if row.get(column)
    }
    cancelled_at = _parse_instant(row["Cancelled at"]) if row.get("Cancelled at") else None
    discount = _parse_amount(row, "Discount Amount", currency)
    order: dict[str, object] = {
        "id": row.get("Id") or row["Name"],
        "customer": {"email": row["Email"]} if row.get("Email") else None,
        "code": row.get("Discount Code") or None,
        "status": "cancelled" if cancelled_at else _status_after(times),
        **{name: times.get(name) for name in columns},
        "currency": currency,
        "items_total": _parse_amount(row, "Subtotal", currency) + discount,
        "discount_total": discount,
        "tax_total": _parse_amount(row, "Taxes", currency),
        "shipping_total": _parse_amount(row, "Shipping", currency),
        "refunded_total": _parse_amount(row, "Refunded Amount", currency),
    }
    instants = [*times.values(), cancelled_at] if cancelled_at else [*times.values()]
    yield {"type": "order", "at": max(instants), "order": order}


def _parse_amount(row: Row, name: str, currency: str) -> int:
    """The minor units of a cell in major units, 0 where it is empty."""
    return minor_units(row.get(name) or "0", currency)


def _parse_instant(text: str) -> str:
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
