"""The overview over 7, 30, 90 and 365 days: beside the period before, what is owed by date and age,
from sign-up to reward, and at a cost that does not depend on the size of the shop.
"""

from datetime import timedelta

import pytest

from functions import serve_console
from shared.console import overview_figures as figures
from shared.console.overview import load_recent_days
from shared.domain.instants import DAY
from shared.store.attributions import directory
from shared.store.items import AttributionsItem
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.counted_reads import counted_reads
from tests.support.followed_ledger import follow_ledger
from tests.support.shop import Shop

MOST_REQUESTS = 20


@pytest.fixture
def shop(tables, monkeypatch):
    """10 % for Anna, who recommended Ben; it can be spent 14 days later."""
    open_console(monkeypatch)
    shop = Shop(credit={"system": "levels", "levels": [{"percent": "10"}]}, hold_days=14)
    anna = shop.member("Anna")
    shop.member("Ben", code=anna.code)
    return shop


def order(shop, name, items=10_000, **facts):
    shop.order(name, items, customer={"id": "Ben"}, **facts)
    follow_ledger(shop.at)


def page(shop, status=200, **query):
    visitor = Visitor("viewer", at=shop.at)
    answered = visitor.get(serve_console.handler, "GET /console", query=query or None)
    assert answered.status == status, answered.text
    return text_of(answered.text)


def test_a_period_stands_beside_the_one_before(shop):
    order(shop, "1", 10_000)
    shop.later(days=10)
    order(shop, "2", 30_000)
    week = page(shop, days="7")
    assert "Friends' purchases €300.00 €100.00 in the 7 days before" in week
    assert "Cost of rewards €30.00 10% of what friends bought; 10% before" in week
    month = page(shop, days="30")
    assert "Friends' purchases €400.00 nothing in the 30 days before" in month


@pytest.mark.parametrize("days", ["7", "30", "90", "365"])
def test_every_period_is_shown_to_whoever_may_look(shop, days):
    assert f"{days} days" in page(shop, days=days)


def test_another_period_is_refused(shop):
    page(shop, 422, days="8")


def test_what_is_owed_by_when_it_can_be_spent(shop):
    order(shop, "1", 10_000)
    shop.later(days=10)
    order(shop, "2", 20_000)
    owed = load_recent_days("EUR", shop.at).now
    seen = figures.owed_by_date(owed, shop.at)
    assert (seen.now, [part.amount for part in seen.soon], seen.later) == (0, [1_000, 2_000], 0)
    shop.later(days=5)
    seen = figures.owed_by_date(load_recent_days("EUR", shop.at).now, shop.at)
    assert (seen.now, [part.amount for part in seen.soon]) == (1_000, [0, 2_000])


def test_what_is_owed_by_age_spends_the_oldest_first(shop):
    order(shop, "1", 10_000)
    shop.later(days=60)
    order(shop, "2", 5_000)
    parts = figures.owed_by_age(load_recent_days("EUR", shop.at, 365))
    assert [part.amount for part in parts] == [500, 1_000, 0, 0]
    shop.later(days=400)
    parts = figures.owed_by_age(load_recent_days("EUR", shop.at, 365))
    assert [part.amount for part in parts] == [0, 0, 0, 1_500]


def test_from_sign_up_to_reward_counts_what_came_in_the_period(shop):
    order(shop, "1")
    shop.order("2", customer={"id": "Anna"})
    follow_ledger(shop.at)
    text = page(shop, days="7")
    assert "Members joined 2 Orders 2 Rewarded orders 1" in text
    shop.at += 8 * DAY
    assert "Members joined 0 Orders 0 Rewarded orders 0" in page(shop, days="7")


def test_the_top_advocate_is_named_with_what_friends_bought(shop):
    order(shop, "1", 12_345)
    assert "anna €123.45 By what their friends have bought in all." in page(shop)


def test_nobody_is_a_top_advocate_twice_while_a_row_is_late(shop):
    order(shop, "1", 12_345)
    late = directory.account_rows("Anna", "EUR", 0, 99_900)
    with AttributionsItem.batch_write() as batch:
        for row in late:
            batch.save(directory.DirectoryItem(*row, member="Anna"))
    text = page(shop)
    assert "anna €123.45 By what" in text and "€999.00" not in text


def test_a_count_that_would_take_too_long_says_more_than(shop, monkeypatch):
    order(shop, "1")
    monkeypatch.setattr(directory, "MOST_COUNT_REQUESTS", 0)
    assert "Orders more than 0" in page(shop)


def test_the_page_costs_the_same_however_much_there_is(shop):
    visitor = Visitor("viewer", at=shop.at)

    def requests() -> int:
        with counted_reads() as reads:
            answered = visitor.get(serve_console.handler, "GET /console", query={"days": "365"})
        assert answered.status == 200
        return reads.requests

    order(shop, "0")
    few = requests()
    for number in range(40):
        shop.member(f"M{number}", referrer_login="anna")
        shop.order(f"m{number}", customer={"id": f"M{number}"})
    follow_ledger(shop.at)
    assert requests() == few <= MOST_REQUESTS


def test_a_year_of_closed_days_is_one_request_more_at_most(shop):
    for _ in range(40):
        shop.later(days=3)
        order(shop, f"o{shop.at.date()}")
    for _ in range(2):
        load_recent_days("EUR", shop.at + timedelta(days=3), 365)
    shop.later(days=3)
    visitor = Visitor("viewer", at=shop.at)
    with counted_reads() as reads:
        visitor.get(serve_console.handler, "GET /console", query={"days": "365"})
    assert reads.requests <= MOST_REQUESTS
