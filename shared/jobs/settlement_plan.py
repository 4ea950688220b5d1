"""Decides which month is closed next, and when a month is closed.

The next month is the one after the last closed month, once it has ended. Before the very first
month the ledger is searched for its oldest entry.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from shared.domain.ledger.settlement import ClosedRun, OpenRun, SettlementRun, shards_for
from shared.domain.month import month_after, month_before, month_end, month_of
from shared.domain.programs.program import Program
from shared.jobs.job import (
    SETTLEMENT,
    BeginSettlement,
    PlanSettlement,
    SettlementStep,
    SettlePage,
    SurveyLedger,
)
from shared.jobs.paging import next_page
from shared.store import engine
from shared.store.ledger.settlements import (
    find_last_run,
    find_run,
    list_shards,
    load_run,
    put_run,
    scan_first_entries,
    total_counts,
)
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT

MOST_ITEMS = 2_000
"""Items of the ledger in one page of the survey."""
MOST_DAYS = timedelta(days=3)
"""How many days after its end an unclosed month counts as late and raises an alarm."""


def program_in_force() -> Program:
    return programs.active_program_of(programs.load_active_item(DEFAULT))


def last_ended_month(at: datetime) -> str:
    """The last month that has ended at an instant, in the time zone of the active program."""
    return month_before(month_of(at, program_in_force().time_zone))


def begin_settlement(job: BeginSettlement) -> str:
    """Enqueues the plan up to the last month that has ended, and returns that month."""
    until = last_ended_month(job.time)
    SETTLEMENT.enqueue([PlanSettlement(time=job.time, until=until)])
    return until


def is_late(at: datetime) -> bool:
    """Whether a month that ended more than `MOST_DAYS` days ago is not closed.

    False before the very first month has been started.
    """
    until = last_ended_month(at - MOST_DAYS)
    match find_last_run():
        case None:
            return False
        case OpenRun(month=month):
            return month <= until
        case ClosedRun(month=month):
            return month < until


def plan_next(step: SettlementStep) -> None:
    """Enqueues what is next: shards that are not done, the next month, or the survey. If all shards
    of the open month are done, closes it.
    """
    match find_last_run():
        case None:
            SETTLEMENT.enqueue([SurveyLedger(time=step.time, until=step.until)])
        case OpenRun() as run:
            _go_on(run, step)
        case ClosedRun(month=month) if month < step.until:
            _begin_month(month_after(month), total_counts(month).members, step)


def survey_page(job: SurveyLedger) -> None:
    """Searches one page for the oldest entry; after the last page it starts the month of that
    entry.

    If a run exists already, an earlier survey started it, and the plan continues from that run.
    """
    instants, rest = scan_first_entries(MOST_ITEMS, job.after)
    seen = replace(
        job,
        oldest=min(filter(None, [job.oldest, *instants]), default=None),
        members=job.members + len(instants),
    )
    if rest:
        return SETTLEMENT.enqueue(next_page(seen, rest))
    if find_last_run() is not None:
        return plan_next(job)
    first = month_of(seen.oldest, program_in_force().time_zone) if seen.oldest else job.until
    _begin_month(min(first, job.until), seen.members, job)


def _begin_month(month: str, expected: int, step: SettlementStep) -> None:
    """Starts a month that has ended; only once, however many jobs try."""
    zone = program_in_force().time_zone
    if month_end(month, zone) <= step.time:
        run = OpenRun(month, zone, shards_for(expected), expected, step.time)
        _go_on(engine.retrying(partial(_put_new_run, run)), step)


def _put_new_run(run: OpenRun) -> SettlementRun:
    """The month's run as stored, whether this job or an earlier one stored it."""
    known = find_run(run.month)
    if known is None:
        engine.write([put_run(run)])
    return known or load_run(run.month)


def _go_on(run: SettlementRun, step: SettlementStep) -> None:
    """Enqueues the next page of every shard that is not done; closes the month if there is none."""
    done = {shard.number for shard in list_shards(run.month) if shard.done}
    pages = [
        SettlePage(time=step.time, until=step.until, month=run.month, shard=number)
        for number in range(run.shards)
        if number not in done
    ]
    if pages:
        SETTLEMENT.enqueue(pages)
    else:
        _close(run.month, step)


def close_if_done(run: OpenRun, step: SettlementStep) -> None:
    """Closes a month whose shards are all done, and plans what is next."""
    if sum(shard.done for shard in list_shards(run.month)) == run.shards:
        _close(run.month, step)


def _close(month: str, step: SettlementStep) -> None:
    engine.retrying(partial(_put_closed_run, month, step.time))
    SETTLEMENT.enqueue([PlanSettlement(time=step.time, until=step.until)])


def _put_closed_run(month: str, at: datetime) -> None:
    run = load_run(month)
    if isinstance(run, OpenRun):
        engine.write([put_run(run.closed(at))])
