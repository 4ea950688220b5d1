"""Queues, events and mail of the local cloud, in one SQLite file that outlives a crash.

Delivery is at least once, as SQS's is. A message whose handler failed comes back after a growing pause and moves to the dead letters after
the template's count; a message whose invocation was cut short comes back at once and is not blamed for it, up to a bound.
"""

import asyncio
import sqlite3
import time
import uuid
from dataclasses import dataclass

from local.cloud.resources import Queue

MAX_CUTS = 100
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_TABLES = """
create table if not exists messages (
    number integer primary key, queue text not null, id text not null, body text not null, sent_ms integer not null,
    visible_at real not null, receives integer not null default 0, cuts integer not null default 0, in_flight integer not null default 0);
create index if not exists waiting on messages (queue, in_flight, visible_at, number);
"""


@dataclass(frozen=True)
class QueuedMessage:
    number: int
    id: str
    body: str
    sent_ms: int
    receives: int


class Queues:
    def __init__(self, journal: sqlite3.Connection, queues: dict[str, Queue]) -> None:
        self.journal, self.queues = journal, queues
        self.arrived = {arn: asyncio.Event() for arn in queues}
        journal.executescript(_TABLES)
        journal.execute("update messages set in_flight = 0, visible_at = 0 where in_flight = 1")

    def send(
        self, arn: str, bodies: list[str], sent_ms: int, delay_seconds: float = 0
    ) -> list[str]:
        ids = [str(uuid.uuid4()) for _ in bodies]
        visible_at = time.time() + delay_seconds
        rows = [(arn, id, body, sent_ms, visible_at) for id, body in zip(ids, bodies, strict=True)]
        self.journal.executemany(
            "insert into messages (queue, id, body, sent_ms, visible_at) values (?, ?, ?, ?, ?)",
            rows,
        )
        self.arrived[arn].set()
        return ids

    def receive(self, arn: str, limit: int) -> list[QueuedMessage]:
        """The oldest visible messages, now in flight."""
        rows = self.journal.execute(
            "update messages set in_flight = 1, receives = receives + 1 where number in (select number from messages"
            " where queue = ? and in_flight = 0 and visible_at <= ? order by visible_at, number limit ?)"
            " returning number, id, body, sent_ms, receives",
            (arn, time.time(), limit),
        ).fetchall()
        return [QueuedMessage(*row) for row in sorted(rows)]

    def delete(self, messages: list[QueuedMessage]) -> None:
        self.journal.execute(f"delete from messages where number in ({_numbers(messages)})")

    def fail(self, arn: str, messages: list[QueuedMessage]) -> None:
        """Blames each message: later again, or to the dead letters when it has been received often enough."""
        queue = self.queues[arn]
        spent = [
            message
            for message in messages
            if queue.max_receives and message.receives >= queue.max_receives
        ]
        for message in messages:
            if message not in spent:
                pause = min(
                    _FIRST_PAUSE_SECONDS * 2 ** (message.receives - 1), _LONGEST_PAUSE_SECONDS
                )
                self.journal.execute(
                    "update messages set in_flight = 0, visible_at = ? where number = ?",
                    (time.time() + pause, message.number),
                )
        if spent and queue.dead_letters:
            self.journal.execute(
                f"update messages set in_flight = 0, queue = ? where number in ({_numbers(spent)})",
                (queue.dead_letters,),
            )
        self.arrived[arn].set()

    def lend(self, arn: str, limit: int, hidden_seconds: float) -> list[QueuedMessage]:
        """The oldest visible messages, nobody else's until so many seconds have passed."""
        rows = self.journal.execute(
            "update messages set visible_at = ?, receives = receives + 1 where number in (select number from messages"
            " where queue = ? and in_flight = 0 and visible_at <= ? order by number limit ?)"
            " returning number, id, body, sent_ms, receives",
            (time.time() + hidden_seconds, arn, time.time(), limit),
        ).fetchall()
        return [QueuedMessage(*row) for row in sorted(rows)]

    def take_out(self, arn: str, number: int, receives: int) -> None:
        """What was lent, unless it was lent again since."""
        self.journal.execute(
            "delete from messages where queue = ? and number = ? and receives = ?",
            (arn, number, receives),
        )

    def hidden(self, arn: str) -> int:
        """How many of a queue's messages are in flight, lent or delayed."""
        asked = (
            "select count(*) from messages where queue = ? and (in_flight = 1 or visible_at > ?)"
        )
        (counted,) = self.journal.execute(asked, (arn, time.time())).fetchone()
        return counted

    def cut(self, arn: str, messages: list[QueuedMessage]) -> None:
        """The invocation ended with its process: visible at once; blamed only from the hundredth time on."""
        self.journal.execute(
            "update messages set in_flight = 0, visible_at = ?, cuts = cuts + 1, receives = receives - (cuts < ?)"
            f" where number in ({_numbers(messages)})",
            (time.time(), MAX_CUTS),
        )
        self.arrived[arn].set()

    def depths(self) -> dict[str, int]:
        """Messages by the queue's logical id, in flight or not."""
        counted = dict(self.journal.execute("select queue, count(*) from messages group by queue"))
        return {queue.logical: counted.get(arn, 0) for arn, queue in self.queues.items()}

    def due(self) -> dict[str, int]:
        """The same without those whose sender asked for a delay that has not passed."""
        rows = self.journal.execute(
            "select queue, count(*) from messages where visible_at <= ? or receives > 0 or in_flight = 1 group by queue",
            (time.time(),),
        )
        counted = dict(rows)
        return {queue.logical: counted.get(arn, 0) for arn, queue in self.queues.items()}

    def next_visible_in(self, arn: str) -> float | None:
        """Seconds until a waiting message may be received; None when nothing waits."""
        (at,) = self.journal.execute(
            "select min(visible_at) from messages where queue = ? and in_flight = 0", (arn,)
        ).fetchone()
        return None if at is None else max(0.0, at - time.time())

    def dead_letter_arns(self) -> set[str]:
        return {queue.dead_letters for queue in self.queues.values() if queue.dead_letters}


def _numbers(messages: list[QueuedMessage]) -> str:
    return ",".join(str(message.number) for message in messages)
