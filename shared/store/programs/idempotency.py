"""Requests that carry an `Idempotency-Key` and what was answered to them, in the programs table, for two days."""

import json
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import DAY
from shared.store.engine import ProgramsItem, Write, WriteConflict, read, retrying, write
from shared.store.keys import Key

KEPT_DAYS = 2


class IdempotencyItem(ProgramsItem):
    """A request that was claimed by its fingerprint, and the answer to it once there is one."""

    fingerprint = UnicodeAttribute()
    answer = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class KeptAnswer(NamedTuple):
    fingerprint: str
    answer: dict | None


def claim(key: Key, fingerprint: str, now: datetime) -> KeptAnswer:
    """Whose request the key belongs to: this one, or the one that came first."""

    def attempt() -> KeptAnswer:
        found = read([(IdempotencyItem, key)]).get(key)
        if found is not None and found.expires_at > now.timestamp():
            return _kept(found)
        unclaimed = (
            IdempotencyItem.pk.does_not_exist()
            if found is None
            else IdempotencyItem.expires_at == int(found.expires_at)
        )
        write([Write(_item(key, fingerprint, now), unclaimed)])
        return KeptAnswer(fingerprint, None)

    return retrying(attempt)


def keep(key: Key, fingerprint: str, answer: dict, now: datetime) -> dict:
    """The answer that counts: this one, or the one that an equal request was given meanwhile."""
    item = _item(key, fingerprint, now)
    item.answer = json.dumps(answer)
    try:
        write(
            [
                Write(
                    item,
                    (IdempotencyItem.fingerprint == fingerprint)
                    & IdempotencyItem.answer.does_not_exist(),
                )
            ]
        )
    except WriteConflict:
        found = read([(IdempotencyItem, key)]).get(key)
        return _kept(found).answer or answer if found is not None else answer
    return answer


def _item(key: Key, fingerprint: str, now: datetime) -> IdempotencyItem:
    return IdempotencyItem(
        *key, fingerprint=fingerprint, expires_at=int((now + KEPT_DAYS * DAY).timestamp())
    )


def _kept(item: IdempotencyItem) -> KeptAnswer:
    return KeptAnswer(item.fingerprint, json.loads(item.answer) if item.answer else None)
