"""Orders are stored in few bytes; what is read back is what was written."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.evaluation import Posted
from shared.domain.ledger import Standing
from shared.domain.order import Order, Refund, Told, Totals
from shared.domain.reward import Seat, Terms
from shared.store.orders import KnownOrder, known_of, put_order

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
LATER = AT + timedelta(days=14)
TERMS = Terms(3, AT, "I", referral="r", chain=(Seat("F"), Seat("E", "silver", True, 0), Seat("D", room=900)))
FACTS = Order(
    "1001",
    customer="I",
    codes=("ANNA-7K2Q",),
    placed_at=AT,
    paid_at=AT,
    status=Told(AT, "paid"),
    disputed=Told(LATER, False),
    totals=Told(AT, Totals("EUR", 10_000, 500, 1900, 490), 0),
    refunds={"re_1": Told(LATER, Refund(2500, None, AT, "succeeded")), "re_2": Told(AT, Refund(1, 0, AT, "failed"))},
    refs=("stripe:cs_1",),
    payment="eLihtj2HTMlWeL7e",
)
POSTED = {
    "nothing": Posted(),
    "nothing due": Posted(TERMS),
    "usual rewards": Posted(TERMS, (Standing("F", 1, "referral", 900, 0, LATER), Standing("D", 3, "referral", 300, 0, LATER)), 9500, True),
    "taken": Posted(TERMS, (Standing("F", 1, "referral", 900, 900, LATER),)),
    "both rewards of a buyer": Posted(TERMS, (Standing("I", 0, "customer", 500, 0, AT), Standing("I", 0, "friend_bonus", 10, 0, LATER))),
    "somebody else's place": Posted(TERMS, (Standing("X", 1, "referral", 900), Standing("Y", 7, "referral", 1, 0, LATER))),
    "no date for one of them": Posted(
        TERMS, (Standing("F", 1, "referral", 9, 0, AT), Standing("E", 2, "referral", 9, 0, AT), Standing("D", 3, "referral", 9))
    ),
    "under review": Posted(TERMS._replace(signals=("same_payment",), held_at=AT), (Standing("F", 1, "referral", 900),)),
    "refused by a review": Posted(TERMS._replace(held_at=AT, verdict="refused", refusal="review_refused")),
    "nobody's terms": Posted(Terms(1, AT, None), volume=3),
}


@pytest.mark.parametrize("posted", POSTED.values(), ids=POSTED)
def test_an_order_is_read_as_it_was_written(posted):
    known = KnownOrder(FACTS, posted, state="evaluated", buyer="I")
    read = known_of("1001", put_order(known).item)
    assert (read.order, read.posted, read.revision) == (FACTS, posted, 1)


def test_an_order_that_tells_nothing_is_read_as_it_was_written():
    known = KnownOrder(Order("1001"))
    assert known_of("1001", put_order(known).item).order == known.order
