"""What queues gave up on: how much of it waits, what it is about, and its way back (decision 111)."""

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from shared import queue
from shared.domain.staff_action import StaffAction
from shared.problem import Conflict, NotFound
from shared.queue import Message
from shared.store.engine import write
from shared.store.programs.audit_log import put_audit_line

BUS = "bus"
NO_WAY_BACK = ("reviews", "stream")
"""Runs that the next night makes up for, and what tells of records instead of holding them."""
MOST_PUT_BACK = 100
"""At once; a queue that got more asks for another push."""
KEPT = timedelta(days=14)
"""From when a message was sent first: dying does not make it younger (SQS, standard queues)."""
NAMED = ("order", "member", "month", "webhook", "referral", "part", "time")
"""Fields of a message that name a thing and nobody's person."""


class DeadLetter(NamedTuple):
    """One message without what it says of people: the word for what it is, where it has one, and what it is about."""

    sent_at: datetime
    kind: str | None
    about: Mapping[str, str]

    @property
    def lost_at(self) -> datetime:
        return self.sent_at + KEPT


class DeadLetterQueue(NamedTuple):
    """What one queue gave up on; of it `letters` are some, the oldest first."""

    name: str
    waiting: int
    letters: Sequence[DeadLetter]

    @property
    def has_way_back(self) -> bool:
        return self.name not in NO_WAY_BACK


def counts() -> dict[str, int]:
    """About how many letters wait, by the queue's name, in the template's order."""
    urls = _addresses()
    with ThreadPoolExecutor(max(1, len(urls))) as threads:
        return dict(zip(urls, threads.map(queue.waiting, urls.values()), strict=True))


def waiting_to_be_put_back() -> int:
    return sum(waiting for name, waiting in counts().items() if name not in NO_WAY_BACK)


def everything() -> list[DeadLetterQueue]:
    """Each queue of the template, with some letters of those that have any."""
    urls = _addresses()
    return [
        DeadLetterQueue(
            name,
            waiting,
            [_letter(message) for message in queue.look(urls[name])] if waiting else [],
        )
        for name, waiting in counts().items()
    ]


def put_back(name: str, act: StaffAction) -> int:
    """How many went back to where they failed. Raises `NotFound` for no such queue, `Conflict` where nothing waits or has a way back.

    The audit tells it before it is done, for a queue takes part in no transaction.
    """
    source = _addresses().get(name)
    if source is None:
        raise NotFound(
            "unknown_queue", "There is no such queue; the page of dead letters lists them."
        )
    if name in NO_WAY_BACK:
        raise Conflict(
            "no_way_back", "These letters have no way back; their page says what makes up for them."
        )
    waiting = queue.waiting(source)
    if not waiting:
        raise Conflict("no_dead_letters", "Nothing waits here any more; somebody has put it back.")
    write([put_audit_line(act, {"queue": name}, {"waiting": waiting}, None)])
    return queue.move(
        source,
        partial(_way_back, name, json.loads(os.environ["PUT_BACK_TO"])),
        min(waiting, MOST_PUT_BACK),
    )


def _way_back(name: str, queues: Mapping[str, str], message: Message) -> str | None:
    """The queue that gave up on it; the bus says for each event which one it could not reach."""
    if name != BUS:
        return queues[name]
    wanted = (message.target or "").rpartition(":")[2]
    return next((url for url in queues.values() if url.rpartition("/")[2] == wanted), None)


def _addresses() -> dict[str, str]:
    return json.loads(os.environ["DEAD_LETTERS"])


def _letter(message: Message) -> DeadLetter:
    try:
        told = json.loads(message.body)
    except ValueError:
        told = None
    return (
        DeadLetter(message.sent_at, *_said(told))
        if isinstance(told, Mapping)
        else DeadLetter(message.sent_at, None, {})
    )


def _said(told: Mapping) -> tuple[str | None, dict[str, str]]:
    """An event of the bus by its detail, everything else by itself."""
    kind = told.get("detail-type") or told.get("kind")
    detail = told.get("detail") if isinstance(told.get("detail"), Mapping) else told
    found = {name: detail.get(name) for name in NAMED}
    if kind == "OrderChanged":
        found["order"] = detail.get("id")
    if isinstance(told.get("owner"), list):
        found["member"] = told["owner"][0]
    named = {name: str(value) for name, value in found.items() if isinstance(value, str | int)}
    return kind if isinstance(kind, str) else None, named
