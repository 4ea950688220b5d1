"""Credit expires page by page of the ledger, one transaction for each account; done again, it finds nothing (decision 55)."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from shared.domain.ledger.expiry import expire
from shared.domain.programs.program import Program
from shared.store import engine, keys
from shared.store.ledger.accounts import (
    AccountItem,
    account_of,
    all_entries,
    put_account,
    put_entry,
)
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT
from shared.store.reading import Reading

MOST_ITEMS = 1_000
"""Items of the ledger looked at in one page; an account is one among many."""
MOST_AT_ONCE = 8
Owner = tuple[str, str]
"""Member and currency."""
log = logging.getLogger("grapevine")


def expiring_program() -> Program | None:
    """The program in force, where its terms let credit expire."""
    program = programs.active_from(programs.active_item(DEFAULT))
    return program if program.wallet.expires_after_days is not None else None


def expire_all(owners: Sequence[Owner], program: Program, at: datetime) -> list[Owner]:
    """Those whose turn failed: one owner's fault is not the others'."""
    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        turns = [(owner, threads.submit(expire_credit, owner, program, at)) for owner in owners]
    failed = [(owner, fault) for owner, turn in turns if (fault := turn.exception())]
    for _, fault in failed:
        log.error("an account will have another turn: %s", type(fault).__name__)
    return [owner for owner, _ in failed]


def expire_credit(owner: Owner, program: Program, at: datetime) -> None:
    """What of one account is due at an instant, in as many transactions as its dates need."""
    while engine.retrying(partial(_expire, owner, program, at)):
        pass


def _expire(owner: Owner, program: Program, at: datetime) -> bool:
    """Whether anything expired, so that more may be due."""
    account = account_of(*owner, Reading().item(AccountItem, keys.account(*owner)))

    after, expired = expire(account, all_entries(*owner), program, at)

    if expired:
        engine.write([put_account(after), *(put_entry(entry, None) for entry in expired)])
    return bool(expired)
