"""One hot advocate: orders of one batch take turns, so that none of them meets a conflict."""

import threading

import pytest

from benchmarks import costs, shop
from shared.orders.turns import Turns
from tests.support.running_cloud import wait_until

BATCH = 10
PATIENCE_SECONDS = 30


@pytest.fixture
def buyers(tables) -> list[str]:
    """Ten friends of one advocate."""
    shop.register_chain(1)
    names = [f"B{number}" for number in range(BATCH)]
    for name in names:
        shop.register(name, referrer_login="member-1")
    return names


def test_a_batch_with_one_advocate_writes_each_order_once(buyers):
    batch = [
        shop.processor_facts(f"9{number}", customer={"id": name})
        for number, name in enumerate(buyers)
    ]
    meter = costs.count(lambda: shop.deliver_all(batch))
    written = [call.operation for call in meter.calls]
    assert written.count("TransactWriteItems") == BATCH


def test_who_has_read_before_another_turn_ended_is_told_so():
    turns = Turns()
    with turns.take("Anna", turns.ended) as is_old:
        assert not is_old
        before = turns.ended
        with turns.take("Bert", before) as others:
            assert not others
    with turns.take("Anna", before) as is_old:
        assert is_old
    with turns.take("Anna", turns.ended) as is_old, turns.take(None, 0) as nobody:
        assert (is_old, nobody) == (False, False)


def test_one_waits_until_the_turn_of_another_has_ended():
    turns, heard = Turns(), []
    before = turns.ended

    def second() -> None:
        with turns.take("Anna", before) as is_old:
            heard.append(("second", is_old))

    with turns.take("Anna", before) as is_old:
        waiting = threading.Thread(target=second)
        waiting.start()
        wait_until(lambda: turns._locks["Anna"][1] == 2)
        heard.append(("first", is_old))
    waiting.join(PATIENCE_SECONDS)
    assert (heard, turns._locks) == ([("first", False), ("second", True)], {})


def test_a_turn_ends_with_an_error():
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.take("Anna", 0):
        raise ZeroDivisionError
    with turns.take("Anna", 0) as is_old:
        assert is_old


def test_a_thread_never_waits_for_itself():
    turns = Turns()
    with turns.take("Anna", 0) as outer, turns.take("Anna", 0) as inner:
        assert (outer, inner) == (False, False)
    assert turns._locks == {}


def test_who_waits_too_long_goes_on_without_a_turn():
    turns, heard = Turns(longest_wait=0.01), []

    def second() -> None:
        with turns.take("Anna", 0) as is_old:
            heard.append(is_old)

    with turns.take("Anna", 0):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(PATIENCE_SECONDS)
        assert heard == [False]
    assert turns._locks == {}
