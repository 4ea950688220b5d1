"""Conflicts, throttling and lost answers of the engine lose nothing and double nothing."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.store import engine
from shared.store.reconciliation import verify
from tests.support.engine_faults import answer, conflict, send
from tests.support.shop import Shop

LEVELS = {
    "credit": {
        "system": "levels",
        "levels": [{"percent": "10"}, {"percent": "8"}],
        "customer": {"percent": "5"},
    }
}


@pytest.fixture
def faults():
    """Answers a share of the requests by itself; the seed is part of every failure's output."""
    events = engine.connection().client.meta.events
    hooks = []

    def inject(operation: str, share: float, seed: int, respond) -> None:
        chance = random.Random(seed)
        print(f"seed {seed}")

        def hook(request, **_):
            return respond(request) if chance.random() < share else None

        events.register(f"before-send.dynamodb.{operation}", hook)
        hooks.append((f"before-send.dynamodb.{operation}", hook))

    yield inject
    for name, hook in hooks:
        events.unregister(name, hook)


@pytest.fixture
def shop(tables):
    shop = Shop(**LEVELS)
    shop.member("Anna")
    shop.member("Bert", referrer_login="anna")
    for number in range(5):
        shop.member(f"F{number}", referrer_login="bert")
    return shop


def sell(shop: Shop, orders: int) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda number: shop.order(f"O{number}", 1_000, customer={"id": f"F{number % 5}"}),
                range(orders),
            )
        )


def test_conflicts_in_a_fifth_of_the_transactions_lose_nothing(shop, faults):
    faults("TransactWriteItems", 0.2, 7, conflict)
    sell(shop, 30)
    assert (shop.balance("Bert"), shop.balance("Anna"), shop.balance("F0")) == (3_000, 2_400, 300)
    assert verify() == {"entries": 90, "orders": 30, "differences": []}


def test_throttling_of_reads_and_writes_only_delays(shop, faults):
    for operation in ("TransactWriteItems", "BatchGetItem"):
        faults(operation, 0.2, 11, lambda request: answer(request, "ThrottlingException"))
    sell(shop, 20)
    assert shop.balance("Bert") == 2_000
    assert verify()["differences"] == []


def test_an_answer_lost_after_the_write_is_told_again_and_posts_nothing(shop, faults):
    def lose(request):
        send(request)
        return answer(request, "InternalServerError")

    faults("TransactWriteItems", 0.3, 13, lose)
    sell(shop, 20)
    assert shop.balance("Bert") == 2_000
    assert verify() == {"entries": 60, "orders": 20, "differences": []}


def test_more_conflicts_than_patience_are_told_as_busy(shop, faults):
    faults("TransactWriteItems", 1, 17, conflict)
    with pytest.raises(engine.TableBusy):
        shop.order("O1", customer={"id": "F1"})
    assert verify()["orders"] == 0
