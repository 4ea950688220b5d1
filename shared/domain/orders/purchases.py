"""What a member has bought so far, as far as the rules need it.

The rules are in the specification: eligibility, payments, volume.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.orders.fraud_signals import NO_TRACES, BuyerTraces


class Placed(NamedTuple):
    """When an order was placed, and its id."""

    at: datetime
    order: str


@dataclass(frozen=True, slots=True)
class Purchases:
    """What one member bought.

    * `payments`: the number of the member's counted orders (those with a slot).
    * `earliest`: the two orders that were placed first.
    * `given`: the volume that orders under `referral` added to its advocate, in minor units by
      currency.
    * `ended`: the referral that ended last. It is checked before an order is counted under a
      referral.
    * `traces`: browsers and cards of the orders, for fraud signals.
    """

    member: str
    revision: int = 0
    payments: int = 0
    earliest: tuple[Placed, ...] = ()
    referral: str | None = None
    given: Mapping[str, int] = field(default_factory=dict)
    ended: str | None = None
    traces: BuyerTraces = NO_TRACES

    def with_order(self, order: str, placed_at: datetime | None) -> "Purchases":
        """These purchases with one more order, or with an earlier time of a known order."""
        if placed_at is None:
            return self
        known = next((placed for placed in self.earliest if placed.order == order), None)
        if known and known.at <= placed_at:
            return self
        others = [placed for placed in self.earliest if placed.order != order]
        earliest = tuple(sorted([*others, Placed(placed_at, order)])[:2])
        return self if earliest == self.earliest else replace(self, earliest=earliest)

    def without_order(self, order: str) -> "Purchases":
        """These purchases without an order that turned out not to be this member's."""
        left = tuple(placed for placed in self.earliest if placed.order != order)
        return self if left == self.earliest else replace(self, earliest=left)

    def before(self, order: str) -> datetime | None:
        """When the earliest of the other orders was placed; `None` if there is no other."""
        return next((placed.at for placed in self.earliest if placed.order != order), None)

    def with_traces(self, browser: str | None, payment: str | None) -> "Purchases":
        """These purchases with the browser and the payment fingerprint of one more order."""
        traces = self.traces.seen(browser, payment)
        return self if traces == self.traces else replace(self, traces=traces)

    def with_payments(self, more: int) -> "Purchases":
        """These purchases with `more` counted orders (-1, 0 or 1)."""
        return replace(self, payments=self.payments + more) if more else self

    def without(self, referral: str) -> "Purchases":
        """These purchases after a referral ended: its volume is dropped."""
        left: Mapping[str, int] = {} if self.referral == referral else self.given
        return replace(self, given=left, ended=referral)

    def with_volume(self, referral: str, currency: str, more: int) -> "Purchases":
        """These purchases with more volume under a referral. Volume under an earlier referral is
        dropped.
        """
        if not more:
            return self
        given = self.given if self.referral == referral else {}
        volume = given.get(currency, 0) + more
        return replace(self, referral=referral, given={**given, currency: volume})


def count_payments(purchases: Iterable[Purchases]) -> int:
    """The number of counted orders of one person, who may have been several members."""
    return sum(one.payments for one in purchases)


def bought_before(purchases: Iterable[Purchases], order: str) -> datetime | None:
    """When the earliest other order of one person was placed; `None` if there is no other."""
    return min(filter(None, (one.before(order) for one in purchases)), default=None)
