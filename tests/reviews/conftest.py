"""A shop that looks before it pays; its books are verified after each test."""

import pytest

from shared.store.audit import verify
from tests.shop import PLAIN, Shop
from tests.suspicion import HOLDS


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
