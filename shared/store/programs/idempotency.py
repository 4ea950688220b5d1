"""Requests with an `Idempotency-Key` and the answers to them, in the programs table. They are kept
for two days.
"""

import json
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import DAY
from shared.store.engine import Write, WriteConflict, find, retrying, write
from shared.store.items import ABSENT, IntegerAttribute, ProgramsItem
from shared.store.keys import Key

KEPT_DAYS = 2


class IdempotencyItem(ProgramsItem):
    """A request that has claimed a key, identified by its fingerprint, and the answer once there is
    one.
    """

    PRIVATE_KEY = True
    fingerprint = UnicodeAttribute()
    answer = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute()


class KeptAnswer(NamedTuple):
    """The request that has claimed a key. `answer` is `None` until it is stored."""

    fingerprint: str
    answer: dict[str, Any] | None


def claim(key: Key, fingerprint: str, now: datetime) -> KeptAnswer:
    """Claims an `Idempotency-Key` for a request. Returns the request that has the key: this one, or
    an earlier one.
    """

    def attempt() -> KeptAnswer:
        found = find(IdempotencyItem, key)
        if found is not None and found.expires_at > now.timestamp():
            return _kept(found)
        unclaimed = ABSENT if found is None else IdempotencyItem.expires_at == int(found.expires_at)
        write([Write(_item(key, fingerprint, now), unclaimed)])
        return KeptAnswer(fingerprint, None)

    return retrying(attempt)


def keep(key: Key, fingerprint: str, answer: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Stores the answer to a claimed request. Returns the answer that counts: this one, or one that
    was stored earlier.
    """
    item = _item(key, fingerprint, now)
    item.answer = json.dumps(answer)
    unanswered = IdempotencyItem.answer.does_not_exist()
    try:
        write([Write(item, (IdempotencyItem.fingerprint == fingerprint) & unanswered)])
    except WriteConflict:
        found = find(IdempotencyItem, key)
        return _kept(found).answer or answer if found is not None else answer
    return answer


def _item(key: Key, fingerprint: str, now: datetime) -> IdempotencyItem:
    return IdempotencyItem(
        *key, fingerprint=fingerprint, expires_at=int((now + KEPT_DAYS * DAY).timestamp())
    )


def _kept(item: IdempotencyItem) -> KeptAnswer:
    return KeptAnswer(item.fingerprint, json.loads(item.answer) if item.answer else None)
