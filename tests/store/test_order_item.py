"""Orders are stored in few bytes; what is read back is what was written."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.evaluation.posted import FrozenOrder, OpenOrder
from shared.domain.ledger.ledger import PostedReward
from shared.domain.orders.facts import OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.rewards.terms import FrozenAdvocate, Terms
from shared.store.ledger.orders import KnownOrder, known_of, put_order

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
LATER = AT + timedelta(days=14)
TERMS = Terms(
    3,
    AT,
    "I",
    referral="r",
    chain=(
        FrozenAdvocate("F"),
        FrozenAdvocate("E", "silver", True, 0),
        FrozenAdvocate("D", room=900),
    ),
)
FACTS = OrderFacts(
    "1001",
    told_customer=Versioned(LATER, "I", 2),
    codes=("ANNA-7K2Q",),
    placed_at=AT,
    paid_at=AT,
    payment_told=AT,
    status=Versioned(AT, "paid"),
    disputed=Versioned(LATER, False),
    totals=Versioned(AT, OrderTotals("EUR", 10_000, 500, 1900, 490), 0),
    refunds={
        "re_1": Versioned(LATER, Refund(2500, None, AT, "succeeded")),
        "re_2": Versioned(AT, Refund(1, 0, AT, "failed")),
    },
    refs=("stripe:cs_1",),
    payment="eLihtj2HTMlWeL7e",
)
POSTED = {
    "nothing": OpenOrder(),
    "nothing due": FrozenOrder(TERMS),
    "usual rewards": FrozenOrder(
        TERMS,
        (
            PostedReward("F", 1, "referral", 900, 0, LATER),
            PostedReward("D", 3, "referral", 300, 0, LATER),
        ),
        9500,
        True,
    ),
    "taken": FrozenOrder(TERMS, (PostedReward("F", 1, "referral", 900, 900, LATER),)),
    "both rewards of a buyer": FrozenOrder(
        TERMS,
        (
            PostedReward("I", 0, "customer", 500, 0, AT),
            PostedReward("I", 0, "friend_bonus", 10, 0, LATER),
        ),
    ),
    "somebody else's place": FrozenOrder(
        TERMS,
        (PostedReward("X", 1, "referral", 900), PostedReward("Y", 7, "referral", 1, 0, LATER)),
    ),
    "no date for one of them": FrozenOrder(
        TERMS,
        (
            PostedReward("F", 1, "referral", 9, 0, AT),
            PostedReward("E", 2, "referral", 9, 0, AT),
            PostedReward("D", 3, "referral", 9),
        ),
    ),
    "under review": FrozenOrder(
        TERMS._replace(signals=("same_payment",), held_at=AT),
        (PostedReward("F", 1, "referral", 900),),
    ),
    "refused by a review": FrozenOrder(
        TERMS._replace(held_at=AT, verdict="refused", refusal="review_refused")
    ),
    "reopened with what it posted for its buyer": OpenOrder(
        (PostedReward("I", 0, "customer", 500, 0, AT),), 9500, True
    ),
    "nobody's terms": FrozenOrder(Terms(1, AT, None), volume=3),
}


@pytest.mark.parametrize("posted", POSTED.values(), ids=POSTED)
def test_an_order_is_read_as_it_was_written(posted):
    known = KnownOrder(FACTS, posted, state="evaluated", buyer="I")
    read = known_of("1001", put_order(known).item)
    assert (read.order, read.posted, read.revision) == (FACTS, posted, 1)


def test_an_order_that_tells_nothing_is_read_as_it_was_written():
    known = KnownOrder(OrderFacts("1001"))
    assert known_of("1001", put_order(known).item).order == known.order
