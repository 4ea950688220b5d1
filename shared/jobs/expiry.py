"""Credit expires page by page, each account in transactions of its own.

An account that is done again has nothing due any more (decision 55).
"""

from datetime import datetime
from functools import partial

from shared.domain.ledger.expiry import expire
from shared.domain.ledger.owner import Owner
from shared.domain.programs.program import Program
from shared.jobs.job import EXPIRY, ExpireAccount, ExpirePage
from shared.jobs.paging import each_account, next_page
from shared.log import logger
from shared.store import engine, keys
from shared.store.ledger.accounts import (
    AccountItem,
    account_of,
    all_entries,
    put_account,
    put_entry,
)
from shared.store.ledger.scan import owners_with_credit
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT
from shared.store.reading import Reading

MOST_ITEMS = 1_000
"""Items of the ledger in one page; an account is one among many."""


def find_expiring_program() -> Program | None:
    """The program in force if it lets credit expire, else `None`."""
    program = programs.active_program_of(programs.load_active_item(DEFAULT))
    return program if program.wallet.expires_after_days is not None else None


def expire_page(job: ExpirePage, program: Program) -> None:
    """Expires a page's accounts and enqueues the next page; a failed account gets its own job."""
    owners, rest = owners_with_credit(MOST_ITEMS, job.after)
    outcomes = each_account(partial(expire_account, program=program, at=job.time), owners)
    failed = []
    for owner, fault in zip(owners, outcomes, strict=True):
        if fault is not None:
            logger.error("an account is tried again by itself", fault=type(fault).__name__)
            failed.append(ExpireAccount(time=job.time, owner=owner))
    EXPIRY.enqueue([*failed, *next_page(job, rest)])


def expire_account(owner: Owner, program: Program, at: datetime) -> None:
    """Expires all that is due of one account, in as many transactions as its dates need."""
    while engine.retrying(partial(_expire_some, owner, program, at)):
        pass


def _expire_some(owner: Owner, program: Program, at: datetime) -> bool:
    """Expires what one transaction can hold; `True` if it was anything, so more may be due."""
    account = account_of(*owner, Reading().item(AccountItem, keys.account(*owner)))

    after, expired = expire(account, all_entries(*owner), program, at)

    if expired:
        engine.write([put_account(after), *(put_entry(entry, None) for entry in expired)])
    return bool(expired)
