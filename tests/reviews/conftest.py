"""A shop that looks before it pays; its books are verified after each test."""

import pytest

from shared.store.ledger.reconciliation import verify
from tests.support.shop import PLAIN, Shop
from tests.support.suspicious_orders import HOLDS


@pytest.fixture
def shop(tables):
    return Shop(**PLAIN, review=HOLDS)


@pytest.fixture(autouse=True)
def books_are_right(shop):
    yield
    assert verify()["differences"] == []


@pytest.fixture
def anna(shop):
    return shop.member("Anna")
