"""Reads the CSV exports of shops as history events (specification: history)."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from local.cli.export_rows import ExportEvent, MemberEvent
from local.cli.sorted_events import sort_by_time
from local.cli.table_file import TableFile
from shared.backtest.history import parse_event
from shared.domain.document import InvalidDocument
from shared.tables.formats import find_format
from shared.tables.table import MEMBERS, ORDERS, Cells, ImportRow, TableFormat
from shared.tables.text import UnreadableTable

BEFORE_ALL_ORDERS = "1970-01-01T00:00:00Z"
ADVOCATE_COLUMNS = frozenset({"id", "code"})
OF_IMPORTS = ("as_of", "totals_rank")
"""The fields of an order that only an import uses."""


def read_export(
    orders: Path, advocates: Path | None = None, currency: str | None = None
) -> Iterator[ExportEvent]:
    """The events of an export, ordered by time. The whole export is read before the first one is
    returned; of its rows only the ids of members stay in memory.

    `advocates` is a CSV file with members and their codes; it says which advocate a code on an
    order belongs to. Raises `UnreadableFile`, with the number of the wrong line.
    """
    members = _read_advocates(TableFile(advocates, currency)) if advocates else ()
    events = chain(members, _read_table(TableFile(orders, currency)))
    yield from sort_by_time(_without_repeats(events))


def _read_table(file: TableFile) -> Iterator[ExportEvent]:
    table = _format_of(file)
    for number, row, refused in file.rows(table):
        if refused:
            raise file.unreadable(number, refused)
        events = _member_events(row) if table.kind == MEMBERS else _order_events(row)
        yield from _checked(file, number, events)


def _format_of(file: TableFile) -> TableFormat:
    """The format of the table: a known one for orders, otherwise one for members. Raises
    `UnreadableFile` if it is neither.
    """
    columns = file.columns()
    try:
        return find_format(ORDERS, columns)
    except UnreadableTable as fault:
        try:
            return find_format(MEMBERS, columns)
        except UnreadableTable:
            raise file.unreadable(1, str(fault)) from None


def _read_advocates(file: TableFile) -> Iterator[ExportEvent]:
    if ADVOCATE_COLUMNS - set(file.columns()):
        raise file.unreadable(1, "has not the columns id, code")
    advocates = TableFormat("advocates", MEMBERS, ADVOCATE_COLUMNS, _advocate)
    for number, row, refused in file.rows(advocates):
        if refused:
            raise file.unreadable(number, refused)
        yield from _checked(file, number, _member_events(row))


def _advocate(cells: Cells) -> ImportRow:
    row = {"id": cells.name("id"), "own_code": cells.first("code"), "email": cells.first("email")}
    return cells.filled(row)


def _checked(file: TableFile, number: int, events: Iterable[ExportEvent]) -> Iterator[ExportEvent]:
    """The events, checked with the parser of the backtest; raises `UnreadableFile` for an invalid
    one.
    """
    for event in events:
        try:
            parse_event(event)
        except InvalidDocument as reason:
            raise file.unreadable(number, str(reason)) from None
        yield event


def _member_events(row: ImportRow) -> Iterator[MemberEvent]:
    event: MemberEvent = {
        "type": "member",
        "at": row.get("signed_up_at", BEFORE_ALL_ORDERS),
        "id": row["id"],
    }
    if "own_code" in row:
        event["code"] = row["own_code"]
    if "email" in row:
        event["email"] = row["email"]
    yield event


def _order_events(row: ImportRow) -> Iterator[ExportEvent]:
    """The events of one order: first its advocate and its customer, if the table has their ids,
    then the order.
    """
    times = [row[name] for name in ("placed_at", "paid_at", "completed_at") if row.get(name)]
    advocate, customer = row.pop("advocate", None), row.get("customer", {}).get("id")
    if advocate:
        yield {"type": "member", "id": advocate, "at": row.get("placed_at", max(times))}
    if customer:
        buyer: MemberEvent = {
            "type": "member",
            "id": customer,
            "at": row.get("placed_at", max(times)),
        }
        if advocate:
            buyer["advocate"] = advocate
        yield buyer
    order = {name: value for name, value in row.items() if name not in OF_IMPORTS}
    yield {"type": "order", "at": row.get("as_of", max(times)), "order": order}


def _without_repeats(events: Iterable[ExportEvent]) -> Iterator[ExportEvent]:
    """The events without repeated members: those with the same id, advocate and code as an earlier
    one.
    """
    seen = set()
    for event in events:
        if event["type"] == "member":
            member = event["id"], event.get("advocate"), event.get("code")
            if member in seen:
                continue
            seen.add(member)
        yield event
