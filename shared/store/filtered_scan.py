"""Lists that no key answers: a table looked through from a place on, a bounded part at a time (decision 102)."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from shared.store import cursors
from shared.store.engine import Item, connection
from shared.store.keys import Key

MOST_LOOKED_AT = 2000
ITEMS_A_SCAN = 500


class ScanPage[T](NamedTuple):
    """What was found, and the place from which to look further; `None` where the table ends."""

    rows: Sequence[T]
    last: str | None


class ScanFilter(NamedTuple):
    """Items whose partition begins so, and whose fields hold exactly these texts."""

    prefix: str
    fields: Mapping[str, str | int | bool]


def scan_filtered[T](
    kind: type[Item], wanted: ScanFilter, read: Callable[[Item], T | None], limit: int, after: str
) -> ScanPage[T]:
    """At most `limit` rows among the next items of a table; `read` makes a row of an item, or `None` where it is not wanted."""
    rows: list[T] = []
    start = cursors.key(cursors.document(after)) if after else None
    for _ in range(MOST_LOOKED_AT // ITEMS_A_SCAN):
        page = connection().dispatch("Scan", _scan(kind, wanted, start))
        for raw in page["Items"]:
            row = read(kind.from_raw_data(raw))
            if row is not None:
                rows.append(row)
            if len(rows) == limit:
                return ScanPage(rows, cursors.written([raw["pk"]["S"], raw["sk"]["S"]]))
        last = page.get("LastEvaluatedKey")
        if last is None:
            return ScanPage(rows, None)
        start = Key(last["pk"]["S"], last["sk"]["S"])
    return ScanPage(rows, cursors.written(start))


def _scan(kind: type[Item], wanted: ScanFilter, start: Key | None) -> dict:
    fields = {
        f"#f{number}": (name, value) for number, (name, value) in enumerate(wanted.fields.items())
    }
    conditions = [
        "begins_with(pk, :prefix)",
        *(f"{name} = {name.replace('#', ':')}" for name in fields),
    ]
    values = {":prefix": {"S": wanted.prefix}} | {
        name.replace("#", ":"): _typed(value) for name, (_, value) in fields.items()
    }
    asked = {
        "TableName": kind.Meta.table_name,
        "Limit": ITEMS_A_SCAN,
        "FilterExpression": " AND ".join(conditions),
        "ExpressionAttributeValues": values,
    }
    names = (
        {"ExpressionAttributeNames": {name: field for name, (field, _) in fields.items()}}
        if fields
        else {}
    )
    begins = {"ExclusiveStartKey": {"pk": {"S": start.pk}, "sk": {"S": start.sk}}} if start else {}
    return asked | names | begins


def _typed(value: str | int | bool) -> dict:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}
