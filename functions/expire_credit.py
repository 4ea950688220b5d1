"""Expires credit that was not spent in time, once a day (specification: expiry).

The schedule's event `{"time": …}` starts a run. The records of the expiry queue are the jobs of the
run.
"""

from typing import TYPE_CHECKING, assert_never

from shared import metrics
from shared.domain.instants import parse_instant
from shared.invocation import Event, lambda_handler
from shared.jobs.expiry import expire_account, expire_page, load_program, may_expire
from shared.jobs.job import EXPIRY, ExpireAccount, ExpirePage, ExpiryJob
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "dict[str, bool] | PartialItemFailureResponse":
    """For the schedule's event: whether a run was started. For records: the records that failed."""
    if "Records" in event:
        return handle_records(event, lambda record: _run(EXPIRY.parse(record["body"])))
    begun = may_expire(load_program())
    if begun:
        EXPIRY.enqueue([ExpirePage(time=parse_instant(event["time"]))])
    metrics.count(metrics.EXPIRY_RUNS)
    return {"begun": begun}


def _run(job: ExpiryJob) -> None:
    program = load_program()
    match job:
        case ExpirePage():
            expire_page(job, program)
        case ExpireAccount():
            expire_account(job.owner, program, job.time)
        case _:
            assert_never(job)
