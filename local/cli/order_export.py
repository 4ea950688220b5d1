"""The order export of a shop, read as the events of a history (specification: history)."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from local.cli.export_rows import (
    ExportEvent,
    MemberEvent,
    Row,
    list_filled,
    parse_export_instant,
    status_after,
)
from local.cli.input_files import UnreadableFile
from local.cli.shopify_export import is_order_row, parse_shopify_row
from shared.backtest.history import parse_event
from shared.domain.document import InvalidDocument
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
        orders_only = [(number, row) for number, row in table.rows if is_order_row(row)]
        table, parse_row = table._replace(rows=orders_only), parse_shopify_row
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
    times = {name: parse_export_instant(row[name]) for name in TIMES if row.get(name)}
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
        "customer": customer | list_filled(row, "email"),
        "status": row.get("status") or status_after(times),
        **times,
        "currency": currency,
        **amounts,
        **list_filled(row, "code", "fx_rate"),
    }
    yield {"type": "order", "at": last_at, "order": order}


def _generic_customer(row: Row, placed_at: str) -> MemberEvent:
    event: MemberEvent = {"type": "member", "id": row["customer"], "at": placed_at}
    if row.get("advocate"):
        event["advocate"] = row["advocate"]
    return event
