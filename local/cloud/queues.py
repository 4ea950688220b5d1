"""The queues of the local cloud, stored in SQLite.

Messages are delivered at least once, as in SQS. A message whose handler failed comes back after a
growing pause. When it has been received as often as the template allows, it moves to the dead
letters. A message whose invocation was cut short comes back at once; this does not count as a
receive, up to `MAX_CUTS` times.
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


@dataclass(frozen=True)
class QueuedMessage:
    number: int
    id: str
    body: str
    sent_ms: int
    receives: int


class Queues:
    """All queues of the template.

    * `queues`: the queues by ARN.
    * `arrived`: an event for each ARN, set when the queue may have a new message.
    """

    def __init__(self, database: sqlite3.Connection, queues: dict[str, Queue]) -> None:
        self.database, self.queues = database, queues
        self.arrived = {arn: asyncio.Event() for arn in queues}
        database.execute("update messages set in_flight = 0, visible_at = 0 where in_flight = 1")

    def find(self, name: str) -> Queue | None:
        return next((queue for queue in self.queues.values() if queue.name == name), None)

    def send(
        self, arn: str, bodies: list[str], sent_ms: int, delay_seconds: float = 0
    ) -> list[str]:
        """Adds messages to a queue and returns their ids."""
        ids = [str(uuid.uuid4()) for _ in bodies]
        visible_at = time.time() + delay_seconds
        rows = [(arn, id, body, sent_ms, visible_at) for id, body in zip(ids, bodies, strict=True)]
        self.database.executemany(
            "insert into messages (queue, id, body, sent_ms, visible_at) values (?, ?, ?, ?, ?)",
            rows,
        )
        self.arrived[arn].set()
        return ids

    def receive(self, arn: str, limit: int) -> list[QueuedMessage]:
        """Returns the oldest visible messages and marks them as in flight. Later, each of them must
        be passed to `delete`, `fail` or `cut`.
        """
        rows = self.database.execute(
            "update messages set in_flight = 1, receives = receives + 1 where number in"
            " (select number from messages where queue = ? and in_flight = 0 and visible_at <= ?"
            " order by visible_at, number limit ?)"
            " returning number, id, body, sent_ms, receives",
            (arn, time.time(), limit),
        ).fetchall()
        return [QueuedMessage(*row) for row in sorted(rows)]

    def delete(self, messages: list[QueuedMessage]) -> None:
        self.database.execute(f"delete from messages where number in ({_numbers(messages)})")

    def fail(self, arn: str, messages: list[QueuedMessage]) -> None:
        """Returns messages to the queue after a pause, or moves them to its dead letters if they
        were received as often as the queue allows.
        """
        queue = self.queues[arn]
        spent = [
            message
            for message in messages
            if queue.max_receives and message.receives >= queue.max_receives
        ]
        for message in messages:
            if message not in spent:
                self.database.execute(
                    "update messages set in_flight = 0, visible_at = ? where number = ?",
                    (time.time() + _pause_seconds(message.receives), message.number),
                )
        if spent and queue.dead_letters:
            self.database.execute(
                f"update messages set in_flight = 0, queue = ? where number in ({_numbers(spent)})",
                (queue.dead_letters,),
            )
        self.arrived[arn].set()

    def cut(self, arn: str, messages: list[QueuedMessage]) -> None:
        """Returns messages whose invocation was cut short because its process ended; they are
        visible at once.

        The receive does not count, except after a message was cut `MAX_CUTS` times.
        """
        self.database.execute(
            "update messages set in_flight = 0, visible_at = ?, cuts = cuts + 1,"
            " receives = receives - (cuts < ?)"
            f" where number in ({_numbers(messages)})",
            (time.time(), MAX_CUTS),
        )
        self.arrived[arn].set()

    def lend(self, arn: str, limit: int, hidden_seconds: float) -> list[QueuedMessage]:
        """Returns the oldest visible messages and hides them for `hidden_seconds`.

        This is ReceiveMessage of SQS, for callers that are not Lambda functions.
        """
        rows = self.database.execute(
            "update messages set visible_at = ?, receives = receives + 1 where number in"
            " (select number from messages where queue = ? and in_flight = 0 and visible_at <= ?"
            " order by number limit ?)"
            " returning number, id, body, sent_ms, receives",
            (time.time() + hidden_seconds, arn, time.time(), limit),
        ).fetchall()
        return [QueuedMessage(*row) for row in sorted(rows)]

    def delete_lent(self, arn: str, number: int, receives: int) -> None:
        """Deletes a lent message, unless it was received again in between."""
        self.database.execute(
            "delete from messages where queue = ? and number = ? and receives = ?",
            (arn, number, receives),
        )

    def count_hidden(self, arn: str) -> int:
        """Returns how many messages of a queue are in flight, lent or delayed."""
        (count,) = self.database.execute(
            "select count(*) from messages where queue = ? and (in_flight = 1 or visible_at > ?)",
            (arn, time.time()),
        ).fetchone()
        return int(count)

    def count_messages(self) -> dict[str, int]:
        """Returns how many messages each queue has, by logical id, including those in flight."""
        return self._by_logical_id(
            self.database.execute("select queue, count(*) from messages group by queue")
        )

    def count_due(self) -> dict[str, int]:
        """Returns how many messages each queue has, by logical id, without messages that the sender
        delayed and whose delay is not over yet.
        """
        return self._by_logical_id(
            self.database.execute(
                "select queue, count(*) from messages"
                " where visible_at <= ? or receives > 0 or in_flight = 1 group by queue",
                (time.time(),),
            )
        )

    def _by_logical_id(self, rows: sqlite3.Cursor) -> dict[str, int]:
        counts = dict(rows)
        return {queue.logical: counts.get(arn, 0) for arn, queue in self.queues.items()}

    def seconds_until_visible(self, arn: str) -> float | None:
        """Returns in how many seconds the next waiting message can be received; None if no message
        waits.
        """
        (visible_at,) = self.database.execute(
            "select min(visible_at) from messages where queue = ? and in_flight = 0", (arn,)
        ).fetchone()
        return None if visible_at is None else max(0.0, visible_at - time.time())

    def dead_letter_arns(self) -> set[str]:
        return {queue.dead_letters for queue in self.queues.values() if queue.dead_letters}


def _pause_seconds(receives: int) -> float:
    return min(_FIRST_PAUSE_SECONDS * 2.0 ** (receives - 1), _LONGEST_PAUSE_SECONDS)


def _numbers(messages: list[QueuedMessage]) -> str:
    return ",".join(str(message.number) for message in messages)
