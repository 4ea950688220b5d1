"""The friend's discount on a cart, before there is an order (specification: friend-discount)."""

from datetime import datetime
from typing import NamedTuple

from shared.domain.money import SAME_CURRENCY, Exchange, half_up
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import Discount
from shared.domain.rewards.reward import PROGRAM_NOT_ACTIVE
from shared.domain.rewards.terms import Advocate, Buyer, same_person

GRANTED = "discount_granted"
NO_DISCOUNT, NO_REFERRAL, BLOCKED, SELF_REFERRAL = (
    "no_discount",
    "no_referral",
    "blocked",
    "self_referral",
)
EXISTING_CUSTOMER, NO_EXCHANGE_RATE, BELOW_MINIMUM_ORDER = (
    "existing_customer",
    "no_exchange_rate",
    "below_minimum_order",
)


class Quote(NamedTuple):
    """A discount in minor units of the cart's currency. `code` says why: `GRANTED`, or the first
    reason for a discount of 0.
    """

    discount: int
    code: str


def quote_discount(
    program: Program,
    currency: str,
    items_total: int,
    advocate: Advocate | None,
    buyer: Buyer | None,
    at: datetime,
    rate: Exchange | None = None,
) -> Quote:
    """The discount at an instant on a cart with an `items_total` in minor units.

    * `buyer`: `None` for an unknown visitor.
    * `advocate`: `None` if no evidence names one.
    * `rate`: from the cart's currency into the program's, if the two differ and it is known.
    """
    discount = program.friend.discount
    if discount is None:
        return Quote(0, NO_DISCOUNT)
    if not program.active.covers(at):
        return Quote(0, PROGRAM_NOT_ACTIVE)
    factor = SAME_CURRENCY if currency == program.currency else rate
    refused = _people_refusal(program, advocate, buyer) or _cart_refusal(
        discount, items_total, factor
    )
    if refused:
        return Quote(0, refused)
    fixed = _in_cart(discount.reward.fixed, factor)
    amount = discount.reward.of(items_total) if fixed is None else fixed
    most = _in_cart(discount.most, factor)
    return Quote(min(amount, items_total, amount if most is None else most), GRANTED)


def needs_rate(program: Program, currency: str) -> bool:
    """Whether a cart in this currency needs a rate: the discount has amounts in the program's
    currency, and the cart is in another one.
    """
    discount = program.friend.discount
    return discount is not None and currency != program.currency and bool(_amounts(discount))


def _amounts(discount: Discount) -> list[int]:
    """The amounts in a discount's terms, in the program's currency."""
    amounts = (discount.reward.fixed, discount.most, discount.minimum_order)
    return [amount for amount in amounts if amount is not None]


def _in_cart(amount: int | None, factor: Exchange | None) -> int | None:
    """An amount of the program's terms in minor units of the cart's currency, rounded half up."""
    if amount is None or factor is None:
        return None
    return half_up(amount * factor.denominator, factor.numerator)


def _people_refusal(program: Program, advocate: Advocate | None, buyer: Buyer | None) -> str | None:
    """The first reason against the discount that concerns the buyer or the advocate; `None` if
    there is none.
    """
    if advocate is None:
        return NO_REFERRAL
    if advocate.blocked or (buyer and buyer.blocked):
        return BLOCKED
    if buyer and same_person(buyer, advocate):
        return SELF_REFERRAL
    if program.friend.new_customers_only and buyer and buyer.bought_before:
        return EXISTING_CUSTOMER
    return None


def _cart_refusal(discount: Discount, items_total: int, factor: Exchange | None) -> str | None:
    """The first reason against the discount that concerns the cart; `None` if there is none.
    Without a `factor` into the program's currency, no amounts of its terms can apply.
    """
    if factor is None and _amounts(discount):
        return NO_EXCHANGE_RATE
    rate = factor or SAME_CURRENCY
    minimum = (discount.minimum_order or 0) * rate.denominator
    if items_total <= 0 or items_total * rate.numerator < minimum:
        return BELOW_MINIMUM_ORDER
    return None
