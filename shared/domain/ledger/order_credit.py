"""The credit that pays one order: what is held, what was captured, and what came back.

What comes back is posted as a difference, like rewards: due less what came back already
(specification: return).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.entry import RETURN, Entry
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.reason import Reason
from shared.domain.money import exchange, half_up
from shared.domain.orders.facts import SUCCEEDED, OrderFacts
from shared.domain.orders.kept import is_undone

MOST_PAYERS = 5
"""The most members whose credit may pay one order. A member who pays in two currencies counts
twice.
"""
MOST_ORDER_HOLDS = 20
"""The most open holds on one order. One transaction must be able to void all of them with the
order.
"""


class OrderHold(NamedTuple):
    """One open hold on the order, `amount` in minor units."""

    owner: Owner
    amount: int
    ends_at: datetime


class Payer(NamedTuple):
    """What one owner's credit pays of the order: `captured` in total, and the part of it that came
    back (`returned`).

    `hold` is the id of the captured hold; `None` if there were several.
    """

    owner: Owner
    captured: int
    returned: int = 0
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class OrderCredit:
    """The credit of one order: open holds by their ids, and payers sorted by their first capture."""

    order: str
    holds: Mapping[str, OrderHold] = field(default_factory=dict)
    payers: tuple[Payer, ...] = ()
    revision: int = 0

    @property
    def captured(self) -> int:
        """All credit captured for the order, including what came back."""
        return sum(payer.captured for payer in self.payers)

    def used(self, at: datetime) -> int:
        """The credit that counts against the order's share: held, plus captured, less what came
        back.
        """
        held = sum(hold.amount for hold in self.holds.values() if hold.ends_at > at)
        return held + self.spent

    @property
    def spent(self) -> int:
        """The credit captured for the order, less what came back."""
        return sum(payer.captured - payer.returned for payer in self.payers)

    def with_hold(self, hold_id: str, hold: OrderHold, at: datetime) -> "OrderCredit":
        """This credit with one more open hold. Holds that have ended by themselves are dropped."""
        open_holds = {name: other for name, other in self.holds.items() if other.ends_at > at}
        return replace(self, holds={**open_holds, hold_id: hold})

    def without_hold(self, hold_id: str) -> "OrderCredit":
        return replace(
            self, holds={name: hold for name, hold in self.holds.items() if name != hold_id}
        )

    def with_capture(self, hold_id: str, owner: Owner, amount: int) -> "OrderCredit":
        """This credit after a hold was captured: the hold is removed and its owner is a payer."""
        payers = {payer.owner: payer for payer in self.payers}
        before = payers.get(owner)
        payers[owner] = (
            before._replace(captured=before.captured + amount, hold=None)
            if before
            else Payer(owner, amount, hold=hold_id)
        )
        return replace(self.without_hold(hold_id), payers=tuple(payers.values()))

    def takes_payer(self, owner: Owner, at: datetime) -> bool:
        """Whether one more hold of this owner is within `MOST_ORDER_HOLDS` and `MOST_PAYERS`."""
        open_holds = [hold for hold in self.holds.values() if hold.ends_at > at]
        owners = {owner, *(hold.owner for hold in open_holds), *(p.owner for p in self.payers)}
        return len(open_holds) < MOST_ORDER_HOLDS and len(owners) <= MOST_PAYERS


def captured_for(order: OrderFacts, credit: OrderCredit) -> int:
    """The credit captured for an order, in minor units of the order's own currency.

    Credit in another currency is left out if the order has no exchange rate.
    """
    own = order.totals.value.currency if order.totals else None
    amount = 0
    for payer in credit.payers:
        currency = payer.owner.currency
        if own in (None, currency):
            amount += payer.captured
        elif own is not None and (told := order.rate_into(currency)):
            rate = exchange(told, own, currency)
            amount += payer.captured * rate.denominator // rate.numerator
    return amount


class ReturnDelta(NamedTuple):
    """The signed amount that must still be given back to one payer: due − returned.

    `undone` is true if all captured credit is due because the order is undone.
    """

    payer: Payer
    amount: int
    undone: bool

    @property
    def after(self) -> Payer:
        return self.payer._replace(returned=self.payer.returned + self.amount)


def return_deltas(order: OrderFacts, credit: OrderCredit) -> list[ReturnDelta]:
    """Due − returned for each payer. Empty if both are equal, as after a repeated update.

    If the order is undone, all captured credit is due. If not, the credit that its refunds name is
    due, at most what was captured; the first payer gets it first.
    """
    undone, given = is_undone(order), dict[str, int]()
    deltas = []
    for payer in credit.payers:
        currency = payer.owner.currency
        left = given.setdefault(currency, 0 if undone else _given_back(order, currency))
        due = payer.captured if undone else min(payer.captured, left)
        given[currency] -= due
        if due != payer.returned:
            deltas.append(ReturnDelta(payer, due - payer.returned, undone))
    return deltas


def _given_back(order: OrderFacts, currency: str) -> int:
    """The credit that the order's refunds gave back, in minor units of a currency.

    0 if no rate into that currency is known.
    """
    amount = sum(
        version.value.credit or 0
        for version in order.refunds.values()
        if order.counted_status(version) == SUCCEEDED
    )
    own = order.totals.value.currency if order.totals else currency
    if own == currency or not amount:
        return amount
    told = order.rate_into(currency)
    if told is None:
        return 0
    rate = exchange(told, own, currency)
    return half_up(amount * rate.numerator, rate.denominator)


def give_back(
    account: Account, delta: ReturnDelta, order: str, at: datetime
) -> tuple[Account, Entry]:
    """Posts one entry for the credit that comes back, available at once. If the amount of the delta
    is below 0, credit is taken again. Returns the account and the entry.

    The entry has no expiry date of its own: the lots return with the dates that they had (decision
    135).
    """
    return account.post(RETURN, delta.amount, at, at, order, _reason(delta))


def with_returns(credit: OrderCredit, deltas: list[ReturnDelta]) -> OrderCredit:
    after = {delta.payer.owner: delta.after for delta in deltas}
    return replace(credit, payers=tuple(after.get(payer.owner, payer) for payer in credit.payers))


def _code(delta: ReturnDelta) -> str:
    if delta.amount < 0:
        return "return_undone"
    return "returned" if delta.undone else "credit_refunded"


def _reason(delta: ReturnDelta) -> Reason:
    payer = delta.payer
    reason: Reason = {
        "code": _code(delta),
        "inputs": {"amount": delta.amount, "of": payer.captured, "posted": payer.returned},
        "steps": [],
        "program_version": None,
    }
    if payer.hold:
        reason["inputs"]["hold"] = payer.hold
    return reason
