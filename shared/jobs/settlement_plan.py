"""Which month is closed next: the one after the last, once it has ended; before the first of all, the ledger is looked through for it."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.settlement import SettlementCounts, SettlementRun, shards_for
from shared.domain.month import end_of, month_after, month_before, month_of
from shared.domain.programs.program import Program
from shared.jobs.settlement_queue import Survey, Turn, ask
from shared.store import engine
from shared.store.ledger.settlements import (
    failures,
    find_run,
    first_entries,
    last_run,
    put_run,
    shards,
)
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT

MOST_ITEMS = 2_000
"""Items of the ledger looked at in one page of a survey."""


def program_in_force() -> Program:
    return programs.active_from(programs.active_item(DEFAULT))


def last_ended(at: datetime, zone: str) -> str:
    """The last month that is over at an instant."""
    return month_before(month_of(at, zone))


def plan(turn: Turn) -> None:
    """What has to be done next is asked of the queue: parts that are not done, the next month, or where to begin."""
    last = last_run()
    if last is None:
        ask([turn.next(survey=Survey())])
    elif last.closed_at is None:
        go_on(last, turn)
    elif last.month < turn.until:
        _open(month_after(last.month), totals(last.month).members, turn)


def survey(turn: Turn) -> None:
    """One page of the search for the month with the first entry; the last page opens it, or goes on where that was done before."""
    found, rest = first_entries(MOST_ITEMS, turn.survey.after)
    oldest = min(
        filter(None, [turn.survey.oldest, *map(instant_text, found)]),
        default=None,
        key=parse_instant,
    )
    seen = Survey(rest, oldest, turn.survey.members + len(found))
    if rest:
        return ask([turn.next(survey=seen)])
    if last_run() is not None:
        return plan(turn)
    first = month_of(parse_instant(oldest), program_in_force().time_zone) if oldest else turn.until
    _open(min(first, turn.until), seen.members, turn)


def _open(month: str, expected: int, turn: Turn) -> None:
    """A month is begun where it has ended; whoever else begins it does so once."""
    zone, at = program_in_force().time_zone, parse_instant(turn.time)
    if end_of(month, zone) <= at:
        go_on(
            engine.retrying(
                partial(_begun, SettlementRun(month, zone, shards_for(expected), expected, at))
            ),
            turn,
        )


def _begun(run: SettlementRun) -> SettlementRun:
    """The run as it is there, begun by us or by somebody else."""
    found = find_run(run.month)
    if found is None:
        engine.write([put_run(run)])
    return found or find_run(run.month)


def go_on(run: SettlementRun, turn: Turn) -> None:
    """Every part that is not done has a turn; a part asked for twice is done once."""
    done = {shard.number for shard in shards(run.month) if shard.done}
    left = [number for number in range(run.shards) if number not in done]
    if left:
        ask(turn.next(month=run.month, shard=number) for number in left)
    else:
        close(run, turn)


def close_when_done(run: SettlementRun, turn: Turn) -> None:
    """The last part that is done closes the month."""
    if run.closed_at is None and all_done(run):
        close(run, turn)


def all_done(run: SettlementRun) -> bool:
    return sum(shard.done for shard in shards(run.month)) == run.shards


def close(run: SettlementRun, turn: Turn) -> None:
    """The month is closed, by us or by somebody else, and the next one planned."""
    engine.retrying(partial(_close, run.month, parse_instant(turn.time)))
    ask([turn.next()])


def _close(month: str, at: datetime) -> None:
    run = find_run(month)
    if run.closed_at is None:
        engine.write([put_run(replace(run, closed_at=at))])


def totals(month: str) -> SettlementCounts:
    """What was counted of a month so far; of an account that failed, what became of it later instead."""
    counts = sum((shard.counts for shard in shards(month)), SettlementCounts())
    for failure in failures(month):
        if failure.solved:
            counts += failure.solved + SettlementCounts(members=-1, failed=-1)
    return counts
