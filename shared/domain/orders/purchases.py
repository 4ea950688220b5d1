"""What a friend has bought so far, as far as rules about earlier orders ask for it (design, section 5, numbers 4 and 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.orders.fraud_signals import NO_TRACES, BuyerTraces


class Placed(NamedTuple):
    at: datetime
    order: str


@dataclass(frozen=True, slots=True)
class Purchases:
    """`earliest` are the two first orders, `payments` those that hold a slot, `given` the volume by currency under `referral`.

    `ended` is the referral that ended last: here its end meets whoever is about to count an order under it. `traces` are what the orders
    came with.
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
        """With one more order, or an earlier time of a known one; only the two earliest are kept."""
        if placed_at is None:
            return self
        known = next((placed for placed in self.earliest if placed.order == order), None)
        if known and known.at <= placed_at:
            return self
        others = [placed for placed in self.earliest if placed.order != order]
        earliest = tuple(sorted([*others, Placed(placed_at, order)])[:2])
        return self if earliest == self.earliest else replace(self, earliest=earliest)

    def before(self, order: str) -> datetime | None:
        """When the earliest other order was placed."""
        return next((placed.at for placed in self.earliest if placed.order != order), None)

    def with_traces(self, browser: str | None, payment: str | None) -> "Purchases":
        """Knowing what one more order came with; only so many of the first are kept."""
        traces = self.traces.seen(browser, payment)
        return self if traces == self.traces else replace(self, traces=traces)

    def with_payments(self, more: int) -> "Purchases":
        return replace(self, payments=self.payments + more) if more else self

    def without(self, referral: str) -> "Purchases":
        """Once a referral ended: what came over it counts no more."""
        left = {} if self.referral == referral else self.given
        return replace(self, given=left, ended=referral)

    def with_volume(self, referral: str, currency: str, more: int) -> "Purchases":
        """With volume given to the advocate of a referral; another referral's volume is history and is dropped."""
        if not more:
            return self
        given = self.given if self.referral == referral else {}
        return replace(
            self, referral=referral, given={**given, currency: given.get(currency, 0) + more}
        )
