"""API keys in the programs table: by their hash for requests, and by their first characters for
staff.

The key itself is not stored.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text, read_instant
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import Delete, Write, WriteConflict, read, retrying, write
from shared.store.items import ABSENT, IntegerAttribute, ProgramsItem
from shared.store.programs.audit_log import put_audit_line

PREFIX_LENGTH = 11
SHORTEST_KEY = 27
USE_NOTED_EVERY = timedelta(hours=1)


class ApiKeyItem(ProgramsItem):
    """What the holder of a key may do. The table deletes the item some time after `expires_at`
    (epoch seconds), so readers must compare the time themselves.
    """

    scope = UnicodeAttribute()
    made_at = UnicodeAttribute()
    expires_at = IntegerAttribute(null=True)


class ListedKeyItem(ProgramsItem):
    """A key as staff see it, under its first characters."""

    hash = UnicodeAttribute()
    scope = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    made_at = UnicodeAttribute()
    expires_at = IntegerAttribute(null=True)


class KeyUseItem(ProgramsItem):
    """When a key was last used, to the hour."""

    used_at = UnicodeAttribute()


class UnknownKey(Exception):
    """No valid key begins with these characters."""


class KeyHolder(NamedTuple):
    """The API key that a request has sent. `scope` is what the key opens, `prefix` are its first
    characters.
    """

    scope: str
    prefix: str
    expires_at: datetime | None
    used_at: datetime | None


def prefix_of(key: str) -> str:
    """The first characters of a key, which identify it for people. They are too few to guess the
    remaining characters.
    """
    return key[:PREFIX_LENGTH]


def add_key(
    key: str, scope: str, at: datetime, name: str | None = None, action: StaffAction | None = None
) -> None:
    """Adds a key. Adding the same key again changes nothing. With an `action` the change is
    recorded in the audit log. Raises `WriteConflict` if another key has the same first characters,
    and `ValueError` for a key shorter than `SHORTEST_KEY`.
    """
    audit_lines = (
        [put_audit_line(action, _subject(prefix_of(key)), None, _terms(scope, name))]
        if action
        else []
    )
    try:
        write([*_put_key(key, scope, at, name), *audit_lines])
    except WriteConflict:
        if _holder(key) is None:
            raise


def replace_key(prefix: str, key: str, until: datetime, action: StaffAction) -> ListedKeyItem:
    """Adds a new key with the scope and name of an old one, and lets the old one expire at `until`,
    or earlier if it already expires earlier. Returns the new key. Raises `UnknownKey`.
    """

    def attempt() -> ListedKeyItem:
        old = find_listed_key(prefix, action.at)
        ends = min(int(until.timestamp()), old.expires_at or int(until.timestamp()))
        after = _terms(old.scope, old.name, ends) | {"replaced_by": prefix_of(key)}
        audit_line = put_audit_line(
            action, _subject(prefix), _terms(old.scope, old.name, old.expires_at), after
        )
        write([*_put_key(key, old.scope, action.at, old.name), *_put_end(old, ends), audit_line])
        return find_listed_key(prefix_of(key), action.at)

    return retrying(attempt)


def revoke(prefix: str, action: StaffAction) -> None:
    """Deletes a key, so that it is refused from now on. Raises `UnknownKey`."""

    def attempt() -> None:
        listed = _listed(prefix)
        gone = [ApiKeyItem(*keys.api_key(listed.hash)), KeyUseItem(*keys.key_use(listed.hash))]
        same = ListedKeyItem.hash == listed.hash
        audit_line = put_audit_line(
            action, _subject(prefix), _terms(listed.scope, listed.name, listed.expires_at), None
        )
        write([Delete(listed, same), *(Delete(item) for item in gone), audit_line])

    retrying(attempt)


def find_holder(key: str, at: datetime) -> KeyHolder | None:
    """The key that a request has sent; `None` if it is unknown or has expired.

    Records the use of the key, at most once an hour.
    """
    found = _holder(key)
    if found is None or (found.expires_at and found.expires_at <= at):
        return None
    if found.used_at is None or abs(at - found.used_at) >= USE_NOTED_EVERY:
        _note_use(key, at)
    return found


def find_listed_key(prefix: str, at: datetime) -> ListedKeyItem:
    """A key that is valid now. Raises `UnknownKey`."""
    listed = _listed(prefix)
    if listed.expires_at and listed.expires_at <= at.timestamp():
        raise UnknownKey(prefix)
    return listed


def list_keys(limit: int, after: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """A page of the keys, sorted by their first characters, and the cursor of the next page; `None`
    after the last page. Raises `InvalidCursor`.
    """
    follows = ListedKeyItem.sk > sort_key(after) if after else None
    rows = list(ListedKeyItem.query(keys.KEYS, follows, consistent_read=True, limit=limit + 1))
    page = rows[:limit]
    return show_keys(page), page[-1].sk if len(rows) > limit else None


def show_keys(rows: Sequence[ListedKeyItem]) -> list[dict[str, Any]]:
    """Keys in the form that staff see."""
    used = read([(KeyUseItem, keys.key_use(row.hash)) for row in rows])
    return [_shown(row, used.get(KeyUseItem, keys.key_use(row.hash))) for row in rows]


def _shown(row: ListedKeyItem, use: KeyUseItem | None) -> dict[str, Any]:
    return {
        "prefix": row.sk,
        "scope": row.scope,
        "name": row.name,
        "made_at": row.made_at,
        "expires_at": _seconds_text(row.expires_at),
        "used_at": use.used_at if use is not None else None,
    }


def _subject(prefix: str) -> dict[str, Any]:
    return {"key": prefix}


def _terms(scope: str, name: str | None, ends: int | None = None) -> dict[str, Any]:
    """A key in the form for the audit log, without the key itself."""
    return {"scope": scope, "name": name, "expires_at": _seconds_text(ends)}


def _put_key(key: str, scope: str, at: datetime, name: str | None) -> list[Write]:
    if len(key) < SHORTEST_KEY:
        raise ValueError(
            f"a key has at least {SHORTEST_KEY} characters,"
            f" or its first {PREFIX_LENGTH} tell too much"
        )
    hashed, made_at = _hash(key), instant_text(at)
    listed = ListedKeyItem(
        *keys.listed_key(prefix_of(key)), hash=hashed, scope=scope, name=name, made_at=made_at
    )
    opened = ApiKeyItem(*keys.api_key(hashed), scope=scope, made_at=made_at)
    return [Write(listed, ABSENT), Write(opened, ABSENT)]


def _put_end(old: ListedKeyItem, ends: int) -> list[Write]:
    before = old.expires_at
    unchanged = (
        ListedKeyItem.expires_at == before if before else ListedKeyItem.expires_at.does_not_exist()
    )
    old.expires_at = ends
    opened = ApiKeyItem(
        *keys.api_key(old.hash), scope=old.scope, made_at=old.made_at, expires_at=ends
    )
    return [
        Write(old, (ListedKeyItem.hash == old.hash) & unchanged),
        Write(opened, ApiKeyItem.pk.exists()),
    ]


def _note_use(key: str, at: datetime) -> None:
    """Records the use of a key. A conflict is ignored, because the other request records the same
    use.
    """
    try:
        write([Write(KeyUseItem(*keys.key_use(_hash(key)), used_at=instant_text(at)))])
    except WriteConflict:
        return


def _holder(key: str) -> KeyHolder | None:
    hashed = _hash(key)
    found = read([(ApiKeyItem, keys.api_key(hashed)), (KeyUseItem, keys.key_use(hashed))])
    item, use = (
        found.get(ApiKeyItem, keys.api_key(hashed)),
        found.get(KeyUseItem, keys.key_use(hashed)),
    )
    if item is None:
        return None
    return KeyHolder(
        item.scope,
        prefix_of(key),
        _instant(item.expires_at),
        read_instant(use.used_at) if use is not None else None,
    )


def _listed(prefix: str) -> ListedKeyItem:
    """The key with these first characters. Raises `UnknownKey`.

    A text that is too long for a key in the table is refused before the read.
    """
    if len(prefix) > PREFIX_LENGTH:
        raise UnknownKey(prefix)
    key = keys.listed_key(prefix)
    found = read([(ListedKeyItem, key)]).get(ListedKeyItem, key)
    if found is None:
        raise UnknownKey(prefix)
    return found


def _instant(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _seconds_text(seconds: int | None) -> str | None:
    instant = _instant(seconds)
    return instant_text(instant) if instant else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()
