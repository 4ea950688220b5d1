"""Entries, and the posting that each of them is: the account that it debits and the one that it
credits (specification: double-entry).
"""

from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.reason import Reason
from shared.domain.rewards.reward import FRIEND_BONUS

REWARD, CLAWBACK, FORFEIT, ADJUSTMENT = "reward", "clawback", "forfeit", "adjustment"
HOLD, CAPTURE, VOID, RETURN, EXPIRY = "hold", "capture", "void", "return", "expiry"
UNDER_REVIEW = frozenset({REWARD, CLAWBACK, FORFEIT, ADJUSTMENT})
"""Kinds of which an entry about an order has a date, unless it moves credit under review."""

CREDIT = "liability:credit"
"""What the shop owes: all members' credit, each member's in an account below it."""
REWARD_COSTS, BONUS_COSTS = "expense:rewards", "expense:friend_bonus"
ADJUSTMENT_COSTS = "expense:adjustments"
BREAKAGE, FORFEITED = "income:breakage", "income:forfeited"
REDEMPTIONS = "clearing:redemptions"
SHOP_ACCOUNTS = (REWARD_COSTS, BONUS_COSTS, ADJUSTMENT_COSTS, BREAKAGE, FORFEITED, REDEMPTIONS)
"""The accounts that are no member's."""
_OTHER_ACCOUNT = {
    REWARD: REWARD_COSTS,
    CLAWBACK: REWARD_COSTS,
    ADJUSTMENT: ADJUSTMENT_COSTS,
    FORFEIT: FORFEITED,
    EXPIRY: BREAKAGE,
    CAPTURE: REDEMPTIONS,
    RETURN: REDEMPTIONS,
}


class Posting(NamedTuple):
    """A positive amount: one account is debited with it, the other credited.

    To undo it, swap them.
    """

    debit: str
    credit: str
    amount: int
    currency: str


def credit_account(member: str) -> str:
    """The account of what the shop owes one member."""
    return f"{CREDIT}:{member}"


def other_account(kind: str, reason: Reason) -> str | None:
    """The account that stands against a member's credit; `None` where nothing moves."""
    is_bonus = FRIEND_BONUS in (reason["code"], reason["inputs"].get("reward"))
    if is_bonus and kind in (REWARD, CLAWBACK):
        return BONUS_COSTS
    return _OTHER_ACCOUNT.get(kind)


class Entry(NamedTuple):
    """The line that a posting leaves in one member's history, amount signed.

    `available_on` is when the amount can be spent, `balance_after` the account's balance after
    this line. `expires_at` is when credit that comes expires if it is not spent, for good; of an
    expiry it is the end that was reached.
    """

    member: str
    sequence: int
    at: datetime
    kind: str
    amount: int
    currency: str
    available_on: datetime | None
    order: str | None
    reason: Reason
    balance_after: int
    expires_at: datetime | None = None

    @property
    def under_review(self) -> bool:
        """Whether it moves credit that waits for a review."""
        return self.available_on is None and self.order is not None and self.kind in UNDER_REVIEW

    @property
    def posting(self) -> Posting:
        """What it moves between the two accounts; nothing where credit is held or let go."""
        own, other = credit_account(self.member), other_account(self.kind, self.reason)
        debit, credit = (other or own, own) if self.amount > 0 else (own, other or own)
        return Posting(debit, credit, abs(self.amount), self.currency)
