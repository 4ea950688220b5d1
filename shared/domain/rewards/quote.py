"""The friend's discount on a cart, before there is an order (specification: friend-discount)."""

from datetime import datetime
from typing import NamedTuple

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
) -> Quote:
    """The discount at an instant on a cart with an `items_total` in minor units.

    `buyer` is `None` for an unknown visitor. `advocate` is `None` if no evidence names one.
    """
    discount = program.friend.discount
    if discount is None:
        return Quote(0, NO_DISCOUNT)
    if not program.active.covers(at):
        return Quote(0, PROGRAM_NOT_ACTIVE)
    refused = _people_refusal(program, advocate, buyer) or _cart_refusal(
        program, discount, currency, items_total
    )
    if refused:
        return Quote(0, refused)
    amount = discount.reward.of(items_total)
    most = amount if discount.most is None else discount.most
    return Quote(min(amount, items_total, most), GRANTED)


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


def _cart_refusal(
    program: Program, discount: Discount, currency: str, items_total: int
) -> str | None:
    """The first reason against the discount that concerns the cart; `None` if there is none.
    Amounts in the program's terms apply only to carts in its currency.
    """
    amounts = (discount.reward.fixed, discount.most, discount.minimum_order)
    if currency != program.currency and any(amount is not None for amount in amounts):
        return NO_EXCHANGE_RATE
    if items_total <= 0 or items_total < (discount.minimum_order or 0):
        return BELOW_MINIMUM_ORDER
    return None
