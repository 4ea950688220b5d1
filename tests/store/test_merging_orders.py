"""Two orders turn out to be one: also where the process dies in between, and where two find out at
once.
"""

from itertools import count

import pytest

from shared.orders.evaluate import find_order
from shared.store import engine
from shared.store.reconciliation import verify
from tests.support.shop import PLAIN, Shop

SESSION = {
    "refs": ["stripe:cs_1", "stripe:pi_1"],
    "status": "paid",
    "currency": "EUR",
    "items_total": 10_000,
}
TRANSACTION = "before-send.dynamodb.TransactWriteItems"


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN, earn_on="paid")
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    return shop


@pytest.fixture
def before_each_transaction():
    """Calls a function with the number of the transaction that is about to be sent, from 1."""
    events = engine.connection().client.meta.events
    hooks = []

    def watch(function) -> None:
        numbers = count(1)

        def hook(**_) -> None:
            function(next(numbers))

        events.register(TRANSACTION, hook)
        hooks.append(hook)

    yield watch
    for hook in hooks:
        events.unregister(TRANSACTION, hook)


def test_news_that_comes_between_the_merge_and_the_order_makes_the_order(
    shop, before_each_transaction
):
    shop.news(**SESSION, customer={"id": "Ines"})
    shop.later(minutes=1)

    def die(number: int) -> None:
        if number == 2:
            raise Died

    before_each_transaction(die)
    with pytest.raises(Died):
        shop.news(**SESSION, id="1001")
    assert (shop.balance("Anna"), find_order("1001", shop.at)) == (0, None)

    shop.news(refs=["stripe:pi_1"], refunds=[{"id": "re_1", "amount": 2_500}], hint=True)
    assert shop.rewards("1001") == {"Anna": 750}
    shop.news(**SESSION, id="1001")

    assert (shop.rewards("1001"), shop.balance("Anna")) == ({"Anna": 750}, 750)
    assert find_order("stripe:cs_1", shop.at).context.order.id == "1001"
    assert verify()["differences"] == []


def test_two_orders_that_find_out_at_once_do_not_become_each_others(shop, before_each_transaction):
    placed = {
        "status": "placed",
        "currency": "EUR",
        "items_total": 10_000,
        "customer": {"id": "Ines"},
    }
    shop.news(**placed, id="A", refs=["stripe:pi_a"])
    shop.news(**placed, id="B", refs=["stripe:pi_b"])
    shop.later(minutes=1)

    def interrupt(number: int) -> None:
        """B takes A over, and dies, while A is about to take B over; then A dies too."""
        if number == 1:
            with pytest.raises(Died):
                shop.news(**placed, id="B", refs=["stripe:pi_a"])
        if number in (3, 4):
            raise Died

    before_each_transaction(interrupt)
    with pytest.raises(Died):
        shop.news(**placed, id="A", refs=["stripe:pi_b"])
    assert (
        find_order("A", shop.at).context.order.id
        == find_order("B", shop.at).context.order.id
        == "B"
    )
    shop.news(**placed, id="A", refs=["stripe:pi_b"])
    shop.news(refs=["stripe:pi_a"], status="paid")

    assert {
        find_order(name, shop.at).context.order.id
        for name in ("A", "B", "stripe:pi_a", "stripe:pi_b")
    } == {"B"}
    assert shop.balance("Anna") == 1_000
    assert verify()["differences"] == []


def test_a_third_name_takes_over_what_was_merged_before(shop):
    shop.news(**SESSION, customer={"id": "Ines"})
    for name in ("1001", "1002"):
        shop.later(minutes=1)
        shop.news(refs=["stripe:pi_1"], id=name, status="paid", currency="EUR", items_total=10_000)
    assert {
        find_order(name, shop.at).context.order.id for name in ("1001", "1002", "stripe:cs_1")
    } == {"1002"}
    assert shop.balance("Anna") == 1_000
    assert verify()["differences"] == []
