"""Dead letters: messages that queues gave up on. Staff sees what they are about and can put them
back (decision 111).
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from shared import queue
from shared.domain.staff_action import StaffAction
from shared.problem import Conflict, NotFound
from shared.queue import Message
from shared.settings import DeadLetterSettings, PutBackSettings
from shared.store.engine import write
from shared.store.programs.audit_log import put_audit_line

BUS = "bus"
NO_WAY_BACK = ("reviews", "stream")
"""Queues whose letters cannot be put back. The next night repeats a run of reviews, and a letter of
a stream only says where its records are.
"""
MOST_PUT_BACK = 100
"""Messages that one call puts back."""
RETENTION = timedelta(days=14)
"""How long a queue keeps a message, counted from when it was first sent. Becoming a dead letter
does not start the time again.
"""
NAMED = ("order", "member", "month", "webhook", "referral", "part", "import_id", "time")
"""Fields of a message that identify something but contain no text from people."""


class DeadLetter(NamedTuple):
    """One message without personal data.

    * `kind`: the kind that the message itself names, if any.
    * `about`: its `NAMED` fields.
    """

    sent_at: datetime
    kind: str | None
    about: Mapping[str, str]

    @property
    def lost_at(self) -> datetime:
        return self.sent_at + RETENTION


class DeadLetterQueue(NamedTuple):
    """A queue of dead letters: the approximate number of `waiting` letters, and some of them,
    oldest first.
    """

    name: str
    waiting: int
    letters: Sequence[DeadLetter]

    @property
    def has_way_back(self) -> bool:
        return self.name not in NO_WAY_BACK


def count_waiting() -> dict[str, int]:
    """The approximate number of waiting letters, by the queue's name, in the order of the template."""
    urls = _urls()
    with ThreadPoolExecutor(max(1, len(urls))) as threads:
        return dict(zip(urls, threads.map(queue.count_waiting, urls.values()), strict=True))


def count_with_way_back() -> int:
    """The approximate number of letters that can be put back."""
    return sum(waiting for name, waiting in count_waiting().items() if name not in NO_WAY_BACK)


def list_queues() -> list[DeadLetterQueue]:
    """All dead-letter queues of the template, with some letters of each queue that has any."""
    urls = _urls()
    return [
        DeadLetterQueue(
            name,
            waiting,
            [_letter(message) for message in queue.peek(urls[name])] if waiting else [],
        )
        for name, waiting in count_waiting().items()
    ]


def put_back(name: str, action: StaffAction) -> int:
    """Sends at most `MOST_PUT_BACK` letters back to the queues that gave up on them, and returns
    how many.

    Raises `NotFound` for an unknown queue, and `Conflict` if nothing waits or the letters cannot be
    put back. The audit log is written first, because a transaction cannot include a queue.
    """
    source = _urls().get(name)
    if source is None:
        raise NotFound("unknown_queue", "There is no such queue. See the Dead letters page.")
    if name in NO_WAY_BACK:
        raise Conflict(
            "no_way_back",
            "These messages cannot be sent again. Their page says what to do instead.",
        )
    waiting = queue.count_waiting(source)
    if not waiting:
        raise Conflict(
            "no_dead_letters", "There are no messages here any more. They were already sent again."
        )
    write([put_audit_line(action, {"queue": name}, {"waiting": waiting}, None)])
    way_back = partial(_find_way_back, name, PutBackSettings.load().put_back_to)
    return queue.move(source, way_back, min(waiting, MOST_PUT_BACK))


def _find_way_back(name: str, queues: Mapping[str, str], message: Message) -> str | None:
    """The URL of the queue that gave up on a message. For letters of the bus, the queue that the
    bus could not reach; `None` if it is not one of ours.
    """
    if name != BUS:
        return queues[name]
    target = (message.target or "").rpartition(":")[2]
    return next((url for url in queues.values() if url.rpartition("/")[2] == target), None)


def _urls() -> Mapping[str, str]:
    return DeadLetterSettings.load().dead_letters


def _letter(message: Message) -> DeadLetter:
    try:
        body = json.loads(message.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return DeadLetter(message.sent_at, None, {})
    kind = body.get("detail-type") or body.get("kind")
    return DeadLetter(message.sent_at, kind if isinstance(kind, str) else None, _about(kind, body))


def _about(kind: object, body: Mapping[str, Any]) -> dict[str, str]:
    """What a message is about. An event of the bus says it in its `detail`."""
    detail = body.get("detail")
    fields = detail if isinstance(detail, dict) else body
    about = {name: fields.get(name) for name in NAMED}
    if kind == "OrderChanged":
        about["order"] = fields.get("id")
    owner = body.get("owner")
    if isinstance(owner, list):
        about["member"] = owner[0]
    return {name: str(value) for name, value in about.items() if isinstance(value, str | int)}
