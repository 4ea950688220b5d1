"""Delivers messages from queues to functions, like Lambda's poller for SQS."""

import asyncio
import contextlib
import hashlib
import sqlite3
import sys
from collections.abc import Callable
from datetime import datetime

from local.cloud.clock import Clock
from local.cloud.database import transaction
from local.cloud.functions import (
    Functions,
    FunctionsUnavailable,
    InvocationCut,
    InvocationFailed,
    failed_identifiers,
)
from local.cloud.queues import QueuedMessage, Queues
from local.cloud.resources import QueueMapping
from local.cloud.template import REGION

CONCURRENCY = 4
_POLL_SECONDS = 0.2
_FULL_DISK_SECONDS = 0.5
"""The pause between attempts to write to the database."""


class QueuePoller:
    """Delivers the messages of each mapping, up to four batches at once.

    `finished` counts the messages that were processed. While `engine_serving` is not set, nothing
    is delivered and no failure counts against a message, because no function works without its
    tables.
    """

    def __init__(
        self,
        mappings: tuple[QueueMapping, ...],
        queues: Queues,
        functions: Functions,
        engine_serving: asyncio.Event,
        clock: Clock,
    ) -> None:
        self.mappings, self.queues, self.functions = mappings, queues, functions
        self.engine_serving, self.clock = engine_serving, clock
        self.finished = 0
        self._stopping = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        for mapping in self.mappings:
            self._workers += [asyncio.create_task(self._work(mapping)) for _ in range(CONCURRENCY)]

    async def stop(self) -> None:
        """Waits until the batches in flight are processed; other messages stay in their queues for
        the next start.
        """
        self._stopping.set()
        for event in self.queues.arrived.values():
            event.set()
        await asyncio.gather(*self._workers)

    async def _work(self, mapping: QueueMapping) -> None:
        while not self._stopping.is_set():
            if not await self._can_deliver():
                continue
            try:
                batch = self.queues.receive(mapping.queue, mapping.batch_size)
            except sqlite3.OperationalError:
                await self._pause()
                continue
            if batch:
                await self._deliver(mapping, batch)
            else:
                await self._wait_for_message(mapping.queue)

    async def _can_deliver(self) -> bool:
        """Waits up to 0.2 seconds each for the engine and the functions; returns False if one is not
        ready.
        """
        for serving in (self.engine_serving, self.functions.child.serving):
            if not serving.is_set():
                try:
                    await asyncio.wait_for(serving.wait(), _POLL_SECONDS)
                except TimeoutError:
                    return False
        return True

    async def _wait_for_message(self, queue: str) -> None:
        """Waits until a message arrives, or until the pause of a waiting message ends."""
        arrived = self.queues.arrived[queue]
        arrived.clear()
        try:
            await asyncio.wait_for(arrived.wait(), self.queues.seconds_until_visible(queue))
        except TimeoutError:
            return

    async def _deliver(self, mapping: QueueMapping, batch: list[QueuedMessage]) -> None:
        event = sqs_event(mapping.queue, batch, self.clock.now())
        try:
            result = await self.functions.invoke(mapping.function, event, wait_seconds=0)
        except (InvocationCut, FunctionsUnavailable):
            return await self._write(lambda: self.queues.cut(mapping.queue, batch))
        except InvocationFailed as failure:
            if sys.stderr.isatty():
                print(f"grapevine: {mapping.function} failed: {failure}", file=sys.stderr)
            failed = batch
        else:
            failed = _failed_messages(result, batch) if mapping.partial_failures else []
        await self._write(lambda: self._acknowledge(mapping, batch, failed))

    async def _write(self, action: Callable[[], None]) -> None:
        """Runs the action in a transaction, and again while the disk is full.

        If the poller is stopped before the action succeeds, the messages are delivered again at the
        next start.
        """
        while True:
            try:
                with transaction(self.queues.database):
                    return action()
            except sqlite3.OperationalError:
                if self._stopping.is_set():
                    return
                await self._pause()

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), _FULL_DISK_SECONDS)

    def _acknowledge(
        self, mapping: QueueMapping, batch: list[QueuedMessage], failed: list[QueuedMessage]
    ) -> None:
        """Deletes the messages that succeeded, and returns the failed ones to their queue."""
        if succeeded := [message for message in batch if message not in failed]:
            self.queues.delete(succeeded)
            self.finished += len(succeeded)
        if failed and not self.engine_serving.is_set():
            self.queues.cut(mapping.queue, failed)
        elif failed:
            self.queues.fail(mapping.queue, failed)


def _failed_messages(result: object, batch: list[QueuedMessage]) -> list[QueuedMessage]:
    """Returns the messages that the function's result reports as failed.

    As in Lambda, all messages have failed if the report is malformed or names an unknown message.
    """
    failed = failed_identifiers(result)
    if failed is None or not failed <= {message.id for message in batch}:
        return batch
    return [message for message in batch if message.id in failed]


def sqs_event(queue: str, batch: list[QueuedMessage], now: datetime) -> dict[str, object]:
    now_ms = round(now.timestamp() * 1000)
    return {"Records": [_record(queue, message, now_ms) for message in batch]}


def _record(queue: str, message: QueuedMessage, now_ms: int) -> dict[str, object]:
    return {
        "messageId": message.id,
        "receiptHandle": str(message.number),
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receives),
            "SentTimestamp": str(message.sent_ms),
            "SenderId": "local",
            "ApproximateFirstReceiveTimestamp": str(now_ms),
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue,
        "awsRegion": REGION,
    }
