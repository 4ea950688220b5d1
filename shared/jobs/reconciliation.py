"""Recomputes the ledger every day in parts and compares the result with the entries (decision 75).

In each part it checks the accounts with recent entries. In one part a day it checks all accounts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared import metrics
from shared.domain.reconciliation.books import Difference
from shared.jobs.job import RECONCILIATION, BeginReconciliation, ReconcilePage
from shared.jobs.paging import each_account, next_page
from shared.log import logger
from shared.store.ledger.scan import LedgerPart, owners_in_part
from shared.store.reconciliation import reconcile_account

PARTS = 28
"""One part is checked completely each day, so every account is checked within four weeks."""
TOUCHED = timedelta(days=2)
"""How far back an entry counts as recent: one day, and another day for messages that queues
delivered late.
"""
MOST_ITEMS = 2_000
"""Items of the ledger in one page. Accounts are only some of these items."""


def begin_reconciliation(job: BeginReconciliation) -> None:
    """Enqueues the first page of every part; raises `QueueRefused`."""
    RECONCILIATION.enqueue(ReconcilePage(time=job.time, part=part) for part in range(PARTS))


def reconcile_page(job: ReconcilePage) -> None:
    """Reports the differences of one page and enqueues the next page; a repeated job reports them
    again.
    """
    part = LedgerPart(job.part, PARTS)
    owners, rest = owners_in_part(part, _since(job), MOST_ITEMS, job.after)

    differences: list[Difference] = []
    for outcome in each_account(reconcile_account, owners):
        if isinstance(outcome, BaseException):
            raise outcome
        differences += outcome

    _report(job.part, len(owners), differences)
    RECONCILIATION.enqueue(next_page(job, rest))


def _since(job: ReconcilePage) -> datetime | None:
    """The instant since when an account must have entries to be checked; `None` (all accounts) in
    the part of the day.
    """
    return None if job.time.toordinal() % PARTS == job.part else job.time - TOUCHED


def _report(part: int, accounts: int, differences: Sequence[Difference]) -> None:
    """Logs each difference with ids and sums only, and counts the differences in the metric."""
    for difference in differences:
        logger.error("reconciliation found a difference", **difference._asdict())
    logger.info("reconciled", part=part, accounts=accounts, differences=len(differences))
    metrics.count(metrics.VERIFY_DIFFERENCES, len(differences))
