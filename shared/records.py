"""Handles the records of a queue, each on its own. A record that fails is delivered again; after
its last attempt, the queue keeps it as a dead letter.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


def handle_records(
    event: Mapping[str, Any], handle: Callable[[Mapping[str, Any]], None], in_turn: bool = False
) -> "PartialItemFailureResponse":
    """Calls `handle` with each record of an SQS event, in parallel, or one after the other with
    `in_turn`.

    Returns the ids of the records that failed, in the form of `ReportBatchItemFailures`.
    """
    from aws_lambda_powertools.utilities.batch import process_partial_response

    from shared.record_processor import RecordProcessor  # takes 30 ms to import

    return process_partial_response(dict(event), handle, RecordProcessor(in_turn))
