"""Scans of the ledger table, one bounded page at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from shared.domain.instants import instant_text
from shared.domain.ledger.owner import Owner
from shared.store import keys
from shared.store.connection import connection
from shared.store.items import LedgerItem, RawItem

Cursor = tuple[str, str]
"""The key (pk, sk) of the item after which a scan continues."""


class ScannedPage[T](NamedTuple):
    """What one page of a scan found. `rest` is the cursor of the next page; `None` at the end."""

    found: list[T]
    rest: Cursor | None


class LedgerPart(NamedTuple):
    """One of `parts` parts of the table. `number` counts from 0."""

    number: int
    parts: int


def scan_ledger(
    request: Mapping[str, Any], most: int, after: Cursor | None
) -> ScannedPage[RawItem]:
    """The items that match a Scan request, among the next `most` items of the table."""
    start = {"ExclusiveStartKey": {"pk": {"S": after[0]}, "sk": {"S": after[1]}}} if after else {}
    page = connection().dispatch(
        "Scan", {"TableName": LedgerItem.Meta.table_name, "Limit": most, **request, **start}
    )
    last = page.get("LastEvaluatedKey")
    return ScannedPage(page["Items"], (last["pk"]["S"], last["sk"]["S"]) if last else None)


def scan_accounts(part: LedgerPart, most: int, after: Cursor | None) -> ScannedPage[RawItem]:
    """The complete account items among the next `most` items of one part of the ledger."""
    return scan_ledger({**_part(part), **_accounts_where("")}, most, after)


def owners_with_expiring_credit(
    at: datetime, told_until: datetime, most: int, after: Cursor | None
) -> ScannedPage[Owner]:
    """Owners of accounts with a balance above 0 whose credit expires by `at`, or expires by
    `told_until` without the member having been notified.
    """
    condition = " AND balance > :nothing AND (next_expiry <= :at OR next_notice <= :told)"
    values = {"at": {"S": instant_text(at)}, "told": {"S": instant_text(told_until)}}
    where = _accounts_where(condition, nothing={"N": "0"}, **values)
    return _owners(where, most, after)


def owners_in_part(
    part: LedgerPart, since: datetime | None, most: int, after: Cursor | None
) -> ScannedPage[Owner]:
    """Owners of the accounts in one part. With `since`, only of accounts with a posting on that day
    or later.
    """
    accounts = (
        _accounts_where(" AND matured_to >= :since", since={"S": instant_text(since)[:10]})
        if since
        else _accounts_where("")
    )
    return _owners({**_part(part), **accounts}, most, after)


def _owners(request: Mapping[str, Any], most: int, after: Cursor | None) -> ScannedPage[Owner]:
    items, rest = scan_ledger({**request, "ProjectionExpression": "pk, sk"}, most, after)
    owners = [Owner(item["pk"]["S"].partition("#")[2], item["sk"]["S"]) for item in items]
    return ScannedPage(owners, rest)


def _part(part: LedgerPart) -> dict[str, int]:
    return {"Segment": part.number, "TotalSegments": part.parts}


def _accounts_where(condition: str, **values: Mapping[str, str]) -> dict[str, Any]:
    """A scan filter for accounts. `condition` is appended to it; it refers to each of `values` by
    its name after a colon.
    """
    return {
        "FilterExpression": f"begins_with(pk, :accounts){condition}",
        "ExpressionAttributeValues": {
            ":accounts": {"S": keys.accounts("")},
            **{f":{name}": value for name, value in values.items()},
        },
    }
