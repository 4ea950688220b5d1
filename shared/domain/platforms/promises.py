"""Terms of a program that a platform cannot apply to its discount codes (specification:
platform-promises).
"""

from collections.abc import Iterable, Iterator

from shared.domain.ledger.credit_codes import takes_credit
from shared.domain.lint.finding import WARNING, Finding
from shared.domain.money import PERCENT
from shared.domain.programs.program import Program

NO_MAXIMUM, EACH_CODE_ONCE, NO_FIRST_ORDER, NO_MINIMUM, WHOLE_PERCENT, NO_CREDIT_SHARE = (
    "platform_no_maximum",
    "platform_each_code_once",
    "platform_no_first_order",
    "platform_no_minimum",
    "platform_whole_percent",
    "platform_no_credit_share",
)
CANNOT = {
    "shopify": (NO_MAXIMUM, EACH_CODE_ONCE),
    "woocommerce": (NO_MAXIMUM, NO_FIRST_ORDER),
    "stripe": (NO_MAXIMUM,),
    "bigcommerce": (EACH_CODE_ONCE,),
    "paddle": (NO_MAXIMUM, NO_FIRST_ORDER, NO_MINIMUM),
    "lemonsqueezy": (NO_MAXIMUM, NO_FIRST_ORDER, NO_MINIMUM, WHOLE_PERCENT),
}
"""What each platform cannot do. Shopify and BigCommerce count the uses of each code separately;
WooCommerce, Paddle and Lemon Squeezy cannot limit a code to first orders.
"""
_ONE_PERCENT = PERCENT // 100


def broken_promises(program: Program, provider: str) -> tuple[str, ...]:
    """The codes of all terms of this program that a platform cannot apply."""
    credit = () if takes_credit(provider, program) else (NO_CREDIT_SHARE,)
    discount = program.friend.discount
    if discount is None:
        return credit
    asked = {
        NO_MAXIMUM: discount.most is not None,
        EACH_CODE_ONCE: program.friend.new_customers_only,
        NO_FIRST_ORDER: program.friend.new_customers_only,
        NO_MINIMUM: discount.minimum_order is not None,
        WHOLE_PERCENT: discount.reward.fixed is None and discount.reward.parts % _ONE_PERCENT != 0,
    }
    return (*(word for word in CANNOT.get(provider, ()) if asked[word]), *credit)


def lint_platforms(program: Program, providers: Iterable[str]) -> Iterator[Finding]:
    """A warning for each promise that a connected platform does not keep."""
    for provider in sorted(set(providers)):
        broken = broken_promises(program, provider)
        if NO_MAXIMUM in broken:
            text = f"{provider} knows no maximum: it takes the whole percent off, whatever the cart"
            yield Finding(WARNING, NO_MAXIMUM, "friend.discount.max", text)
        if EACH_CODE_ONCE in broken:
            text = (
                f"{provider} lets a friend use each advocate's code once;"
                " only the reward is refused"
            )
            yield Finding(WARNING, EACH_CODE_ONCE, "friend.new_customers_only", text)
        if NO_FIRST_ORDER in broken:
            text = f"{provider} takes a code from earlier customers too; only the reward is refused"
            yield Finding(WARNING, NO_FIRST_ORDER, "friend.new_customers_only", text)
        if NO_MINIMUM in broken:
            text = f"{provider} knows no minimum: it takes the discount off smaller orders too"
            yield Finding(WARNING, NO_MINIMUM, "friend.discount.minimum_order", text)
        if WHOLE_PERCENT in broken:
            text = f"{provider} takes whole percents only; it refuses this discount"
            yield Finding(WARNING, WHOLE_PERCENT, "friend.discount.percent", text)
        if NO_CREDIT_SHARE in broken:
            text = f"{provider} cannot let credit pay only a part of an order; credit pays nothing there"
            yield Finding(WARNING, NO_CREDIT_SHARE, "wallet.max_percent_of_order", text)
