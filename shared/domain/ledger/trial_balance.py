"""The books of the whole shop: what each account stands at, per currency (specification: journal).

Debits count above 0 and credits below, so that the accounts of a currency add up to 0 at any time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.ledger.entry import CREDIT
from shared.domain.ledger.owner import Owner

MOST_MEMBERS = 5_000
"""Members' accounts that are told one by one; of more, only their sum."""
MOST_LATE = timedelta(hours=1)
"""What is written later than that after its own instant stands where it was written."""


class BookedAmount(NamedTuple):
    """What the books need of an entry: its amount as in the history, and the other account."""

    owner: Owner
    amount: int
    other: str


class ShopAccount(NamedTuple):
    """An account that is no member's, or `CREDIT` for all members' together."""

    currency: str
    account: str


def booked_at(at: datetime, written_at: datetime) -> datetime:
    """When an entry stands in the books: at its own instant, or where it was written if its news
    came late. So what was handed out of a period stays true.
    """
    return at if abs(written_at - at) <= MOST_LATE else written_at


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """What every account stands at, in minor units.

    `shop` has the shop's accounts, and the sum of all members' as `CREDIT`. `members` has what is
    not 0; it is `None` for good once there were more than `MOST_MEMBERS`.
    """

    shop: Mapping[ShopAccount, int] = field(default_factory=dict)
    members: Mapping[Owner, int] | None = field(default_factory=dict)

    def after(self, booked: Iterable[BookedAmount]) -> "TrialBalance":
        """The balance after some more entries."""
        shop, members = dict(self.shop), None if self.members is None else dict(self.members)
        for owner, amount, other in booked:
            for account, moved in ((other, amount), (CREDIT, -amount)):
                place = ShopAccount(owner.currency, account)
                shop[place] = shop.get(place, 0) + moved
            if members is not None:
                members[owner] = members.get(owner, 0) - amount
        if members is not None:
            members = {owner: amount for owner, amount in members.items() if amount}
        too_many = members is not None and len(members) > MOST_MEMBERS
        return TrialBalance(shop, None if too_many else members)

    @property
    def currencies(self) -> list[str]:
        return sorted({place.currency for place in self.shop})


class AccountPeriod(NamedTuple):
    """An account in a period; `member` is `None` for the shop's own and for `CREDIT` as a whole."""

    currency: str
    account: str
    member: str | None
    opening: int
    closing: int


def account_periods(
    opening: TrialBalance, closing: TrialBalance, moved: Iterable[Owner] = ()
) -> Iterator[AccountPeriod]:
    """Every account that is not 0 at both ends, and those of `moved`, by currency.

    Members' accounts are one by one where both ends know them, else `CREDIT` stands for all.
    """
    known = opening.members is not None and closing.members is not None
    for place in sorted({*opening.shop, *closing.shop}):
        ends = opening.shop.get(place, 0), closing.shop.get(place, 0)
        if not (known and place.account == CREDIT):
            yield AccountPeriod(*place, None, *ends)
    if opening.members is not None and closing.members is not None:
        for owner in sorted({*opening.members, *closing.members, *moved}):
            ends = opening.members.get(owner, 0), closing.members.get(owner, 0)
            yield AccountPeriod(owner.currency, CREDIT, owner.member, *ends)
