"""Expires credit that was not spent in time, once a day (specification: expiry). Codes that were
not used in time are dropped from their stores, and merges of members are finished.

The schedule's event `{"time": …}` starts a run. The records of the expiry queue are the jobs of the
run.
"""

from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from shared import bus, metrics
from shared.connectors.jobs import CODES, SyncCredit
from shared.domain.instants import parse_instant
from shared.invocation import Event, lambda_handler
from shared.jobs.expiry import expire_account, expire_page, load_program, may_expire
from shared.jobs.job import EXPIRY, ExpireAccount, ExpirePage, ExpiryJob
from shared.outgoing.events import MERGE_UNFINISHED
from shared.records import handle_records
from shared.store.ledger.credit_codes import list_ended_codes
from shared.store.ledger.merges import list_merged

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "dict[str, bool] | PartialItemFailureResponse":
    """Takes the event of the schedule, or records of the queue.

    For the event it returns whether a run was started, for records the ones that failed.
    """
    if "Records" in event:
        return handle_records(event, lambda record: _run(EXPIRY.parse(record["body"])))
    begun, at = may_expire(load_program()), parse_instant(event["time"])
    if begun:
        EXPIRY.enqueue([ExpirePage(time=at)])
    _drop_ended_codes(at)
    _finish_merges(at)
    metrics.count(metrics.EXPIRY_RUNS)
    return {"begun": begun}


def _drop_ended_codes(at: datetime) -> None:
    CODES.enqueue(SyncCredit(time=at, code=text) for text in list_ended_codes(at))


def _finish_merges(at: datetime) -> None:
    """Requests what is left of every merge: credit of a hold that ended by itself, and what a stopped
    process left. Raises `BusRefused`.
    """
    refused = bus.put_events((MERGE_UNFINISHED, at, {"member": name}) for name in list_merged())
    if refused:
        raise bus.BusRefused(f"{len(refused)} merges are not finished")


def _run(job: ExpiryJob) -> None:
    program = load_program()
    match job:
        case ExpirePage():
            expire_page(job, program)
        case ExpireAccount():
            expire_account(job.owner, program, job.time)
        case _:
            assert_never(job)
