"""Finds everything that is stored about one member, by scanning the tables.

An index from members to all their items would cost two more write units for every order, for a
question that is asked a few times a year. So each call scans a bounded part of the tables, and its
cursor lets the next call continue (decision 43).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from shared.domain.members.member import Member
from shared.store import cursors, keys
from shared.store.attributions.members import MemberItem
from shared.store.connection import connection
from shared.store.cursors import InvalidCursor
from shared.store.items import TABLES, Item, RawItem
from shared.store.keys import Key
from shared.store.ledger.accounts import AccountItem
from shared.store.ledger.orders import OrderItem
from shared.store.ledger.purchases import PurchasesItem
from shared.store.ledger.statements import StatementItem

MOST_SCANS = 20
"""Scan requests in one call. Each scans at most one megabyte; together they take some seconds."""
MOST_ITEMS = 500
"""A call stops after the scan that reaches this number of items. So a page may have more."""
NAMING_FIELDS = ("member", "friend", "advocate", "same_as", "buyer")
"""Attributes that hold a member's id."""
SHORT_NAMED: Mapping[str, type[Item]] = {
    "ACCOUNT": AccountItem,
    "MEMBER": MemberItem,
    "ORDER": OrderItem,
    "PURCHASES": PurchasesItem,
    "STATEMENT": StatementItem,
}
"""Kinds that store documents with short field names, by the first part of their partition keys."""


def list_personal_items(member: Member, after: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """A page of the items about a member, and the cursor of the next page; `None` after the last.
    Raises `InvalidCursor`.
    """
    found: list[dict[str, Any]] = []
    table, start = _parse_cursor(after) if after else (0, None)
    for _ in range(MOST_SCANS):
        items, start = _scan(TABLES[table].Meta.table_name, member, start)
        found += items
        if start is None:
            table += 1
        if table == len(TABLES):
            return found, None
        if len(found) >= MOST_ITEMS:
            break
    return found, cursors.write_document([table, start])


def spell_out(raw: RawItem) -> dict[str, Any]:
    """A stored item in the form that the member receives: its kind, its key, and each field with
    its full name.
    """
    kind = raw["pk"]["S"].partition("#")[0]
    documents = SHORT_NAMED[kind].get_attributes() if kind in SHORT_NAMED else {}
    fields = {}
    for name, value in raw.items():
        if name != "v":
            plain = _plain(value)
            form = getattr(documents.get(name), "form", None)
            fields[name] = form.spell_out(plain) if form else plain
    return {"item": kind.lower(), **fields}


def _parse_cursor(after: str) -> tuple[int, Key | None]:
    """The index of a table, and the key after which its scan continues; `None` at the beginning of
    the table.
    """
    match cursors.parse_document(after):
        case [int(table), start] if 0 <= table < len(TABLES):
            return table, None if start is None else cursors.parse_key(start)
    raise InvalidCursor


def _scan(table: str, member: Member, start: Key | None) -> tuple[list[dict[str, Any]], Key | None]:
    begins = {"ExclusiveStartKey": {"pk": {"S": start.pk}, "sk": {"S": start.sk}}} if start else {}
    page = connection().dispatch(
        "Scan", {"TableName": table, "ConsistentRead": True, **filter_of(member), **begins}
    )
    last = page.get("LastEvaluatedKey")
    items = [spell_out(raw) for raw in page["Items"]]
    return items, Key(last["pk"]["S"], last["sk"]["S"]) if last else None


def filter_of(member: Member, own: bool = True) -> dict[str, Any]:
    """A scan filter for items under the member's own keys, and for items that contain the member's
    id; without `own`, only for the latter.
    """
    ids = dict.fromkeys((member.id, member.public_id))
    partitions = [partition for name in ids for partition in own_partitions(name)]
    values = {f":k{number}": {"S": partition} for number, partition in enumerate(partitions)}
    is_own = f"pk IN ({', '.join(values)})"
    values[":id"] = {"S": member.id}
    values[":public_id"] = {"S": f":{json.dumps(member.public_id, ensure_ascii=False)}"}
    named = " OR ".join(
        [*(f"#{name} = :id" for name in NAMING_FIELDS), "contains(#subject, :public_id)"]
    )
    return {
        "FilterExpression": f"{is_own} OR {named}" if own else f"NOT {is_own} AND ({named})",
        "ExpressionAttributeNames": {f"#{name}": name for name in (*NAMING_FIELDS, "subject")},
        "ExpressionAttributeValues": values,
    }


def own_partitions(member_id: str) -> list[str]:
    """The partitions that contain items of this member only."""
    return [
        keys.member(member_id).pk,
        keys.accounts(member_id),
        keys.purchases(member_id).pk,
        keys.entries(member_id),
        keys.friend(member_id, "").pk,
        keys.statements(member_id),
        keys.sign_ups(member_id),
        keys.mails(member_id),
        keys.mail_preferences(member_id).pk,
    ]


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind == "N":
        return int(content)
    return next(_documents(content), content) if kind == "S" else content


def _documents(text: str) -> Iterator[Any]:
    """Yields the JSON document in a text; nothing if the text is not JSON."""
    if text[:1] in ("{", "["):
        try:
            yield json.loads(text)
        except ValueError:
            return
