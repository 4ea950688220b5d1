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

from shared.domain.ledger.ledger import Account, LastStatement
from shared.domain.ledger.settlement import (
    FAILED,
    AccountSummary,
    SettlementCounts,
    SettlementRun,
    SettlementShard,
    idle,
    is_idle,
    issued,
)
from shared.domain.ledger.statement import DoesNotReconcile, Statement, close_month
from shared.domain.programs.program import Program
from shared.jobs import settlement_plan, settlement_queue
from shared.jobs.settlement_queue import Turn
from shared.store import engine, keys
from shared.store.attributions.members import MemberItem
from shared.store.engine import Write, WriteConflict
from shared.store.ledger.accounts import AccountItem, account_of, entries_between, put_account
from shared.store.ledger.settlements import (
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
from shared.store.ledger.statements import StatementItem, put_statement, statement_from
from shared.store.reading import Reading

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


class PageAlreadyDone(Exception):
    """Somebody else turned this page meanwhile, or told what is to be told once; they may have died since, so it goes on from there."""


def settle_page(turn: Turn) -> None:
    """One page of a part of the ledger; what remains is asked of the queue."""
    run, shard = find_run(turn.month), find_shard(turn.month, turn.shard)
    if run.closed_at:
        return settlement_plan.plan(turn)
    if not shard.done:
        try:
            shard = _turn_page(run, shard, turn)
        except PageAlreadyDone:
            return settlement_queue.ask([turn])
    if not shard.done:
        return settlement_queue.ask([turn])
    settlement_plan.close_when_done(run, turn)


def _turn_page(run: SettlementRun, shard: SettlementShard, turn: Turn) -> SettlementShard:
    """The shard after its next page; raises `PageAlreadyDone`."""
    seen, rest = accounts_in(shard.number, run.shards, MOST_ITEMS, shard.after)
    counts = sum(
        (idle(account) for account in seen if is_idle(account, run.month)), SettlementCounts()
    )
    moving = [account for account in seen if not is_idle(account, run.month)]
    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        for some in batched(moving, MOST_IN_ONE, strict=False):
            outcomes = engine.retrying(partial(_settle_some, run, shard, some, threads))
            _give_turns([outcome for outcome in outcomes if isinstance(outcome, Failure)], turn)
            counts = sum(
                (FAILED if isinstance(outcome, Failure) else outcome for outcome in outcomes),
                counts,
            )
    after = shard.turned(counts, rest)
    engine.retrying(partial(_write_unless_turned, [put_shard(after)]))
    return replace(after, revision=after.revision + 1)


def _settle_some(
    run: SettlementRun, shard: SettlementShard, some: Sequence[AccountSummary], threads: Executor
) -> list[SettlementCounts | Failure]:
    """What became of each account; all statements of them are in one transaction."""
    looked = _looks(run, [account.owner for account in some])

    turns = [(look, threads.submit(look.outcome, run)) for look in looked]
    outcomes = [(look, turn.exception() or turn.result()) for look, turn in turns]
    _tell_faults(outcome for _, outcome in outcomes if isinstance(outcome, BaseException))

    writes = [
        write
        for look, outcome in outcomes
        if isinstance(outcome, Statement)
        for write in look.writes(outcome)
    ]
    if writes:
        _write_unless_turned([check_shard(shard), *writes])
    return [look.counted(run, outcome) for look, outcome in outcomes]


def _tell_faults(faults: Iterable[BaseException]) -> None:
    """What a fault says of itself may quote people; what does not reconcile says where, in numbers."""
    for fault in faults:
        log.error(
            "an account cannot be settled: %s %s",
            type(fault).__name__,
            fault if isinstance(fault, DoesNotReconcile) else "",
        )


def _write_unless_turned(writes: Sequence[Write]) -> None:
    """The first write stands for the page; raises `PageAlreadyDone` where its condition fails, `Conflict` where something else is in the way."""
    try:
        engine.write(writes)
    except WriteConflict as conflict:
        if 0 in conflict.places:
            raise PageAlreadyDone from None
        raise


def _give_turns(failed: Sequence[Failure], turn: Turn) -> None:
    """An account that failed gets a turn of its own, and is told of on the run, once; it stops nobody."""
    for failure in failed:
        with suppress(PageAlreadyDone):
            engine.retrying(
                partial(_write_unless_turned, [put_failure(turn.month, failure, first=True)])
            )
    settlement_queue.ask(turn.next(month=turn.month, owner=failure.owner) for failure in failed)


def settle_owner(turn: Turn) -> None:
    """The turn of one account that failed; what is wrong with it is raised, so that the queue keeps it."""
    engine.retrying(partial(_settle_owner, find_run(turn.month), turn.owner))


def _settle_owner(run: SettlementRun, owner: Owner) -> None:
    (look,) = _looks(run, [owner], failed=True)
    if look.failure is None or look.failure.solved:
        return

    outcome = look.outcome(run)

    solved = look.failure._replace(solved=look.counted(run, outcome))
    engine.write(
        [put_failure(run.month, solved, first=False), *(look.writes(outcome) if outcome else [])]
    )


@dataclass(frozen=True, slots=True)
class AccountReading:
    """One account with what its statement follows from; `last` is its last statement, `failure` what is told of it on the run."""

    account: Account
    last: Statement | None
    group: str | None
    failure: Failure | None

    @property
    def owner(self) -> Owner:
        return self.account.member, self.account.currency

    @property
    def settled(self) -> LastStatement:
        return self.account.settled or LastStatement()

    def outcome(self, run: SettlementRun) -> Statement | None:
        """The month's statement; `None` where nothing moved, or a statement is there already; raises `DoesNotReconcile`."""
        if self.settled.month >= run.month:
            return None
        found = close_month(
            self.account,
            run.month,
            run.time_zone,
            self.last,
            entries_between(*self.owner, self.settled.sequence + 1),
        )
        return replace(found, group=self.group, issued_at=run.begun_at) if found else None

    def writes(self, statement: Statement) -> list[Write]:
        return [
            put_account(replace(self.account, settled=statement.settled)),
            put_statement(statement),
        ]

    def counted(
        self, run: SettlementRun, outcome: Statement | BaseException | None
    ) -> SettlementCounts | Failure:
        """What the account adds to the run; one that failed and was settled in a turn of its own is counted there."""
        if isinstance(outcome, BaseException):
            return Failure(
                self.owner, DOES_NOT_RECONCILE if isinstance(outcome, DoesNotReconcile) else FAULT
            )
        if self.failure and self.failure.solved:
            return FAILED
        if outcome or self.settled.month == run.month:
            return issued(outcome or self.last)
        return idle(
            AccountSummary(*self.owner, self.account.sequence, self.account.balance, self.settled)
        )


def _looks(
    run: SettlementRun, owners: Sequence[Owner], failed: bool = False
) -> list[AccountReading]:
    """Two readings for all of them: accounts and people, then last statements, and what is told of those who may have `failed`."""
    reading = Reading()
    reading.fetch(
        *((AccountItem, keys.account(*owner)) for owner in owners),
        *((MemberItem, keys.member(member)) for member, _ in owners),
    )
    accounts = [
        account_of(*owner, reading.item(AccountItem, keys.account(*owner))) for owner in owners
    ]
    reading.fetch(
        *((StatementItem, _last_statement(account)) for account in accounts if account.settled),
        *(
            (FailureItem, _failure(run, account))
            for account in accounts
            if failed or _is_settled(run, account)
        ),
    )
    program = settlement_plan.program_in_force()
    return [_look(reading, run, program, account, failed) for account in accounts]


def _last_statement(account: Account) -> keys.Key:
    return keys.statement(account.member, account.currency, account.settled.month)


def _failure(run: SettlementRun, account: Account) -> keys.Key:
    return keys.settlement_failure(run.month, account.member, account.currency)


def _is_settled(run: SettlementRun, account: Account) -> bool:
    """Whether it is already, as only a page finds it that died before it was counted."""
    return account.settled is not None and account.settled.month == run.month


def _look(
    reading: Reading, run: SettlementRun, program: Program, account: Account, failed: bool
) -> AccountReading:
    last = (
        statement_from(reading.item(StatementItem, _last_statement(account)))
        if account.settled
        else None
    )
    told = (
        reading.item(FailureItem, _failure(run, account))
        if failed or _is_settled(run, account)
        else None
    )
    person = reading.item(MemberItem, keys.member(account.member))
    group = (
        program.group(person.group if person else None, account.volume)
        if account.currency == program.currency
        else None
    )
    return AccountReading(
        account, last, group.id if group else None, failure_of(told) if told else None
    )
