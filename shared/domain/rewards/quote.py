"""The friend's discount at checkout: granted or refused before there is an order, nothing written (design, sections 3 and 7)."""

from typing import NamedTuple

from shared.domain.programs.program import Discount, Program
from shared.domain.rewards.reward import Advocate, Buyer, same_person

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
    """`discount` in minor units of the order's currency, 0 with the code of the first reason against it."""

    discount: int
    code: str


def quote(
    program: Program,
    currency: str,
    items_total: int,
    advocate: Advocate | None,
    friend: Buyer | None,
) -> Quote:
    """The discount on items of a total. `friend` is `None` for a visitor nobody knows, `advocate` where no evidence names one."""
    discount = program.friend.discount
    refused = _refusal(program, advocate, friend) or _order_refusal(program, currency, items_total)
    if refused or discount is None:
        return Quote(0, refused or NO_DISCOUNT)
    amount = discount.reward.of(items_total)
    return Quote(
        min(amount, items_total, amount if discount.most is None else discount.most), GRANTED
    )


def _refusal(program: Program, advocate: Advocate | None, friend: Buyer | None) -> str | None:
    """The first reason against who asks."""
    if program.friend.discount is None:
        return NO_DISCOUNT
    if advocate is None:
        return NO_REFERRAL
    if advocate.blocked or (friend and friend.blocked):
        return BLOCKED
    if friend and same_person(friend, advocate):
        return SELF_REFERRAL
    if program.friend.new_customers_only and friend and friend.bought_before:
        return EXISTING_CUSTOMER
    return None


def _order_refusal(program: Program, currency: str, items_total: int) -> str | None:
    """The first reason against what is bought; amounts of the program need its own currency."""
    discount = program.friend.discount
    if currency != program.currency and _names_amount(discount):
        return NO_EXCHANGE_RATE
    if items_total <= 0 or (
        discount.minimum_order is not None and items_total < discount.minimum_order
    ):
        return BELOW_MINIMUM_ORDER
    return None


def _names_amount(discount: Discount) -> bool:
    return any(
        amount is not None
        for amount in (discount.reward.fixed, discount.most, discount.minimum_order)
    )
