"""No count of levels, names or codes makes an order impossible (specification: limits)."""

import pytest

from shared.domain.document import InvalidDocument
from shared.domain.evaluation import parts
from shared.domain.orders.facts_document import MOST_DISPUTES
from shared.domain.orders.merging import MOST_CODES, MOST_REFS
from shared.orders import reviews
from shared.orders.evaluate import find_order
from shared.orders.reviews import APPROVED
from shared.store.reconciliation import verify
from tests.support.shop import Shop
from tests.support.suspicious_orders import staff_action

LEVELS = 40
NAMES = [f"stripe:{number}" for number in range(16)]
TERMS = {
    "credit": {
        "system": "levels",
        "levels": [{"percent": "1"}] * LEVELS,
        "customer": {"percent": "5"},
    },
    "friend": {"new_customers_only": False, "bonus": {"percent": "5"}},
}


@pytest.fixture
def shop(tables):
    shop = Shop(**TERMS)
    shop.member("m0")
    for number in range(1, LEVELS + 1):
        shop.member(f"m{number}", referrer_login=f"m{number - 1}")
    return shop


BUYER = {"id": f"m{LEVELS}"}


def test_forty_levels_sixteen_names_and_two_rewards_of_the_buyer(shop):
    shop.order("1", customer=BUYER, refs=NAMES)
    assert len(shop.rewards("1")) == LEVELS + 1
    shop.order("1", customer=BUYER, refunds=[{"id": "r", "amount": 10_000}])
    assert (shop.rewards("1"), verify()["differences"]) == ({}, [])


def test_all_of_it_moves_to_another_buyer(shop):
    shop.order("1", customer=BUYER, refs=NAMES)
    shop.order("1", customer={"id": f"m{LEVELS - 1}"})
    assert len(shop.rewards("1")) == LEVELS
    assert verify()["differences"] == []


def test_a_review_ends_in_parts_where_one_transaction_is_too_small(shop, monkeypatch):
    monkeypatch.setattr(parts, "MOST_ROWS", 8)
    credit = TERMS["credit"] | {"levels": [{"percent": "1"}] * 9}
    review = {"hold": ["instant_click"], "deadline_days": 7}
    shop.publish(**TERMS | {"credit": credit}, review=review)
    friend = shop.member("late")
    shop.click("token", shop.member(f"m{LEVELS}").code)
    shop.order("1", customer={"id": friend.id}, ref_token="token")
    assert find_order("1", shop.at).decision.posted.terms.under_review
    reviews.decide_review("1", APPROVED, staff_action(shop))
    rewards = find_order("1", shop.at).decision.posted.rewards
    assert [reward for reward in rewards if reward.available_on is None] == []
    assert verify()["differences"] == []


def test_the_first_codes_and_names_stay_and_every_name_finds_the_order(shop):
    for number in range(10, 60):
        shop.order(
            "1",
            customer=BUYER,
            code=f"CODE-{number}",
            refs=[f"stripe:{number}", f"stripe:x{number}"],
        )
    order = find_order("stripe:x59", shop.at).context.order
    assert (len(order.codes), len(order.refs)) == (MOST_CODES, MOST_REFS)
    assert order.codes[0] == "CODE-10"


def test_more_disputes_than_one_order_holds_are_refused(shop):
    rows = [{"id": f"d{number}", "status": "won"} for number in range(MOST_DISPUTES)]
    shop.order("1", customer=BUYER, disputes=rows)
    with pytest.raises(InvalidDocument, match="disputes"):
        shop.order("1", customer=BUYER, disputes=[{"id": "more", "status": "won"}])
