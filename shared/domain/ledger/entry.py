"""Entries, and the posting behind each: which account it debits and which it credits
(specification: double-entry).
"""

from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.reason import Reason
from shared.domain.rewards.reward import FRIEND_BONUS

REWARD, CLAWBACK, FORFEIT, ADJUSTMENT = "reward", "clawback", "forfeit", "adjustment"
HOLD, CAPTURE, VOID, RETURN, EXPIRY = "hold", "capture", "void", "return", "expiry"
UNDER_REVIEW = frozenset({REWARD, CLAWBACK, FORFEIT, ADJUSTMENT})
"""The kinds of entries that a review can hold. An entry of these kinds that belongs to an order and
has no date moves credit under review.
"""

CREDIT = "liability:credit"
"""The account of everything that the shop owes its members. Each member has a sub-account below it.
"""
REWARD_COSTS, BONUS_COSTS = "expense:rewards", "expense:friend_bonus"
ADJUSTMENT_COSTS = "expense:adjustments"
BREAKAGE, FORFEITED = "income:breakage", "income:forfeited"
REDEMPTIONS = "clearing:redemptions"
SHOP_ACCOUNTS = (REWARD_COSTS, BONUS_COSTS, ADJUSTMENT_COSTS, BREAKAGE, FORFEITED, REDEMPTIONS)
"""The accounts of the shop itself, not of a member."""
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
    """Moves a positive amount: `debit` is the account that is debited with it, `credit` the account
    that is credited.

    Swapping the two accounts undoes a posting.
    """

    debit: str
    credit: str
    amount: int
    currency: str


def credit_account(member: str) -> str:
    """The name of the account that holds what the shop owes one member."""
    return f"{CREDIT}:{member}"


def other_account(kind: str, reason: Reason) -> str | None:
    """The shop's account on the other side of a member's entry; `None` if the kind of entry moves
    nothing.
    """
    is_bonus = FRIEND_BONUS in (reason["code"], reason["inputs"].get("reward"))
    if is_bonus and kind in (REWARD, CLAWBACK):
        return BONUS_COSTS
    return _OTHER_ACCOUNT.get(kind)


class Entry(NamedTuple):
    """One line in a member's history, the result of one posting.

    * `amount`: signed; below 0 it takes credit.
    * `available_on`: the date from which the amount can be spent.
    * `balance_after`: the balance of the account after this entry.
    * `expires_at`: for an entry that adds credit, when that credit expires if it is not spent; it
      never changes. For an entry that takes credit because it expired or moves to another member
      of the same person, the `expires_at` of that credit.
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
        """Whether this entry moves credit that is held by a review."""
        return self.available_on is None and self.order is not None and self.kind in UNDER_REVIEW

    @property
    def posting(self) -> Posting:
        """The posting behind this entry. For a hold or a void both accounts are the same and the
        amount is 0.
        """
        own, other = credit_account(self.member), other_account(self.kind, self.reason)
        debit, credit = (other or own, own) if self.amount > 0 else (own, other or own)
        return Posting(debit, credit, abs(self.amount), self.currency)
