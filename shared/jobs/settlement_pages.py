"""Closes a month page by page of the ledger (decision 71).

An account with a movement gets a statement; for the others nothing is written. Each page counts
once, however often its job runs: its transactions fail if the shard has changed since it was read,
and a repeated page counts the statements that already exist.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import batched
from typing import NamedTuple

from shared.domain.ledger.owner import Owner
from shared.domain.ledger.settlement import (
    ClosedRun,
    OpenRun,
    SettlementCounts,
    SettlementRun,
    SettlementShard,
    failed_counts,
    idle_counts,
    is_idle,
)
from shared.domain.ledger.statement import DoesNotReconcile, Statement
from shared.jobs.job import SETTLEMENT, SettleAccount, SettlePage
from shared.jobs.paging import each_account
from shared.jobs.settlement_accounts import ClosingAccount, load_accounts
from shared.jobs.settlement_plan import close_if_done, plan_next
from shared.log import logger
from shared.store import engine
from shared.store.engine import Write, WriteConflict
from shared.store.ledger.scan import LedgerPart
from shared.store.ledger.settlements import (
    Failure,
    SolvedFailure,
    check_shard,
    load_run,
    load_shard,
    put_failure,
    put_shard,
    put_solved_failure,
    scan_summaries,
)

MOST_ITEMS = 2_000
"""Items of the ledger in one page. Accounts are only some of these items."""
MOST_IN_ONE = 20
"""Accounts in one transaction. With a statement each they need 40 of its 100 writes."""
DOES_NOT_RECONCILE, FAULT = "does_not_reconcile", "fault"
"""Why an account fails; the sentences are in `shared.words`."""


class AlreadyWritten(Exception):
    """The shard has changed since it was read: its page was counted, or one of its accounts was
    stored as failed.
    """


class KnownFailure(NamedTuple):
    """An account that the run has stored as failed; it may be settled by now."""

    failure: Failure | SolvedFailure


def settle_page(job: SettlePage) -> None:
    """Issues the month's statements for the accounts of a shard's next page, and enqueues the job
    of the page after it.

    The last page of the last shard closes the month. If another job has counted this page, nothing
    is written, but the job of the next page is enqueued, because the other job may have stopped
    before it did so.
    """
    run, shard = load_run(job.month), load_shard(job.month, job.shard)
    if isinstance(run, ClosedRun):
        return plan_next(job)
    if not shard.done:
        with suppress(AlreadyWritten):
            shard = _settle_next_page(run, shard, job)
    if not shard.done:
        return SETTLEMENT.enqueue([job])
    close_if_done(run, job)


def _settle_next_page(run: OpenRun, shard: SettlementShard, job: SettlePage) -> SettlementShard:
    """The shard with its next page counted; raises `AlreadyWritten`."""
    accounts, rest = scan_summaries(LedgerPart(shard.number, run.shards), MOST_ITEMS, shard.after)
    idle = [account for account in accounts if is_idle(account, run.month)]
    moving = [account.owner for account in accounts if not is_idle(account, run.month)]
    counts = sum((idle_counts(account) for account in idle), SettlementCounts())
    for owners in batched(moving, MOST_IN_ONE, strict=False):
        counts = sum(_settle_batch(run, shard, owners, job), counts)
    after = shard.with_page(counts, rest)
    _write_once([put_shard(after)])
    return replace(after, revision=after.revision + 1)


def _settle_batch(
    run: OpenRun, shard: SettlementShard, owners: Sequence[Owner], job: SettlePage
) -> list[SettlementCounts]:
    """Issues the statements of some accounts in one transaction. An account that cannot be settled
    is stored as a failure.

    Storing a failure also changes the shard, so its page starts again. Then no other job still
    counts the account as settled. The page keeps counting it as a failure, even if a later job
    settles the account.
    """
    outcomes = engine.retrying(partial(_try_batch, run, shard, owners))
    named = [outcome for outcome in outcomes if isinstance(outcome, Failure)]
    if named:
        _write_once([put_shard(shard), *(put_failure(run.month, failure) for failure in named)])
        raise AlreadyWritten
    failures = [outcome for outcome in outcomes if isinstance(outcome, KnownFailure)]
    SETTLEMENT.enqueue(
        SettleAccount(time=job.time, until=job.until, month=job.month, owner=known.failure.owner)
        for known in failures
        if isinstance(known.failure, Failure)
    )
    return [
        failed_counts(outcome.failure.owner.currency, outcome.failure.opening)
        if isinstance(outcome, KnownFailure)
        else outcome
        for outcome in outcomes
        if not isinstance(outcome, Failure)
    ]


def _try_batch(
    run: SettlementRun, shard: SettlementShard, owners: Sequence[Owner]
) -> list[SettlementCounts | Failure | KnownFailure]:
    """What each account adds to the page, or why it failed, in the order of `owners`."""
    accounts = load_accounts(run, owners)
    outcomes = each_account(ClosingAccount.close, accounts)
    _log_faults(outcome for outcome in outcomes if isinstance(outcome, BaseException))

    pairs = list(zip(accounts, outcomes, strict=True))
    writes = [
        write
        for account, outcome in pairs
        if isinstance(outcome, Statement)
        for write in account.writes(outcome)
    ]
    if writes:
        _write_unless_done([check_shard(shard), *writes])
    return [_counts(account, outcome) for account, outcome in pairs]


def _counts(
    account: ClosingAccount, outcome: Statement | BaseException | None
) -> SettlementCounts | Failure | KnownFailure:
    if account.failure:
        return KnownFailure(account.failure)
    if isinstance(outcome, DoesNotReconcile):
        return Failure(account.owner, DOES_NOT_RECONCILE, account.settled.closing)
    if isinstance(outcome, BaseException):
        return Failure(account.owner, FAULT, account.settled.closing)
    return account.counts(outcome)


def _log_faults(faults: Iterable[BaseException]) -> None:
    """Logs each exception by its type. Only the text of `DoesNotReconcile` is logged, because it
    contains no personal data.
    """
    for fault in faults:
        reason = str(fault) if isinstance(fault, DoesNotReconcile) else None
        logger.error("an account cannot be settled", fault=type(fault).__name__, reason=reason)


def _write_once(writes: Sequence[Write]) -> None:
    engine.retrying(partial(_write_unless_done, writes))


def _write_unless_done(writes: Sequence[Write]) -> None:
    """Writes everything; raises `AlreadyWritten` if the condition of the first write fails.

    Raises `WriteConflict` if only other conditions fail; the caller then reads and decides again.
    """
    try:
        engine.write(writes)
    except WriteConflict as conflict:
        if 0 in conflict.places:
            raise AlreadyWritten from None
        raise


def settle_account(job: SettleAccount) -> None:
    """Settles an account that failed before: issues its statement and adds its counts to the run.
    If it fails again, the exception goes to the queue.
    """
    engine.retrying(partial(_settle_account, job))


def _settle_account(job: SettleAccount) -> None:
    (account,) = load_accounts(load_run(job.month), [job.owner])
    failure = account.failure
    if not isinstance(failure, Failure):
        return

    statement = account.close()

    counts = account.counts(statement)
    if account.settled.month > job.month:
        counts = replace(counts, standing={account.account.currency: failure.opening})
    solved = SolvedFailure(*failure, counts)
    writes = account.writes(statement) if statement else []
    engine.write([put_solved_failure(job.month, solved), *writes])
