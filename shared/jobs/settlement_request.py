"""Staff asks for a month to be closed now."""

from datetime import datetime
from functools import reduce
from typing import Any

from shared.domain.month import month_before, parse_month
from shared.jobs.job import SETTLEMENT, PlanSettlement
from shared.jobs.settlement_report import planned_answer, run_answer
from shared.store.ledger.settlements import find_first_run, find_run

MOST_MONTHS_BACK = 60
"""How far back the first closing may begin; a month before the first entry is an empty run."""


def parse_closable_month(value: object, last: str) -> str:
    """A month that may be closed: over by `last`, and not before the first that was closed.

    Raises `ValueError` with a sentence for the caller.
    """
    month, first = parse_month(value), _first_closable(last)
    if month > last:
        raise ValueError(f"is not over; the last month that is, is {last}")
    if month < first:
        raise ValueError(f"lies before the first month that can be closed, {first}")
    return month


def request_settlement(month: str, at: datetime) -> dict[str, Any]:
    """Enqueues the closing of a month and of those before it; answers how far its run is now."""
    SETTLEMENT.enqueue([PlanSettlement(time=at, until=month)])
    run = find_run(month)
    return run_answer(run) if run else planned_answer(month)


def _first_closable(last: str) -> str:
    run = find_first_run()
    if run:
        return run.month
    return reduce(lambda month, _: month_before(month), range(MOST_MONTHS_BACK), last)
