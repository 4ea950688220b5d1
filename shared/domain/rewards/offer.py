"""What a program promises the friend, for storefronts: in numbers and in a sentence."""

from shared.domain.money import Reward, minor_digits, percent_text
from shared.domain.programs.full_document import discount_document, reward_document
from shared.domain.programs.program import Discount, Program


def offer(program: Program) -> dict | None:
    """`discount` is taken off at checkout, `bonus` is credited after the purchase; `None` where the program promises neither."""
    friend = program.friend
    if friend.discount is None and friend.bonus is None:
        return None
    discount = friend.discount and {"percent": None, "fixed": None} | discount_document(
        friend.discount
    )
    bonus = friend.bonus and {"percent": None, "fixed": None} | reward_document(friend.bonus)
    return {
        "currency": program.currency,
        "discount": discount,
        "bonus": bonus,
        "new_customers_only": friend.new_customers_only,
        "text": sentence(program),
    }


def sentence(program: Program) -> str:
    """The promise for people."""
    friend, currency = program.friend, program.currency
    parts = []
    if friend.discount:
        purchase = "your first order" if friend.new_customers_only else "your order"
        parts.append(
            f"{_granted(friend.discount.reward, currency)} off {purchase}{_bounds(friend.discount, currency)}"
        )
    if friend.bonus:
        of = "" if friend.bonus.fixed is not None else " of your purchase"
        parts.append(f"{_granted(friend.bonus, currency)}{of} as credit")
    return ", and ".join(parts)


def _granted(reward: Reward, currency: str) -> str:
    return (
        f"{percent_text(reward.parts)} %"
        if reward.fixed is None
        else amount_text(reward.fixed, currency)
    )


def _bounds(discount: Discount, currency: str) -> str:
    most = "" if discount.most is None else f", at most {amount_text(discount.most, currency)}"
    least = (
        ""
        if not discount.minimum_order
        else f", from {amount_text(discount.minimum_order, currency)}"
    )
    return most + least


def amount_text(amount: int, currency: str) -> str:
    """An amount as people write it without a locale: `20.00 EUR`, `500 JPY`."""
    digits = minor_digits(currency)
    whole, fraction = divmod(amount, 10**digits)
    return f"{whole}.{fraction:0{digits}d} {currency}" if digits else f"{whole} {currency}"
