"""Terms of a program that a platform cannot apply to its discount codes (specification:
platform-promises).
"""

from collections.abc import Iterable, Iterator

from shared.domain.lint.finding import WARNING, Finding
from shared.domain.programs.program import Program

NO_MAXIMUM, EACH_CODE_ONCE, NO_FIRST_ORDER = (
    "platform_no_maximum",
    "platform_each_code_once",
    "platform_no_first_order",
)
CANNOT = {
    "shopify": (NO_MAXIMUM, EACH_CODE_ONCE),
    "woocommerce": (NO_MAXIMUM, NO_FIRST_ORDER),
    "stripe": (NO_MAXIMUM,),
}
"""What each platform cannot do. Shopify counts the uses of each code separately; WooCommerce cannot
limit a code to first orders.
"""


def broken_promises(program: Program, provider: str) -> tuple[str, ...]:
    """The codes of all terms of this program that a platform cannot apply."""
    discount = program.friend.discount
    if discount is None:
        return ()
    asked = {
        NO_MAXIMUM: discount.most is not None,
        EACH_CODE_ONCE: program.friend.new_customers_only,
        NO_FIRST_ORDER: program.friend.new_customers_only,
    }
    return tuple(word for word in CANNOT.get(provider, ()) if asked[word])


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
