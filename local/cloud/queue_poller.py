"""Carries messages from the queues to the functions that the template maps them to, as Lambda's SQS poller does."""

import asyncio
import hashlib
import sys
from datetime import datetime

from local.cloud.clock import Clock
from local.cloud.functions import Functions, FunctionsUnavailable, InvocationCut, InvocationFailed
from local.cloud.queues import QueuedMessage, Queues
from local.cloud.resources import QueueMapping

CONCURRENCY = 4
_LOOK_SECONDS = 0.2


class QueuePoller:
    """A failure beside a dead engine is not the message's fault: while `engine_serving` is not set, nothing is delivered or blamed."""

    def __init__(
        self,
        mappings: tuple[QueueMapping, ...],
        queues: Queues,
        functions: Functions,
        engine_serving: asyncio.Event,
        clock: Clock,
    ) -> None:
        self.mappings, self.queues, self.functions, self.engine_serving, self.clock = (
            mappings,
            queues,
            functions,
            engine_serving,
            clock,
        )
        self.finished = 0
        self._stopping = asyncio.Event()
        self._workers: list[asyncio.Task] = []

    def start(self) -> None:
        for mapping in self.mappings:
            self._workers += [asyncio.create_task(self._work(mapping)) for _ in range(CONCURRENCY)]

    async def stop(self) -> None:
        """Lets batches in flight end; what waits stays in its queue for the next start."""
        self._stopping.set()
        for event in self.queues.arrived.values():
            event.set()
        await asyncio.gather(*self._workers)

    async def _work(self, mapping: QueueMapping) -> None:
        while not self._stopping.is_set():
            if not await self._ready():
                continue
            batch = self.queues.receive(mapping.queue, mapping.batch_size)
            if batch:
                await self._deliver(mapping, batch)
            else:
                await self._wait(mapping.queue)

    async def _ready(self) -> bool:
        for serving in (self.engine_serving, self.functions.child.serving):
            if not serving.is_set():
                try:
                    await asyncio.wait_for(serving.wait(), _LOOK_SECONDS)
                except TimeoutError:
                    return False
        return True

    async def _wait(self, queue: str) -> None:
        """Until a message arrives or one that pauses may be received again."""
        arrived = self.queues.arrived[queue]
        arrived.clear()
        try:
            await asyncio.wait_for(arrived.wait(), self.queues.next_visible_in(queue))
        except TimeoutError:
            return

    async def _deliver(self, mapping: QueueMapping, batch: list[QueuedMessage]) -> None:
        try:
            result = await self.functions.invoke(
                mapping.function, sqs_event(mapping.queue, batch, self.clock.now()), wait_seconds=0
            )
        except (InvocationCut, FunctionsUnavailable):
            return self.queues.cut(mapping.queue, batch)
        except InvocationFailed as failure:
            if sys.stderr.isatty():
                print(f"grapevine: {mapping.function} failed: {failure}", file=sys.stderr)
            failed = batch
        else:
            failed = _failed(result, batch) if mapping.partial_failures else []
        self._settle(mapping, batch, failed)

    def _settle(
        self, mapping: QueueMapping, batch: list[QueuedMessage], failed: list[QueuedMessage]
    ) -> None:
        if done := [message for message in batch if message not in failed]:
            self.queues.delete(done)
            self.finished += len(done)
        if failed and not self.engine_serving.is_set():
            self.queues.cut(mapping.queue, failed)
        elif failed:
            self.queues.fail(mapping.queue, failed)


def _failed(result: object, batch: list[QueuedMessage]) -> list[QueuedMessage]:
    """As Lambda reads `batchItemFailures`: an answer that names no message of the batch, or is malformed, fails all of it."""
    if result is None or result == {}:
        return []
    try:
        named = {item["itemIdentifier"] for item in result["batchItemFailures"] or ()}
    except (KeyError, TypeError):
        return batch
    return (
        [message for message in batch if message.id in named]
        if named <= {message.id for message in batch}
        else batch
    )


def sqs_event(queue: str, batch: list[QueuedMessage], now: datetime) -> dict:
    return {
        "Records": [_record(queue, message, round(now.timestamp() * 1000)) for message in batch]
    }


def _record(queue: str, message: QueuedMessage, now_ms: int) -> dict:
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
        "awsRegion": "us-east-1",
    }
