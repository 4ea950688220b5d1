"""Lists that no key can answer: each page scans a bounded part of a table (decision 102)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.store import cursors
from shared.store.connection import connection
from shared.store.items import Item
from shared.store.keys import Key

MOST_LOOKED_AT = 2000
ITEMS_A_SCAN = 500


class ScanPage[T](NamedTuple):
    """The rows found, and the cursor from which the scan continues; `None` at the end of the table."""

    rows: Sequence[T]
    last: str | None


class ScanFilter(NamedTuple):
    """Selects items whose partition key begins with `prefix` and whose attributes equal `fields`."""

    prefix: str
    fields: Mapping[str, str | int | bool]


def scan_filtered[T, I: Item](
    kind: type[I], wanted: ScanFilter, read: Callable[[I], T | None], limit: int, after: str
) -> ScanPage[T]:
    """At most `limit` rows from the next `MOST_LOOKED_AT` items of a table. `read` turns an item
    into a row, or returns `None` to leave it out. Raises `InvalidCursor`.
    """
    rows: list[T] = []
    start = cursors.parse_key(cursors.parse_document(after)) if after else None
    for _ in range(MOST_LOOKED_AT // ITEMS_A_SCAN):
        page = connection().dispatch("Scan", _request(kind, wanted, start))
        for raw in page["Items"]:
            row = read(kind.from_raw_data(raw))
            if row is not None:
                rows.append(row)
            if len(rows) == limit:
                return ScanPage(rows, cursors.write_document([raw["pk"]["S"], raw["sk"]["S"]]))
        last = page.get("LastEvaluatedKey")
        if last is None:
            return ScanPage(rows, None)
        start = Key(last["pk"]["S"], last["sk"]["S"])
    return ScanPage(rows, cursors.write_document(start or ()))


def _request(kind: type[Item], wanted: ScanFilter, start: Key | None) -> dict[str, Any]:
    conditions, names = ["begins_with(pk, :prefix)"], {}
    values: dict[str, dict[str, Any]] = {":prefix": {"S": wanted.prefix}}
    for number, (name, value) in enumerate(wanted.fields.items()):
        conditions.append(f"#f{number} = :f{number}")
        names[f"#f{number}"] = name
        values[f":f{number}"] = _typed(value)
    request = {
        "TableName": kind.Meta.table_name,
        "Limit": ITEMS_A_SCAN,
        "FilterExpression": " AND ".join(conditions),
        "ExpressionAttributeValues": values,
    }
    if names:
        request["ExpressionAttributeNames"] = names
    if start:
        request["ExclusiveStartKey"] = {"pk": {"S": start.pk}, "sk": {"S": start.sk}}
    return request


def _typed(value: str | int | bool) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}
