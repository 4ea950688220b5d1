"""The trial balance: what every account of the shop stands at, by currency (specification:
journal).

Debits are above 0 and credits below, so the accounts of one currency always add up to 0.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.ledger.entry import CREDIT
from shared.domain.ledger.owner import Owner

MOST_MEMBERS = 5_000
"""The most members' accounts that are listed one by one. If there are more, only their sum is kept.
"""
MOST_LATE = timedelta(hours=1)
"""An entry that is written later than this after its own instant is booked at the time of writing.
"""


class BookedAmount(NamedTuple):
    """What the trial balance needs of an entry: its owner, its signed amount, and the shop's
    account on the other side.
    """

    owner: Owner
    amount: int
    other: str


class ShopAccount(NamedTuple):
    """An account of the shop, or `CREDIT` for the sum of all members' accounts."""

    currency: str
    account: str


def booked_at(at: datetime, written_at: datetime) -> datetime:
    """The instant at which an entry counts in the books: its own instant or, if it came late, the
    time of writing. So a period that was already exported does not change.
    """
    return at if abs(written_at - at) <= MOST_LATE else written_at


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """What every account stands at, in minor units.

    * `shop`: the shop's accounts, and the sum of all members' accounts as `CREDIT`.
    * `members`: the members' accounts that are not 0. It becomes `None` as soon as there are more
      than `MOST_MEMBERS`, and stays `None`.
    """

    shop: Mapping[ShopAccount, int] = field(default_factory=dict)
    members: Mapping[Owner, int] | None = field(default_factory=dict)

    def after(self, booked: Iterable[BookedAmount]) -> "TrialBalance":
        """The trial balance after more entries."""
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
    """The opening and closing amount of an account in a period. `member` is `None` for a shop's
    account, and for `CREDIT` as the sum of all members.
    """

    currency: str
    account: str
    member: str | None
    opening: int
    closing: int


def account_periods(
    opening: TrialBalance, closing: TrialBalance, moved: Iterable[Owner] = ()
) -> Iterator[AccountPeriod]:
    """The accounts of a period, by currency: every account that is not 0 at its beginning or end,
    and the accounts in `moved`, which had entries.

    Members' accounts are listed one by one if both trial balances list them. If not, one `CREDIT`
    account stands for all of them.
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
