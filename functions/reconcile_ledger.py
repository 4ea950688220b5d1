"""Recomputes a part of the ledger every day and reports differences; the whole ledger when it is
asked to. Also asks processors for payments whose webhooks never arrived.

The schedule's event `{"time": …}` starts a run. The records of the reconciliation queue are the
jobs of the run.
"""

from typing import TYPE_CHECKING, assert_never

from shared import metrics
from shared.domain.instants import parse_instant
from shared.invocation import Event, lambda_handler
from shared.jobs.job import (
    RECONCILIATION,
    BeginReconciliation,
    ReconcilePage,
    ReconciliationJob,
    RecoverPage,
    VerifyPage,
)
from shared.jobs.reconciliation import PARTS, begin_reconciliation, reconcile_page
from shared.jobs.recovery import begin_recoveries, run_recovery
from shared.jobs.verification import run_verify_page
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "dict[str, int] | PartialItemFailureResponse":
    """Takes the event of the schedule, or records of the queue.

    For the event it returns the numbers of parts and of processors, for records the ones that
    failed. Jobs run one after the other, because each job runs its own work in parallel.
    """
    if "Records" in event:
        return handle_records(
            event, lambda record: _run(RECONCILIATION.parse(record["body"])), in_turn=True
        )
    return _begin(BeginReconciliation(time=parse_instant(event["time"])))


def _begin(job: BeginReconciliation) -> dict[str, int]:
    begin_reconciliation(job)
    metrics.count(metrics.RECONCILIATION_RUNS)
    return {"parts": PARTS, "processors": begin_recoveries(job.time)}


def _run(job: ReconciliationJob) -> None:
    match job:
        case BeginReconciliation():
            _begin(job)
        case ReconcilePage():
            reconcile_page(job)
        case RecoverPage():
            run_recovery(job)
        case VerifyPage():
            run_verify_page(job)
        case _:
            assert_never(job)
