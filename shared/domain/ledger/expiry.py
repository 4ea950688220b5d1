"""Credit that was not spent in time expires, the oldest first (specification: expiry)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from shared.domain.ledger.ledger import EXPIRY, Account, Entry
from shared.domain.ledger.lots import Lot, lots_of
from shared.domain.ledger.reason import Reason
from shared.domain.programs.program import Program

MOST_DATES = 50
"""Dates whose credit expires in one transaction, which takes at most a hundred writes."""


def lots_to_expire(
    left: Mapping[datetime, int], held: int, available: int, at: datetime, expires_after_days: int
) -> list[Lot]:
    """What expires at an instant of the credit `left` of each date, never more than is available.

    Held credit is taken to be the oldest, as its capture would take it, and stays.
    """
    latest = at - timedelta(days=expires_after_days)
    lots = []
    for date in sorted(date for date in left if date <= latest):
        kept = min(held, left[date])
        amount = min(left[date] - kept, available)
        held -= kept
        if amount > 0:
            lots.append(Lot(date, amount))
            available -= amount
    return lots


def expire(
    account: Account, entries: Iterable[Entry], program: Program, at: datetime
) -> tuple[Account, list[Entry]]:
    """The account without what expires, and an entry for each of the `MOST_DATES` oldest dates.

    `entries` is the account's whole history. Of a blocked member's account nothing expires.
    """
    days = program.wallet.expires_after_days
    if days is None or account.blocked_at:
        return account, []
    available = account.available(max(at, account.matured_to or at))
    lots = lots_to_expire(lots_of(entries).left, account.held(at), available, at, days)
    expired = []
    for lot in lots[:MOST_DATES]:
        reason = _reason(lot, days, program.version)
        account, entry = account.post(EXPIRY, -lot.amount, at, lot.available_on, None, reason)
        expired.append(entry)
    return account, expired


def _reason(lot: Lot, days: int, version: int) -> Reason:
    return {
        "code": "expired",
        "inputs": {"amount": lot.amount, "days": days},
        "steps": [],
        "program_version": version,
    }
