"""What a block and the end of a referral ask of the tables: two requests for forty orders, however
many there are.
"""

from datetime import timedelta

import pytest

from shared.domain.staff_action import StaffAction
from shared.members import blocking, referral_clawback, referrals
from shared.members.profile import load_profile
from shared.store import engine
from tests.support.counted_reads import counted_reads
from tests.support.shop import PLAIN, Shop

ORDERS_A_TRANSACTION = 4
AROUND_A_PAGE = 6
"""Requests beside those for orders: the member or referral, the history, and what ends it all."""


@pytest.fixture
def shop(tables, monkeypatch):
    """Anna brought Ines; a transaction takes four orders."""
    monkeypatch.setattr("shared.members.forfeiting.MOST_ORDERS", ORDERS_A_TRANSACTION)
    monkeypatch.setattr(referral_clawback, "MOST_ORDERS", ORDERS_A_TRANSACTION)
    shop = Shop(**PLAIN | {"hold_days": 14})
    shop.member("Anna")
    shop.ines = shop.member("Ines", referrer_login="anna")
    return shop


def sell(shop: Shop, orders: int) -> None:
    for number in range(orders):
        shop.order(f"O{number}", 1_000, customer={"id": "Ines"}, completed_at=shop.now())


def action(shop: Shop, what: str) -> StaffAction:
    return StaffAction("ak_012345", what, shop.at, "Bought from themselves")


@pytest.mark.parametrize("orders", [8, 40])
def test_forty_orders_of_a_block_take_two_requests(shop, orders):
    sell(shop, orders)
    blocking._block("Anna", action(shop, "block"))
    with counted_reads() as calls:
        assert blocking.finish_block("Anna", shop.at)
    assert shop.balance("Anna") == 0
    assert calls.requests <= 2 * orders / ORDERS_A_TRANSACTION + AROUND_A_PAGE


def test_a_block_that_goes_on_reads_no_order_again(shop, monkeypatch):
    sell(shop, 40)
    blocking._block("Anna", action(shop, "block"))
    monkeypatch.setattr(blocking, "MOST_TRANSACTIONS", 9)
    assert not blocking.finish_block("Anna", shop.at)
    with counted_reads() as calls:
        assert blocking.finish_block("Anna", shop.at)
    assert calls.requests <= 2 + AROUND_A_PAGE
    with counted_reads() as calls:
        assert blocking.finish_block("Anna", shop.at)
    assert calls.requests == 1 and load_profile("Anna").member.finishing is None


@pytest.mark.parametrize("orders", [8, 40])
def test_forty_orders_of_a_referral_that_ended_take_two_requests(shop, orders):
    sell(shop, orders)
    referral = shop.ines.referral.id
    referrals._end(referral, referrals.UNSPENT, action(shop, "referral_ended"))
    with counted_reads() as calls:
        assert referral_clawback.finish_clawback(referral, shop.at + timedelta(minutes=1))
    assert shop.balance("Anna") == 0
    assert calls.requests <= 2 * orders / ORDERS_A_TRANSACTION + AROUND_A_PAGE


def test_a_transaction_of_forty_orders_is_within_the_tables_limit():
    """Of each order the item and an entry; beside them accounts, the referral and its friend."""
    from shared.members import forfeiting

    assert 2 * forfeiting.MOST_ORDERS + 10 <= engine.MOST_WRITES
    assert forfeiting.MOST_ORDERS == 40
