"""Lets credit expire, page by page of the ledger, and mails members some days before.

Each account is changed in transactions of its own. A repeated job finds nothing more to expire
(decision 136).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from shared.domain.ledger.expiry import after_visit, expire, list_notices
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.lots import Lots, lots_of
from shared.domain.ledger.owner import Owner
from shared.domain.programs.program import Program
from shared.jobs.job import EXPIRY, ExpireAccount, ExpirePage
from shared.jobs.paging import each_account, next_page
from shared.log import logger
from shared.mail.expiry_notices import enqueue_notices
from shared.store import engine, keys
from shared.store.ledger.accounts import (
    AccountItem,
    account_of,
    all_entries,
    put_account,
    put_entry,
)
from shared.store.ledger.scan import owners_with_expiring_credit
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT
from shared.store.reading import Reading

MOST_ITEMS = 1_000
"""Items of the ledger in one page. Accounts are only some of these items."""


def load_program() -> Program:
    """The active program, which says how long before expiry members are mailed."""
    return programs.active_program_of(programs.load_active_item(DEFAULT))


def may_expire(program: Program) -> bool:
    """Whether any version of the program so far lets credit expire.

    Old versions count, because credit keeps the expiry date that it was given.
    """
    versions = (programs.load_version(program, number) for number in range(program.version, 0, -1))
    return any(version.wallet.expires_after_days is not None for version in versions)


def expire_page(job: ExpirePage, program: Program) -> None:
    """Lets the credit of a page's accounts expire. Enqueues the job of the next page, and a job for
    each account that failed.
    """
    until = job.time + _notice(program)
    owners, rest = owners_with_expiring_credit(job.time, until, MOST_ITEMS, job.after)
    outcomes = each_account(partial(expire_account, program=program, at=job.time), owners)
    failed = []
    for owner, fault in zip(owners, outcomes, strict=True):
        if fault is not None:
            logger.error("an account is tried again by itself", fault=type(fault).__name__)
            failed.append(ExpireAccount(time=job.time, owner=owner))
    EXPIRY.enqueue([*failed, *next_page(job, rest)])


def expire_account(owner: Owner, program: Program, at: datetime) -> None:
    """Lets the credit of one account expire whose end has come, in as many transactions as needed,
    and enqueues the mails about credit that expires soon. Raises `TableBusy`.
    """
    engine.retrying(partial(_visit, owner, program, at))


def _visit(owner: Owner, program: Program, at: datetime) -> None:
    """Reads the account's history once; each transaction then changes the account and its lots
    together.
    """
    account = account_of(*owner, Reading().item(AccountItem, keys.account(*owner)))
    lots = lots_of(all_entries(*owner))
    after, expired = expire(account, lots, at)
    while expired:
        engine.write([put_account(after), *(put_entry(entry, None) for entry in expired)])
        account = replace(after, revision=after.revision + 1)
        after, expired = expire(account, lots, at)
    _tell(account, lots, program, at)


def _tell(account: Account, lots: Lots, program: Program, at: datetime) -> None:
    """Mails the member about credit that expires soon, once for each expiry date, and stores when
    to check again.

    The mails are enqueued before the account is stored. If that is repeated, each mail is still
    sent once.
    """
    days = program.wallet.expiry_notice_days
    told_until = None
    if days is not None and not account.blocked_at:
        enqueue_notices(account, list_notices(account, lots, at, days), at)
        told_until = at + timedelta(days=days)
    after = after_visit(account, lots, told_until)
    if after != account:
        engine.write([put_account(after)])


def _notice(program: Program) -> timedelta:
    return timedelta(days=program.wallet.expiry_notice_days or 0)
