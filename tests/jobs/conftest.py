"""A shop in January, and the settlements of the nights after it."""

import pytest

from shared.store.reconciliation import verify
from tests.support.credited_month import FIRST
from tests.support.settlement_runs import open_settlement
from tests.support.shop import PLAIN, Shop


@pytest.fixture
def month(tables):
    with open_settlement() as month:
        yield month


@pytest.fixture
def shop(month):
    """Anna brings Ines, Bert nobody; all of it in January."""
    shop = Shop(**PLAIN)
    shop.at = FIRST
    for name, form in (("Anna", {}), ("Bert", {}), ("Ines", {"referrer_login": "anna"})):
        shop.member(name, **form)
    yield shop
    assert verify()["differences"] == []
