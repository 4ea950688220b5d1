"""A one-time code at a connected store that pays with a member's credit (specification:
credit-codes).

A hold sets the credit aside for the code. The order that names the code captures the hold.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.ledger.holds import HOLD_LIFE
from shared.domain.members.code import normalize_code
from shared.domain.money import PERCENT, exchange
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program

MAKING, READY, RETURNING = "making", "ready", "returning"
SPENT, RETURNED, REFUSED, ENDED = "spent", "returned", "refused", "ended"
OPEN_STATES = (MAKING, READY, RETURNING)
STATES = (*OPEN_STATES, SPENT, RETURNED, REFUSED, ENDED)
CODE_LIFE = HOLD_LIFE - timedelta(days=1)
"""A code ends a day before its hold. So there is time to be told of an order that the code paid in
its last minute, and to capture the hold.
"""


class CreditPlatform(NamedTuple):
    """What a platform can do with credit codes.

    * `hyphens`: a code may contain hyphens; elsewhere it is written without them.
    * `minimum`: a code can ask for a least items total.
    """

    hyphens: bool = True
    minimum: bool = True


CREDIT_PLATFORMS = {
    "shopify": CreditPlatform(),
    "woocommerce": CreditPlatform(),
    "stripe": CreditPlatform(),
    "bigcommerce": CreditPlatform(),
    "paddle": CreditPlatform(hyphens=False, minimum=False),
    "lemonsqueezy": CreditPlatform(hyphens=False, minimum=False),
}
"""The platforms at which credit codes can be created."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A credit code; `amount` and `minimum` are in minor units of `currency`.

    * `text`: the code as people type it.
    * `hold`: the id of the hold that sets the credit aside.
    * `connection`: the id of the only store that takes the code.
    * `minimum`: the least items total of an order that the code pays; `None` for no limit.
    * `ends_at`: until when the store takes the code.
    * `state`: `making` until the store has the code, then `ready`; `returning` while it is removed
      for a member who does not want it; at last `spent`, `returned`, `refused` by the store, or
      `ended`.
    * `platform_id`: the platform's id of the code, once that is known.
    * `order`: the order that the code paid or, while it is `ready`, the unpaid order that claims
      it.
    * `dropped`: the store has removed the code.
    """

    text: str
    hold: str
    member: str
    connection: str
    currency: str
    amount: int
    minimum: int | None
    made_at: datetime
    ends_at: datetime
    state: str = MAKING
    platform_id: str | None = None
    order: str | None = None
    dropped: bool = False
    revision: int = 0

    def is_open(self, at: datetime) -> bool:
        """Whether the code may still be used, or is still being created or removed."""
        return self.state in OPEN_STATES and at < self.ends_at

    def state_at(self, at: datetime) -> str:
        """The state at an instant. From `ends_at` on, a code that is stored as `making` or `ready`
        counts as `ended`. A code that is `returning` stays `returning` until its store has removed
        it.
        """
        return ENDED if self.state in (MAKING, READY) and at >= self.ends_at else self.state

    @property
    def left_store(self) -> bool:
        """Whether the store does not have the code, and never will."""
        return self.dropped or self.state == REFUSED

    def as_dropped(self) -> "CreditCode":
        """The code after its store removed it."""
        after = {RETURNING: RETURNED, READY: ENDED, MAKING: ENDED}.get(self.state, self.state)
        return replace(self, state=after, dropped=True)


def minimum_of(program: Program, amount: int) -> int | None:
    """The least items total of an order that a code of this amount may pay, so that credit pays no
    greater share than the program allows; `None` if it may pay a whole order.
    """
    share = program.wallet.max_percent_of_order
    return None if share >= PERCENT or share == 0 else -(-amount * PERCENT // share)


def takes_credit(provider: str, program: Program) -> bool:
    """Whether a platform can keep the program's terms for credit. Where credit may pay only a part
    of an order, the platform must know a least items total (decision 302).
    """
    platform = CREDIT_PLATFORMS.get(provider)
    return platform is not None and (platform.minimum or minimum_of(program, PERCENT) is None)


def spelled_at(provider: str, text: str) -> str:
    """A credit code in the form that people type at a platform."""
    return text if CREDIT_PLATFORMS[provider].hyphens else normalize_code(text)


def used_of(code: CreditCode, order: OrderFacts, told: int) -> int:
    """How much of the code's amount an order used, in minor units of the code's currency.

    `told` is what the store took off for the code, in the order's currency. Without a rate between
    the two currencies, the result is the code's whole amount.
    """
    own = order.totals.value.currency if order.totals else code.currency
    if own == code.currency:
        return min(told, code.amount)
    told_rate = order.rate_into(code.currency)
    if told_rate is None:
        return code.amount
    rate = exchange(told_rate, own, code.currency)
    return min(told * rate.numerator // rate.denominator, code.amount)
