"""Serves the codes queue: the jobs at connected stores, about codes and customers."""

from typing import TYPE_CHECKING

from shared.connectors import work
from shared.connectors.jobs import CODES, SyncCode
from shared.invocation import Event, lambda_handler
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    """Does the jobs of the records one by one; codes of one batch are sent to a store together at
    the end. Returns the records that failed, which are delivered again.
    """
    together: list[SyncCode] = []

    def handle(body: str) -> None:
        job = CODES.parse(body)
        if isinstance(job, SyncCode):
            together.append(job)
        else:
            work.run(job)

    answer = handle_records(event, lambda record: handle(record["body"]), in_turn=True)
    work.sync_codes(together)
    return answer
