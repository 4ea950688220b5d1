"""Credit that was not spent in time expires, the oldest first (specification: expiry).

The day follows from the program version that the credit was posted under. It is kept with the
entry, so that no later version changes it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.ledger.entry import EXPIRY, Entry
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.lots import Lots
from shared.domain.ledger.reason import Reason
from shared.domain.orders.facts import TICK

MOST_DAYS = 50
"""Days whose credit expires in one transaction, which takes at most a hundred writes."""


class ExpiryNotice(NamedTuple):
    """Credit of which a member is told that it expires, in minor units."""

    expires_at: datetime
    amount: int


def expire(account: Account, lots: Lots, at: datetime) -> tuple[Account, list[Entry]]:
    """The account without what expires, and an entry for each of the `MOST_DAYS` oldest days.

    `lots` are those of the account's whole history; they are changed as the account is. Of a
    blocked member's account nothing expires.
    """
    if account.blocked_at:
        return account, []
    available = account.available(max(at, account.matured_to or at))
    due = lots.due(account.held(at), available, at)
    dates = {lot.expires_at: lot.available_on for lot in reversed(lots.open)}
    expired = []
    for expires_at, amount in list(due.items())[:MOST_DAYS]:
        oldest = dates[expires_at]
        reason = _reason(amount, (expires_at - oldest - TICK).days)
        account, entry = account.post(EXPIRY, -amount, at, oldest, None, reason, expires_at)
        lots.enter(entry)
        expired.append(entry)
    return account, expired


def list_notices(account: Account, lots: Lots, at: datetime, days: int) -> list[ExpiryNotice]:
    """What expires within so many days after an instant, day by day."""
    if account.blocked_at:
        return []
    until, amounts = at + timedelta(days=days), dict[datetime, int]()
    for lot in lots.open:
        if lot.expires_at and at < lot.expires_at <= until:
            amounts[lot.expires_at] = amounts.get(lot.expires_at, 0) + lot.amount
    return [ExpiryNotice(*notice) for notice in sorted(amounts.items())]


def after_visit(account: Account, lots: Lots, told_until: datetime | None) -> Account:
    """The account after all that was due expired and the member was told of every earlier end.

    `told_until` is `None` where nobody was told.
    """
    ends = sorted(lots.ends())
    untold = account.next_notice
    if told_until is not None:
        untold = next((end for end in ends if end > told_until), None)
    return replace(account, next_expiry=ends[0] if ends else None, next_notice=untold)


def _reason(amount: int, days: int) -> Reason:
    return {
        "code": "expired",
        "inputs": {"amount": amount, "days": days},
        "steps": [],
        "program_version": None,
    }
