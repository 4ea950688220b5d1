"""A shop whose books are right after every test."""

import pytest

from shared.store.reconciliation import verify
from tests.support.shop import PLAIN, Shop


@pytest.fixture
def shop(tables):
    return Shop(**PLAIN, earn_on="paid")


@pytest.fixture
def anna(shop):
    return shop.member("Anna")


@pytest.fixture(autouse=True)
def books_are_right(shop):
    yield
    assert verify()["differences"] == []
