"""Serves the codes queue: the jobs at connected stores, about codes and customers."""

from typing import TYPE_CHECKING

from shared.connectors import work
from shared.connectors.jobs import CODES, CodesJob, SyncCode
from shared.invocation import Event, lambda_handler
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    """Sends the codes of the records to the stores together, and then does the other jobs one by
    one, because the code of a blocked advocate must not wait for a page of codes or customers.
    Returns the records that failed, which are delivered again.
    """
    codes: list[SyncCode] = []

    def collect(job: CodesJob) -> None:
        if isinstance(job, SyncCode):
            codes.append(job)

    def run(job: CodesJob) -> None:
        if not isinstance(job, SyncCode):
            work.run(job)

    handle_records(event, lambda record: collect(CODES.parse(record["body"])), in_turn=True)
    try:
        work.sync_codes(codes)
    finally:
        answer = handle_records(
            event, lambda record: run(CODES.parse(record["body"])), in_turn=True
        )
    return answer
