"""API keys by their hash, in the programs table; the key itself is nowhere kept."""

import hashlib
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from shared.domain.moment import instant_text
from shared.store import keys
from shared.store.engine import ProgramsItem, Write, read, write


class AccessItem(ProgramsItem):
    """What the holder of a key may do."""

    scope = UnicodeAttribute()
    made_at = UnicodeAttribute()


def put_key(key: str, scope: str, at: datetime) -> None:
    """Let the holder of a key in; safe to repeat."""
    write([Write(AccessItem(*_place(key), scope=scope, made_at=instant_text(at)))])


def drop_key(key: str) -> None:
    """Let the holder of a key in no more; safe to repeat."""
    write([Write(AccessItem(*_place(key)), delete=True)])


def scope_of(key: str) -> str | None:
    """What a key opens, `None` where nobody gave it out."""
    place = _place(key)
    item = read([(AccessItem, place)]).get(place)
    return item.scope if item is not None else None


def _place(key: str) -> keys.Key:
    return keys.access(hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest())
