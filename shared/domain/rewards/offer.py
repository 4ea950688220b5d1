"""What a program offers the friend, for storefronts: as a document and as a sentence."""

from datetime import datetime

from shared.domain.instants import instant_text
from shared.domain.money import Grant, minor_digits, percent_text
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import BONUS_SHAPE, DISCOUNT_SHAPE, Discount
from shared.domain.programs.window import Window


def offer_document(program: Program, at: datetime) -> dict[str, object] | None:
    """The offer as the API shows it; `None` if the friend gets nothing or the program is over at
    `at`.

    `discount` is subtracted at checkout, `bonus` is credited after the purchase. An offer that
    begins later is included; `from` says when.
    """
    friend, active = program.friend, program.active
    if (friend.discount is None and friend.bonus is None) or active.is_over(at):
        return None
    either = {"percent": None, "fixed": None}
    return {
        "currency": program.currency,
        "discount": friend.discount and either | DISCOUNT_SHAPE.write(friend.discount),
        "bonus": friend.bonus and either | BONUS_SHAPE.write(friend.bonus),
        "new_customers_only": friend.new_customers_only,
        "from": active.since and instant_text(active.since),
        "until": active.until and instant_text(active.until),
        "text": offer_sentence(program),
    }


def offer_sentence(program: Program) -> str:
    """The offer as an English sentence."""
    friend, currency = program.friend, program.currency
    parts = []
    if friend.discount:
        purchase = "your first order" if friend.new_customers_only else "your order"
        granted = _granted(friend.discount.reward, currency)
        parts.append(f"{granted} off {purchase}{_bounds(friend.discount, currency)}")
    if friend.bonus:
        reward = friend.bonus.reward
        of = "" if reward.fixed is not None else " of your purchase"
        once = " once" if friend.bonus.once else ""
        parts.append(f"{_granted(reward, currency)}{of} as credit{once}")
    return ", and ".join(parts) + _period(program.active)


def _period(active: Window) -> str:
    """The time in which the offer is valid, as the end of a sentence; empty if there is no limit."""
    since = f" from {instant_text(active.since)} on" if active.since else ""
    until = f" until {instant_text(active.until)}" if active.until else ""
    return f", for orders{since}{until}" if since or until else ""


def _granted(reward: Grant, currency: str) -> str:
    if reward.fixed is None:
        return f"{percent_text(reward.parts)} %"
    return amount_text(reward.fixed, currency)


def _bounds(discount: Discount, currency: str) -> str:
    most = "" if discount.most is None else f", at most {amount_text(discount.most, currency)}"
    least = discount.minimum_order
    return most + (f", from {amount_text(least, currency)}" if least else "")


def amount_text(amount: int, currency: str) -> str:
    """An amount for people, independent of their language: `20.00 EUR`, `500 JPY`."""
    digits = minor_digits(currency)
    whole, fraction = divmod(amount, 10**digits)
    return f"{whole}.{fraction:0{digits}d} {currency}" if digits else f"{whole} {currency}"
