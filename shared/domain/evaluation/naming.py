"""Whether staff may name the advocate of an order (specification: order-advocate)."""

from shared.domain.evaluation.decision import NO_EXCHANGE_RATE, TEST_ORDER
from shared.domain.evaluation.posted import FrozenOrder, PostedState
from shared.domain.members.evidence import STAFF, Evidence
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts

ORDER_HAS_ADVOCATE, ADVOCATE_ALREADY = "order_has_advocate", "advocate_already"
SECOND_ADVOCATE, SELF_REFERRAL, CIRCLE = "second_advocate", "self_referral", "circle"
ADVOCATE_BLOCKED = "advocate_blocked"
NAMINGS = {
    ORDER_HAS_ADVOCATE: (
        "This order already has an advocate, and its terms are frozen. To correct it, take the "
        "reward back from that advocate and credit the right one, each with an adjustment."
    ),
    ADVOCATE_ALREADY: (
        "This member is already this order's advocate. The order's page says what it earned and why."
    ),
    ADVOCATE_BLOCKED: "This advocate is blocked and earns nothing. Unblock them first.",
    SELF_REFERRAL: "Advocate and friend are the same person.",
    SECOND_ADVOCATE: "The friend already has an advocate. End that referral first.",
    CIRCLE: ("The friend is already above the advocate, so this referral would form a circle."),
    TEST_ORDER: "This is a test order. Test orders reward nobody.",
    NO_EXCHANGE_RATE: (
        "The order's currency is not the program's, and its exchange rate is not known. Send the "
        "order again with its fx_rate first."
    ),
}
"""Why staff cannot name the advocate of an order."""


def find_refusal(order: OrderFacts, posted: PostedState, advocate: Member) -> str | None:
    """Why nobody can be named for this order any more, or not this member; `None` if neither."""
    if order.test:
        return TEST_ORDER
    if isinstance(posted, FrozenOrder) and posted.terms.chain:
        if posted.terms.chain[0].member != advocate.id:
            return ORDER_HAS_ADVOCATE
        return None if order.advocate == advocate.id else ADVOCATE_ALREADY
    return ADVOCATE_BLOCKED if advocate.blocked else None


def find_refusal_of_pair(
    order: OrderFacts, buyer: Member, advocate: Member, evidence: tuple[Evidence, ...]
) -> str | None:
    """Why the buyer cannot be this member's friend; `None` if they can.

    `buyer` is the buyer before the naming, `evidence` all evidence of the order with it.
    """
    addresses = {buyer.email_hash, order.email_hash} - {None}
    if buyer.id == advocate.id or advocate.email_hash in addresses:
        return SELF_REFERRAL
    if buyer.referral and buyer.referral.advocate != advocate.id:
        return SECOND_ADVOCATE
    named = next((piece for piece in evidence if piece.kind == STAFF), None)
    return CIRCLE if named and named.lost == CIRCLE else None
