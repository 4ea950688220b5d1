"""What a list costs: requests to the tables and items read, counted, however many there are.

The benchmark of the same lists at 10,000 members is `python -m benchmarks lists`.
"""

import pytest

from shared.console import member_list, month_lists, orders
from shared.domain.ledger.statement import Figures, Statement
from shared.orders import backtest_sample
from shared.store import engine
from shared.store.ledger.statements import put_statement
from shared.store.programs import programs
from tests.support.counted_reads import Reads, counted_reads
from tests.support.followed_ledger import follow_ledger
from tests.support.shop import NOON, Shop, hash_email

MOST_REQUESTS = 3
MOST_OF_A_REACHED_GROUP = 4
"""One more: whether the shop is so small that everybody is looked at."""
FEW, MANY, PAGE = 60, 130, 20
EMPTY = {"q": "", "status": "", "group": "", "sort": ""}
MEMBERS = [
    {},
    {"sort": "login"},
    {"sort": "balance"},
    {"sort": "volume"},
    {"status": "active"},
    {"status": "active", "sort": "balance"},
    {"status": "blocked"},
    {"status": "guest"},
    {"group": "gold", "sort": "volume"},
    {"q": "common"},
    {"q": "m0"},
    {"q": "nobody"},
]


def fill(shop: Shop, numbers: range) -> None:
    for number in numbers:
        shop.member(f"M{number}", name="Common Name", **advocate_of(number))
        shop.later(minutes=1)
        shop.order(f"O{number}", 10_000 + number, customer={"id": f"M{number}"})
        engine.write([put_statement(statement(f"M{number}"))])
    follow_ledger()


def advocate_of(number: int) -> dict[str, str]:
    return {"referrer_login": f"m{number // 2}"} if number else {}


def statement(member: str) -> Statement:
    figures = Figures(*[0] * 9)
    return Statement(member, "EUR", "2026-02", 1, 1, 1, figures, "hash", "UTC", NOON)


@pytest.fixture
def shop(tables):
    groups = [
        {
            "id": "gold",
            "name": "Gold",
            "description": "",
            "min_volume": 15_000,
            "levels": [{"percent": "20"}],
        }
    ]
    shop = Shop(credit={"system": "levels", "levels": [{"percent": "10"}]}, groups=groups)
    fill(shop, range(FEW))
    return shop


def cost_of_lists() -> dict[str, Reads]:
    """Each list's first page, by what it asks for."""
    costs = {}
    for asked in MEMBERS:
        with counted_reads() as reads:
            member_list.load_members(EMPTY | asked, hash_email, PAGE)
        costs[f"members {asked}"] = reads
    for asked in ({}, {"sort": "oldest"}, {"state": "rewarded"}, {"q": "O7"}):
        with counted_reads() as reads:
            orders.list_orders({"q": "", "state": "", "sort": ""} | asked, PAGE)
        costs[f"orders {asked}"] = reads
    for month in ("", "2026-02"):
        with counted_reads() as reads:
            month_lists.list_statements({"member": "", "month": month}, PAGE, "")
        costs[f"statements {month}"] = reads
    return costs


def most(what: str) -> int:
    return MOST_OF_A_REACHED_GROUP if "group" in what else MOST_REQUESTS


def test_a_list_and_a_search_take_three_requests_and_read_no_more_in_a_larger_shop(shop):
    few = cost_of_lists()
    fill(shop, range(FEW, MANY))
    many = cost_of_lists()
    assert {what: reads for what, reads in many.items() if reads.requests > most(what)} == {}
    assert {
        what: (few[what], many[what]) for what in many if many[what].items > few[what].items
    } == {}


def test_the_backtest_finds_the_newest_orders_first(shop, monkeypatch):
    monkeypatch.setattr(backtest_sample, "ORDERS_A_PAGE", 10)
    monkeypatch.setattr(backtest_sample, "MOST_ORDERS", 10)
    active = programs.active_program_of(programs.load_active_item(programs.DEFAULT))
    loaded = backtest_sample.load_sample(shop.at, [active])
    newest = {f"O{number}" for number in range(FEW - 10, FEW)}
    assert {order.id for order in loaded.sample.orders} == newest and not loaded.whole
