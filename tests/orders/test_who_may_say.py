"""Whose word goes before whose (specification: who-may-say)."""

import pytest

from shared.domain.orders.sources import Source
from shared.orders.evaluate import evaluate_order, find_order, finish_order
from shared.orders.update import parse_update
from shared.store.reconciliation import verify
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.support.shop import Shop, hash_email

SOLD = {"status": "completed", "currency": "EUR", "items_total": 10_000}


@pytest.fixture
def shop(tables):
    shop = Shop(
        credit={"system": "levels", "levels": [{"percent": "10"}]},
        friend={"new_customers_only": False},
    )
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    return shop


def processor(shop: Shop, **facts) -> None:
    told = {"id": "1", "customer": {"id": "Ines"}} | SOLD | facts
    evaluate_order(parse_update(told, shop.at, hash_email, as_of=shop.at, source=Source.PROCESSOR))


def kept(shop: Shop) -> int:
    return find_order("1", shop.at).decision.outcome.kept


def test_credit_that_nobody_captured_counts_nothing(shop):
    processor(shop, credit_used=9_000)
    assert (kept(shop), shop.rewards("1")) == (10_000, {"Anna": 1_000})


def test_credit_counts_what_was_captured_for_the_order_also_afterwards(shop):
    shop.order("0", customer={"id": "Ines"}, items=50_000)
    hold = hold_credit(Checkout("Anna", "1", 2_000), shop.at)
    processor(shop, credit_used=9_000)
    assert kept(shop) == 10_000
    capture_hold(hold.id, None, shop.at)
    finish_order("1", shop.at)
    assert (kept(shop), shop.rewards("1")) == (8_000, {"Anna": 800})
    assert shop.balance("Anna") == 5_000 - 2_000 + 800
    assert verify()["differences"] == []


def test_the_servers_word_on_credit_stands(shop):
    shop.order("1", customer={"id": "Ines"}, credit_used=3_000)
    shop.later(days=1)
    processor(shop, credit_used=0)
    assert kept(shop) == 7_000


def test_what_whole_facts_leave_out_is_not_unlearned(shop):
    processor(shop, disputes=[{"id": "d", "amount": 3_000, "status": "open"}])
    shop.later(days=1)
    shop.order("1", customer={"id": "Ines"})
    assert kept(shop) == 7_000
    processor(shop, disputed=True)
    shop.order("1", customer={"id": "Ines"})
    assert kept(shop) == 0
    shop.order("1", customer={"id": "Ines"}, disputed=False)
    assert kept(shop) == 7_000
