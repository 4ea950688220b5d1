"""Powertools' batch processor, with the records of a batch side by side in threads."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, FailureResponse

from shared.log import describe_fault, logger, name_ids

MOST_AT_ONCE = 10
"""As many as a batch has: nearly all of a record's time is spent waiting for the tables."""


@cache
def threads() -> ThreadPoolExecutor:
    """Kept between invocations: a thread costs more to start than a record to handle."""
    return ThreadPoolExecutor(MOST_AT_ONCE)


class RecordProcessor(BatchProcessor):
    """Handles the records of an SQS event. Each has ids of its own in the log, and its fault is
    logged by kind and place; the base class would log the exception's message.
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
