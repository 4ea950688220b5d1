"""Powertools' batch processor, with the records of a batch in parallel threads."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, FailureResponse

from shared.log import describe_fault, logger, name_ids

MOST_AT_ONCE = 10
"""The size of a batch. Threads are enough, because a record mostly waits for the tables."""


@cache
def threads() -> ThreadPoolExecutor:
    """The thread pool. It is kept between invocations, because starting a thread takes longer than
    handling a record.
    """
    return ThreadPoolExecutor(MOST_AT_ONCE)


class RecordProcessor(BatchProcessor):
    """Handles the records of an SQS event. Each record has its own ids in the log. A fault is
    logged by type and place; the base class would log the exception's message.
    """

    def __init__(self, in_turn: bool) -> None:
        super().__init__(EventType.SQS, raise_on_entire_batch_failure=False)
        self.in_turn = in_turn

    def process(self) -> list[tuple[Any, ...]]:
        spread = map if self.in_turn or len(self.records) == 1 else threads().map
        contexts = [copy_context() for _ in self.records]
        return list(
            spread(
                lambda context, record: context.run(self._process_record, record),
                contexts,
                self.records,
            )
        )

    def _process_record(self, record: dict[str, Any]) -> tuple[str, Any, Any]:
        name_ids(message_id=record["messageId"])
        return super()._process_record(record)

    def failure_handler(self, record: Any, exception: Any) -> FailureResponse:
        logger.error("record will come again", extra=describe_fault(exception[1]))
        self.exceptions.append(exception)
        self.fail_messages.append(record)
        return "fail", exception[0].__name__, record
