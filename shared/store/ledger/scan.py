"""The ledger looked through page by page, whole or a part of it, from wherever one stands."""

from shared.store.engine import LedgerItem, connection

Place = tuple[str, str]
"""The key of an item, after which a scan goes on."""


def scan_ledger(asked: dict, most: int, after: Place | None) -> tuple[list[dict], Place | None]:
    """What is asked for among the next `most` items, as the engine keeps them, and where the rest begins."""
    start = {"ExclusiveStartKey": {"pk": {"S": after[0]}, "sk": {"S": after[1]}}} if after else {}
    page = connection().dispatch(
        "Scan", {"TableName": LedgerItem.Meta.table_name, "Limit": most, **asked, **start}
    )
    last = page.get("LastEvaluatedKey")
    return page["Items"], (last["pk"]["S"], last["sk"]["S"]) if last else None
