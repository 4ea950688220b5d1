"""Closes months that have ended, and days of the books: once a day, or when staff asks for it.

The schedule's event `{"time": …}` starts a run. The records of the settlement queue are the jobs of
the run.
"""

from typing import TYPE_CHECKING, assert_never

from shared import metrics
from shared.domain.instants import parse_instant
from shared.invocation import Event, lambda_handler
from shared.jobs.job import (
    SETTLEMENT,
    BeginSettlement,
    PlanSettlement,
    SettleAccount,
    SettlementJob,
    SettlePage,
    SurveyLedger,
)
from shared.jobs.settlement_pages import settle_account, settle_page
from shared.jobs.settlement_plan import begin_settlement, is_late, plan_next, survey_page
from shared.journal.books import close_days
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "dict[str, str] | PartialItemFailureResponse":
    """Takes the event of the schedule, or records of the queue.

    For the event it returns `until`, the last month to close, for records the ones that failed.
    Jobs run one after the other, because each job runs its own work in parallel.
    """
    if "Records" in event:
        return handle_records(
            event, lambda record: _run(SETTLEMENT.parse(record["body"])), in_turn=True
        )
    time = parse_instant(event["time"])
    until = begin_settlement(BeginSettlement(time=time))
    metrics.count(metrics.SETTLEMENT_LATE, is_late(time))
    metrics.count(metrics.SETTLEMENT_RUNS)
    close_days(time)
    return {"until": until}


def _run(job: SettlementJob) -> None:
    match job:
        case BeginSettlement():
            begin_settlement(job)
        case PlanSettlement():
            plan_next(job)
        case SurveyLedger():
            survey_page(job)
        case SettlePage():
            settle_page(job)
        case SettleAccount():
            settle_account(job)
        case _:
            assert_never(job)
