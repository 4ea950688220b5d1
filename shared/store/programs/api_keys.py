"""API keys in the programs table: by their hash for who holds one, by their first characters for staff. The key itself is nowhere kept."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import ProgramsItem, Write, WriteConflict, read, retrying, write
from shared.store.programs.audit_log import put_audit_line

PREFIX_LENGTH = 11
SHORTEST_KEY = 27
USE_NOTED_EVERY = timedelta(hours=1)


class ApiKeyItem(ProgramsItem):
    """What the holder of a key may do; `expires_at` (epoch seconds) is the table's time to live, readers judge it themselves."""

    scope = UnicodeAttribute()
    made_at = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class ListedKeyItem(ProgramsItem):
    """The same key as staff knows it."""

    hash = UnicodeAttribute()
    scope = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    made_at = UnicodeAttribute()
    expires_at = NumberAttribute(null=True)


class KeyUseItem(ProgramsItem):
    """When a key was used, to the hour."""

    used_at = UnicodeAttribute()


class UnknownKey(Exception):
    """No living key begins with this."""


class KeyHolder(NamedTuple):
    """What is known of whoever shows a key."""

    scope: str
    prefix: str
    expires_at: datetime | None
    used_at: datetime | None


def prefix_of(key: str) -> str:
    """What people tell a key by; too little to guess the rest from."""
    return key[:PREFIX_LENGTH]


def put_key(
    key: str, scope: str, at: datetime, name: str | None = None, act: StaffAction | None = None
) -> None:
    """Let the holder of a key in; safe to repeat. Whoever does it by an `act` is told in the audit."""
    told = [put_audit_line(act, _subject(prefix_of(key)), None, _terms(scope, name))] if act else []
    try:
        write([*_put_key(key, scope, at, name), *told])
    except WriteConflict:
        if _holder(key) is None:
            raise


def replace_key(prefix: str, key: str, until: datetime, act: StaffAction) -> ListedKeyItem:
    """A new key of the same scope and name; the old one lives on `until` then. Raises `UnknownKey`."""

    def attempt() -> ListedKeyItem:
        old = find(prefix, act.at)
        ends = min(int(until.timestamp()), int(old.expires_at or until.timestamp()))
        after = _terms(old.scope, old.name, ends) | {"replaced_by": prefix_of(key)}
        told = put_audit_line(
            act, _subject(prefix), _terms(old.scope, old.name, old.expires_at), after
        )
        write([*_put_key(key, old.scope, act.at, old.name), *_put_end(old, ends), told])
        return find(prefix_of(key), act.at)

    return retrying(attempt)


def revoke(prefix: str, act: StaffAction) -> None:
    """Let the holder of a key in no more; raises `UnknownKey`."""

    def attempt() -> None:
        listed = _listed(prefix)
        gone = [ApiKeyItem(*keys.access(listed.hash)), KeyUseItem(*keys.key_use(listed.hash))]
        same = ListedKeyItem.hash == listed.hash
        told = put_audit_line(
            act, _subject(prefix), _terms(listed.scope, listed.name, listed.expires_at), None
        )
        write(
            [Write(listed, same, delete=True), *(Write(item, delete=True) for item in gone), told]
        )

    retrying(attempt)


def holder(key: str, at: datetime) -> KeyHolder | None:
    """Who shows a key, `None` where nobody gave it out or it has ended. The use is noted once an hour."""
    found = _holder(key)
    if found is None or (found.expires_at and found.expires_at <= at):
        return None
    if found.used_at is None or abs(at - found.used_at) >= USE_NOTED_EVERY:
        _note_use(key, at)
    return found


def find(prefix: str, at: datetime) -> ListedKeyItem:
    """A key that opens something now; raises `UnknownKey`."""
    listed = _listed(prefix)
    if listed.expires_at and listed.expires_at <= at.timestamp():
        raise UnknownKey(prefix)
    return listed


def listing(limit: int, after: str = "") -> tuple[list[dict], str | None]:
    """Keys by what they begin with, those that follow `after`; with them the last one where more follow."""
    follows = ListedKeyItem.sk > sort_key(after) if after else None
    rows = list(ListedKeyItem.query(keys.KEYS, follows, consistent_read=True, limit=limit + 1))
    some = rows[:limit]
    return shown(some), some[-1].sk if len(rows) > limit else None


def shown(rows: Sequence[ListedKeyItem]) -> list[dict]:
    """Keys as staff sees them."""
    used = read([(KeyUseItem, keys.key_use(row.hash)) for row in rows])
    return [_shown(row, used.get(keys.key_use(row.hash))) for row in rows]


def _shown(row: ListedKeyItem, use: KeyUseItem | None) -> dict:
    return {
        "prefix": row.sk,
        "scope": row.scope,
        "name": row.name,
        "made_at": row.made_at,
        "expires_at": instant_text(_instant(row.expires_at)) if row.expires_at else None,
        "used_at": use.used_at if use is not None else None,
    }


def _subject(prefix: str) -> dict:
    return {"key": prefix}


def _terms(scope: str, name: str | None, ends: int | None = None) -> dict:
    """A key as the audit tells it, which never holds the key itself."""
    return {
        "scope": scope,
        "name": name,
        "expires_at": instant_text(_instant(ends)) if ends else None,
    }


def _put_key(key: str, scope: str, at: datetime, name: str | None) -> list[Write]:
    if len(key) < SHORTEST_KEY:
        raise ValueError(
            f"a key has at least {SHORTEST_KEY} characters, or its first {PREFIX_LENGTH} tell too much"
        )
    hashed, made_at = _hash(key), instant_text(at)
    listed = ListedKeyItem(
        *keys.listed_key(prefix_of(key)), hash=hashed, scope=scope, name=name, made_at=made_at
    )
    opened = ApiKeyItem(*keys.access(hashed), scope=scope, made_at=made_at)
    return [
        Write(listed, ListedKeyItem.pk.does_not_exist()),
        Write(opened, ApiKeyItem.pk.does_not_exist()),
    ]


def _put_end(old: ListedKeyItem, ends: int) -> list[Write]:
    before = old.expires_at
    unchanged = (
        ListedKeyItem.expires_at == before if before else ListedKeyItem.expires_at.does_not_exist()
    )
    old.expires_at = ends
    opened = ApiKeyItem(
        *keys.access(old.hash), scope=old.scope, made_at=old.made_at, expires_at=ends
    )
    return [
        Write(old, (ListedKeyItem.hash == old.hash) & unchanged),
        Write(opened, ApiKeyItem.pk.exists()),
    ]


def _note_use(key: str, at: datetime) -> None:
    """Whoever else notes it at this moment does as well."""
    try:
        write([Write(KeyUseItem(*keys.key_use(_hash(key)), used_at=instant_text(at)))])
    except WriteConflict:
        return


def _holder(key: str) -> KeyHolder | None:
    hashed = _hash(key)
    found = read([(ApiKeyItem, keys.access(hashed)), (KeyUseItem, keys.key_use(hashed))])
    item, use = found.get(keys.access(hashed)), found.get(keys.key_use(hashed))
    if item is None:
        return None
    return KeyHolder(
        item.scope,
        prefix_of(key),
        _instant(item.expires_at),
        parse_instant(use.used_at) if use is not None else None,
    )


def _listed(prefix: str) -> ListedKeyItem:
    """What is longer than any beginning of a key is none, and may be longer than the table takes."""
    if len(prefix) > PREFIX_LENGTH:
        raise UnknownKey(prefix)
    key = keys.listed_key(prefix)
    found = read([(ListedKeyItem, key)]).get(key)
    if found is None:
        raise UnknownKey(prefix)
    return found


def _instant(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()
