"""Staff asks for a month to be closed: one that is over, and not before the first that was."""

from datetime import datetime
from functools import reduce

from shared.domain.instants import instant_text
from shared.domain.month import month_before, parse_month
from shared.jobs import settlement_plan, settlement_queue
from shared.jobs.settlement_queue import Turn
from shared.jobs.settlement_report import planned_answer, run_answer
from shared.store.ledger.settlements import find_run, first_run

MOST_MONTHS_BACK = 60
"""Months that staff may ask for where none was ever closed: each one before the first entry is a run over nothing."""


def last_month(at: datetime) -> str:
    """The last one that is over."""
    return settlement_plan.last_ended(at, settlement_plan.program_in_force().time_zone)


def closable(value: object, last: str) -> str:
    """A month that may be asked for; raises `ValueError`."""
    month, first = parse_month(value), _first(last)
    if month > last:
        raise ValueError(f"is not over; the last month that is, is {last}")
    if month < first:
        raise ValueError(f"lies before the first month that can be closed, {first}")
    return month


def ask_for(month: str, at: datetime) -> dict:
    """How far it is; it is closed by messages of the queue, each month before it first."""
    settlement_queue.ask([Turn(instant_text(at), month)])
    run = find_run(month)
    return run_answer(run) if run else planned_answer(month)


def _first(last: str) -> str:
    run = first_run()
    return (
        run.month
        if run
        else reduce(lambda month, _: month_before(month), range(MOST_MONTHS_BACK), last)
    )
