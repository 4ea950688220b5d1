"""Everything that is kept about one member, found by looking through the tables.

No index leads from a person to all of it: that would cost every order two write units for ever, for a question that is asked a few times a
year. So each call looks through a bounded part, and the next one goes on there.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from shared.domain.members.member import Member
from shared.store import cursors, keys
from shared.store.cursors import InvalidCursor
from shared.store.engine import AttributionsItem, LedgerItem, ProgramsItem, connection
from shared.store.keys import Key

TABLES = (AttributionsItem, LedgerItem, ProgramsItem)
MOST_SCANS = 20
"""Of at most a megabyte each, which takes some seconds in all."""
MOST_ITEMS = 500
"""After so many, the page is full; what one more scan found still comes along."""
_NAMED_BY = ("member", "friend", "advocate", "same_as", "buyer")


def held(member: Member, after: str = "") -> tuple[list[dict], str | None]:
    """A page of what is kept, and the place where the next begins."""
    found: list[dict] = []
    table, start = _place(after) if after else (0, None)
    for _ in range(MOST_SCANS):
        rows, start = _scan(TABLES[table].Meta.table_name, member, start)
        found += rows
        if start is None:
            table += 1
        if table == len(TABLES):
            return found, None
        if len(found) >= MOST_ITEMS:
            break
    return found, cursors.written([table, start])


def _place(after: str) -> tuple[int, Key | None]:
    """Which table, and the key in it; `None` at its beginning."""
    match cursors.document(after):
        case [int(table), start] if 0 <= table < len(TABLES):
            return table, None if start is None else cursors.key(start)
    raise InvalidCursor


def _scan(table: str, member: Member, start: Key | None) -> tuple[list[dict], Key | None]:
    begins = {"ExclusiveStartKey": {"pk": {"S": start.pk}, "sk": {"S": start.sk}}} if start else {}
    page = connection().dispatch(
        "Scan", {"TableName": table, "ConsistentRead": True, **_about(member), **begins}
    )
    last = page.get("LastEvaluatedKey")
    return [told(raw) for raw in page["Items"]], Key(
        last["pk"]["S"], last["sk"]["S"]
    ) if last else None


def _about(member: Member) -> dict:
    """Items under the member's own keys, and those that name the member."""
    ids = dict.fromkeys((member.id, member.public_id))
    places = [place for name in ids for place in keys.about(name)]
    values = {f":k{number}": {"S": place} for number, place in enumerate(places)} | {
        ":id": {"S": member.id}
    }
    named = [f"#{name} = :id" for name in _NAMED_BY]
    values[":told"] = {"S": f":{json.dumps(member.public_id, ensure_ascii=False)}"}
    own = ", ".join(name for name in values if name.startswith(":k"))
    return {
        "FilterExpression": " OR ".join([f"pk IN ({own})", *named, "contains(#subject, :told)"]),
        "ExpressionAttributeNames": {f"#{name}": name for name in (*_NAMED_BY, "subject")},
        "ExpressionAttributeValues": values,
    }


def told(raw: Mapping) -> dict:
    """An item as it is kept: what it is, and each field as JSON."""
    fields = {name: _plain(value) for name, value in raw.items()}
    return {"item": fields["pk"].partition("#")[0].lower(), **fields}


def _plain(value: Mapping[str, Any]) -> object:
    ((kind, content),) = value.items()
    if kind == "N":
        return int(content)
    return next(_documents(content), content) if kind == "S" else content


def _documents(text: str) -> Iterator[object]:
    """The document in a text, where it is one."""
    if text[:1] in ("{", "["):
        try:
            yield json.loads(text)
        except ValueError:
            return
