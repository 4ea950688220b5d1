"""An order that earns nothing yet may name the wrong buyer too (specification: another-buyer)."""

import pytest

from shared.store.reconciliation import verify
from tests.support.shop import Shop

TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}], "customer": {"percent": "5"}},
    "friend": {"new_customers_only": True},
}


@pytest.fixture
def shop(tables):
    shop = Shop(**TERMS)
    shop.member("Anna")
    shop.bert = shop.member("Bert")
    shop.member("Ines", referrer_login="anna")
    return shop


@pytest.mark.parametrize("told_of", ["placed", "paid"])
def test_it_leaves_the_wrong_one(shop, told_of):
    """Carl never bought it: he is a new customer still, and nobody recommended him."""
    placed = {"status": told_of, "placed_at": "2026-02-01T00:00:00Z", "code": shop.bert.code}
    shop.order("1", customer={"id": "Carl"}, **placed)
    shop.order("1", customer={"id": "Ines"}, **placed)
    shop.later(days=1)
    shop.member("Carl", referrer_login="anna")
    shop.order("2", customer={"id": "Carl"})
    assert shop.rewards("2") == {"Carl": 500, "Anna": 1_000}
    assert verify()["differences"] == []
