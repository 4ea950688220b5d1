"""The room used in a new window of a limit is added up once; a retry reads what came since."""

import pytest

from shared.domain.programs.window import AdvocateLimit
from shared.store import keys
from shared.store.engine import find
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.used_room import MOST_SUMMED, _summed, window_of, with_room
from tests.support.counted_reads import counted_reads
from tests.support.engine_faults import conflict, inject_fault
from tests.support.shop import NOON, PLAIN, Shop

ORDERS = 20


@pytest.fixture
def shop(tables):
    shop = Shop()
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    sell(shop, ORDERS)
    return shop


def sell(shop: Shop, orders: int) -> None:
    for _ in range(orders):
        shop.later(minutes=1)
        shop.order(f"O{shop.at:%H%M}", 1_000, customer={"id": "Ines"}, completed_at=shop.now())


def account():
    key = keys.account("Anna", "EUR")
    return account_of("Anna", "EUR", find(AccountItem, key))


def used(limit: AdvocateLimit) -> tuple[int, int]:
    """The used room, and how many entries were read for it."""
    stored = account()
    with counted_reads() as reads:
        room = with_room(stored, limit)
    return room.used[window_of(limit)], reads.rows


def test_a_second_look_reads_the_entries_since(shop):
    limit = AdvocateLimit(10_000, NOON, None)
    assert used(limit) == (ORDERS * 100, ORDERS)
    assert used(limit) == (ORDERS * 100, 0)
    sell(shop, 3)
    assert used(limit) == ((ORDERS + 3) * 100, 3)


def test_each_window_is_summed_by_itself(shop):
    assert used(AdvocateLimit(10_000, None, None)) == (ORDERS * 100, ORDERS)
    assert used(AdvocateLimit(10_000, None, NOON)) == (0, ORDERS)


def test_an_order_under_a_new_window_that_meets_a_conflict_reads_a_history_once(shop):
    shop.publish(**PLAIN, rules={"max_per_advocate": {"amount": 2_050}})
    shop.later(minutes=1)
    with counted_reads() as reads, inject_fault(conflict, (1).__eq__, "TransactWriteItems"):
        shop.order("new", 1_000, customer={"id": "Ines"}, completed_at=shop.now())
    assert shop.rewards("new") == {"Anna": 50}
    assert reads.rows == ORDERS


def test_no_more_sums_are_kept_than_allowed(shop):
    for number in range(MOST_SUMMED + 5):
        _summed["table", f"M{number}", "EUR", "|"] = 1, 1
    used(AdvocateLimit(10_000, NOON, None))
    assert len(_summed) <= MOST_SUMMED
