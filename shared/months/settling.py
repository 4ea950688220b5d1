"""A month is closed page by page of the ledger: for each account in which something moved a statement, for others nothing (decision 71).

A page is counted once, however often it is asked for: each of its transactions holds only where the page was not turned meanwhile, and who
comes again after a crash counts the statements that are there already.
"""

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import batched

from shared.domain.ledger import Account, Settled
from shared.domain.program import Program
from shared.domain.settlement import FAILED, Counts, Run, Seen, Shard, idle, is_idle, issued
from shared.domain.statement import DoesNotReconcile, Statement, close_month
from shared.months import planning, turns
from shared.months.turns import Turn
from shared.store import engine, keys
from shared.store.accounts import AccountItem, account_of, entries_between, put_account
from shared.store.engine import Conflict, Write
from shared.store.members import MemberItem
from shared.store.reading import Reading
from shared.store.settlements import (
    Failure,
    FailureItem,
    accounts_in,
    check_shard,
    failure_of,
    find_run,
    find_shard,
    put_failure,
    put_shard,
)
from shared.store.statements import StatementItem, put_statement, statement_from

MOST_ITEMS = 2_000
"""Items of the ledger in one page; an account is one among many."""
MOST_IN_ONE = 20
"""Accounts in one transaction: with a statement each they are 40 of its 100 items."""
MOST_AT_ONCE = 8
DOES_NOT_RECONCILE, FAULT = "does_not_reconcile", "fault"
"""Why an account fails; the sentences are in `shared.words`."""
Owner = tuple[str, str]
"""Member and currency."""
log = logging.getLogger("grapevine")


class Turned(Exception):
    """Somebody else turned this page meanwhile, or told what is to be told once; they may have died since, so it goes on from there."""


def settle_page(turn: Turn) -> None:
    """One page of a part of the ledger; what remains is asked of the queue."""
    run, shard = find_run(turn.month), find_shard(turn.month, turn.shard)
    if run.closed_at:
        return planning.plan(turn)
    if not shard.done:
        try:
            shard = _turn_page(run, shard, turn)
        except Turned:
            return turns.ask([turn])
    if not shard.done:
        return turns.ask([turn])
    planning.close_when_done(run, turn)


def _turn_page(run: Run, shard: Shard, turn: Turn) -> Shard:
    """The shard after its next page; raises `Turned`."""
    seen, rest = accounts_in(shard.number, run.shards, MOST_ITEMS, shard.after)
    counts = sum((idle(account) for account in seen if is_idle(account, run.month)), Counts())
    moving = [account for account in seen if not is_idle(account, run.month)]
    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        for some in batched(moving, MOST_IN_ONE, strict=False):
            outcomes = engine.retrying(partial(_settle_some, run, shard, some, threads))
            _give_turns([outcome for outcome in outcomes if isinstance(outcome, Failure)], turn)
            counts = sum((FAILED if isinstance(outcome, Failure) else outcome for outcome in outcomes), counts)
    after = shard.turned(counts, rest)
    engine.retrying(partial(_write_unless_turned, [put_shard(after)]))
    return replace(after, revision=after.revision + 1)


def _settle_some(run: Run, shard: Shard, some: Sequence[Seen], threads: Executor) -> list[Counts | Failure]:
    """What became of each account; all statements of them are in one transaction."""
    looked = _looks(run, [account.owner for account in some])

    turns = [(look, threads.submit(look.outcome, run)) for look in looked]
    outcomes = [(look, turn.exception() or turn.result()) for look, turn in turns]
    _tell_faults(outcome for _, outcome in outcomes if isinstance(outcome, BaseException))

    writes = [write for look, outcome in outcomes if isinstance(outcome, Statement) for write in look.writes(outcome)]
    if writes:
        _write_unless_turned([check_shard(shard), *writes])
    return [look.counted(run, outcome) for look, outcome in outcomes]


def _tell_faults(faults: Iterable[BaseException]) -> None:
    """What a fault says of itself may quote people; what does not reconcile says where, in numbers."""
    for fault in faults:
        log.error("an account cannot be settled: %s %s", type(fault).__name__, fault if isinstance(fault, DoesNotReconcile) else "")


def _write_unless_turned(writes: Sequence[Write]) -> None:
    """The first write stands for the page; raises `Turned` where its condition fails, `Conflict` where something else is in the way."""
    try:
        engine.write(writes)
    except Conflict as conflict:
        if 0 in conflict.places:
            raise Turned from None
        raise


def _give_turns(failed: Sequence[Failure], turn: Turn) -> None:
    """An account that failed gets a turn of its own, and is told of on the run, once; it stops nobody."""
    for failure in failed:
        with suppress(Turned):
            engine.retrying(partial(_write_unless_turned, [put_failure(turn.month, failure, first=True)]))
    turns.ask(turn.next(month=turn.month, owner=failure.owner) for failure in failed)


def settle_owner(turn: Turn) -> None:
    """The turn of one account that failed; what is wrong with it is raised, so that the queue keeps it."""
    engine.retrying(partial(_settle_owner, find_run(turn.month), turn.owner))


def _settle_owner(run: Run, owner: Owner) -> None:
    (look,) = _looks(run, [owner], failed=True)
    if look.failure is None or look.failure.solved:
        return

    outcome = look.outcome(run)

    solved = look.failure._replace(solved=look.counted(run, outcome))
    engine.write([put_failure(run.month, solved, first=False), *(look.writes(outcome) if outcome else [])])


@dataclass(frozen=True, slots=True)
class Look:
    """One account with what its statement follows from; `last` is its last statement, `failure` what is told of it on the run."""

    account: Account
    last: Statement | None
    group: str | None
    failure: Failure | None

    @property
    def owner(self) -> Owner:
        return self.account.member, self.account.currency

    @property
    def settled(self) -> Settled:
        return self.account.settled or Settled()

    def outcome(self, run: Run) -> Statement | None:
        """The month's statement; `None` where nothing moved, or a statement is there already; raises `DoesNotReconcile`."""
        if self.settled.month >= run.month:
            return None
        found = close_month(self.account, run.month, run.time_zone, self.last, entries_between(*self.owner, self.settled.sequence + 1))
        return replace(found, group=self.group, issued_at=run.begun_at) if found else None

    def writes(self, statement: Statement) -> list[Write]:
        return [put_account(replace(self.account, settled=statement.settled)), put_statement(statement)]

    def counted(self, run: Run, outcome: Statement | BaseException | None) -> Counts | Failure:
        """What the account adds to the run; one that failed and was settled in a turn of its own is counted there."""
        if isinstance(outcome, BaseException):
            return Failure(self.owner, DOES_NOT_RECONCILE if isinstance(outcome, DoesNotReconcile) else FAULT)
        if self.failure and self.failure.solved:
            return FAILED
        if outcome or self.settled.month == run.month:
            return issued(outcome or self.last)
        return idle(Seen(*self.owner, self.account.sequence, self.account.balance, self.settled))


def _looks(run: Run, owners: Sequence[Owner], failed: bool = False) -> list[Look]:
    """Two readings for all of them: accounts and people, then last statements, and what is told of those who may have `failed`."""
    reading = Reading()
    reading.fetch(
        *((AccountItem, keys.account(*owner)) for owner in owners),
        *((MemberItem, keys.member(member)) for member, _ in owners),
    )
    accounts = [account_of(*owner, reading.item(AccountItem, keys.account(*owner))) for owner in owners]
    reading.fetch(
        *((StatementItem, _last_statement(account)) for account in accounts if account.settled),
        *((FailureItem, _failure(run, account)) for account in accounts if failed or _is_settled(run, account)),
    )
    program = planning.program_in_force()
    return [_look(reading, run, program, account, failed) for account in accounts]


def _last_statement(account: Account) -> keys.Key:
    return keys.statement(account.member, account.currency, account.settled.month)


def _failure(run: Run, account: Account) -> keys.Key:
    return keys.settlement_failure(run.month, account.member, account.currency)


def _is_settled(run: Run, account: Account) -> bool:
    """Whether it is already, as only a page finds it that died before it was counted."""
    return account.settled is not None and account.settled.month == run.month


def _look(reading: Reading, run: Run, program: Program, account: Account, failed: bool) -> Look:
    last = statement_from(reading.item(StatementItem, _last_statement(account))) if account.settled else None
    told = reading.item(FailureItem, _failure(run, account)) if failed or _is_settled(run, account) else None
    person = reading.item(MemberItem, keys.member(account.member))
    group = program.group(person.group if person else None, account.volume) if account.currency == program.currency else None
    return Look(account, last, group.id if group else None, failure_of(told) if told else None)
