"""Expires credit that was not spent in time, the oldest first (specification: expiry).

The expiry date is computed from the program version under which the credit was posted. It is stored
in the entry, so later versions do not change it.
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
"""The most expiry dates that one transaction handles; a transaction takes at most 100 items."""


class ExpiryNotice(NamedTuple):
    """Credit that expires at `expires_at`, as announced to a member. `amount` is in minor units."""

    expires_at: datetime
    amount: int


def expire(account: Account, lots: Lots, at: datetime) -> tuple[Account, list[Entry]]:
    """Expires the credit whose end has come at `at`. Returns the account afterwards and one entry
    for each end, the `MOST_DAYS` earliest ones at most.

    `lots` must hold the account's whole history; they are changed in place. Nothing expires from a
    blocked member's account, and never more than is available.
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
    """The credit that will expire within `days` days after an instant, one notice for each expiry
    date. Empty for a blocked member.
    """
    if account.blocked_at:
        return []
    until, amounts = at + timedelta(days=days), dict[datetime, int]()
    for lot in lots.open:
        if lot.expires_at and at < lot.expires_at <= until:
            amounts[lot.expires_at] = amounts.get(lot.expires_at, 0) + lot.amount
    return [ExpiryNotice(*notice) for notice in sorted(amounts.items())]


def after_visit(account: Account, lots: Lots, told_until: datetime | None) -> Account:
    """The account after the daily job handled it: credit whose end had come has expired, and
    notices were sent.

    Sets `next_expiry` and `next_notice` anew. `told_until` says up to which end the member was
    notified; `None` if no notice was sent.
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
