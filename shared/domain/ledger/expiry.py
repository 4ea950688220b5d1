"""Credit that was not spent in time expires, the oldest first; what is held or not available never does (design, sections 3 and 6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from shared.domain.ledger.ledger import EXPIRY, Account, Entry
from shared.domain.ledger.lots import Lot, lots_of
from shared.domain.programs.program import Program

MOST_DATES = 50
"""Dates whose credit expires in one transaction, which takes a hundred writes at most."""


def expired(
    left: Mapping[datetime, int], held: int, available: int, at: datetime, expires_after_days: int
) -> list[Lot]:
    """What is due to expire of the credit left of each date; what is held is taken to be the oldest, as its capture would take it."""
    latest = at - timedelta(days=expires_after_days)
    found = []
    for date in sorted(date for date in left if date <= latest):
        kept = min(held, left[date])
        amount = min(left[date] - kept, available)
        held -= kept
        if amount > 0:
            found.append(Lot(date, amount))
            available -= amount
    return found


def expire(
    account: Account, entries: Iterable[Entry], program: Program, at: datetime
) -> tuple[Account, list[Entry]]:
    """The account after what is due of its whole history expired, one entry for each of the oldest dates; none where nothing is due.

    What a block keeps from being spent waits until the member is unblocked.
    """
    days = program.wallet.expires_after_days
    if days is None or account.blocked_at:
        return account, []
    available = account.available(max(at, account.matured_to or at))
    found = []
    for lot in expired(lots_of(entries).left, account.held(at), available, at, days)[:MOST_DATES]:
        account, entry = account.post(
            EXPIRY, -lot.amount, at, lot.available_on, None, _reason(lot, program)
        )
        found.append(entry)
    return account, found


def _reason(lot: Lot, program: Program) -> dict:
    inputs = {"amount": lot.amount, "days": program.wallet.expires_after_days}
    return {"code": "expired", "inputs": inputs, "steps": [], "program_version": program.version}
