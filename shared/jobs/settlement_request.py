"""Staff requests that a month is closed now."""

from datetime import datetime
from functools import reduce
from typing import Any

from shared.domain.month import month_before, parse_month
from shared.jobs.job import SETTLEMENT, PlanSettlement
from shared.jobs.settlement_report import planned_answer, run_answer
from shared.store.ledger.settlements import find_first_run, find_run

MOST_MONTHS_BACK = 60
"""How many months back the first settlement may start; a month before the first entry has an empty
run.
"""


def parse_closable_month(value: object, last: str) -> str:
    """A month that may be closed. It has ended, so it is not after `last`, and it is not before the
    first month that the shop closed.

    Raises `ValueError` with a sentence for the caller.
    """
    month, first = parse_month(value), _first_closable(last)
    if month > last:
        raise ValueError(f"is not over yet; the last complete month is {last}")
    if month < first:
        raise ValueError(f"is before the first month that can be closed, {first}")
    return month


def request_settlement(month: str, at: datetime) -> dict[str, Any]:
    """Enqueues the closing of a month and of all months before it; returns the progress of its run."""
    SETTLEMENT.enqueue([PlanSettlement(time=at, until=month)])
    run = find_run(month)
    return run_answer(run) if run else planned_answer(month)


def _first_closable(last: str) -> str:
    run = find_first_run()
    if run:
        return run.month
    return reduce(lambda month, _: month_before(month), range(MOST_MONTHS_BACK), last)
