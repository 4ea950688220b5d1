"""Everything that is kept about one member, found by looking through the tables.

No index leads from a person to all of it: it would cost every order two write units for ever, for a
question that is asked a few times a year. So each call looks through a bounded part, and the next
one goes on from there (decision 43).
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
"""Each looks through at most a megabyte; so many take some seconds in all."""
MOST_ITEMS = 500
"""A page is full after so many; the rest of the last scan comes along."""
NAMING_FIELDS = ("member", "friend", "advocate", "same_as", "buyer")
"""Attributes that hold a member's id."""
SHORT_NAMED: Mapping[str, type[Item]] = {
    "ACCOUNT": AccountItem,
    "MEMBER": MemberItem,
    "ORDER": OrderItem,
    "PURCHASES": PurchasesItem,
    "STATEMENT": StatementItem,
}
"""Kinds that store documents under short names, by the first part of their keys."""


def list_personal_items(member: Member, after: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """A page of the items about a member, and the next page's cursor; raises `InvalidCursor`."""
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
    """A stored item for the person it is about: its kind, its key, and each field under its whole
    name.
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
    """The number of a table, and the key in it to go on from; `None` at the table's beginning."""
    match cursors.parse_document(after):
        case [int(table), start] if 0 <= table < len(TABLES):
            return table, None if start is None else cursors.parse_key(start)
    raise InvalidCursor


def _scan(table: str, member: Member, start: Key | None) -> tuple[list[dict[str, Any]], Key | None]:
    begins = {"ExclusiveStartKey": {"pk": {"S": start.pk}, "sk": {"S": start.sk}}} if start else {}
    page = connection().dispatch(
        "Scan", {"TableName": table, "ConsistentRead": True, **_filter(member), **begins}
    )
    last = page.get("LastEvaluatedKey")
    items = [spell_out(raw) for raw in page["Items"]]
    return items, Key(last["pk"]["S"], last["sk"]["S"]) if last else None


def _filter(member: Member) -> dict[str, Any]:
    """Items under the member's own keys, and those that name the member."""
    ids = dict.fromkeys((member.id, member.public_id))
    partitions = [partition for name in ids for partition in _own_partitions(name)]
    values = {f":k{number}": {"S": partition} for number, partition in enumerate(partitions)}
    own = ", ".join(values)
    values[":id"] = {"S": member.id}
    values[":public_id"] = {"S": f":{json.dumps(member.public_id, ensure_ascii=False)}"}
    named = [f"#{name} = :id" for name in NAMING_FIELDS]
    return {
        "FilterExpression": " OR ".join(
            [f"pk IN ({own})", *named, "contains(#subject, :public_id)"]
        ),
        "ExpressionAttributeNames": {f"#{name}": name for name in (*NAMING_FIELDS, "subject")},
        "ExpressionAttributeValues": values,
    }


def _own_partitions(member_id: str) -> list[str]:
    """The partitions that are about this member alone."""
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
    """The JSON document in a text, where it is one."""
    if text[:1] in ("{", "["):
        try:
            yield json.loads(text)
        except ValueError:
            return
