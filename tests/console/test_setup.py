"""The set-up page: whose code its tests use, what a friend's order would pay, and what is left to do."""

import pytest

from functions import serve_console
from functions.serve_console_settings import handler
from shared.console import setup
from shared.console.overview import count_open_tasks
from shared.store.programs import parked
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.http_events import NOW
from tests.support.shop import PLAIN, Shop


@pytest.fixture
def shop(tables, monkeypatch) -> Shop:
    shop = Shop(**PLAIN, friend={"discount": {"percent": "10"}})
    shop.at = NOW
    open_console(monkeypatch)
    return shop


def look(role: str = "owner") -> str:
    page = Visitor(role).get(handler, "GET /console/setup")
    assert page.status == 200
    return page.text


def step_of(page: str, title: str) -> str:
    return page.partition(f"{title}</h2>")[2].partition("</section>")[0]


def test_without_a_member_the_tests_lead_to_the_members(shop):
    assert setup.newest_code() is None
    assert 'name="code"' not in look()
    assert "there is no member yet. Add yourself first." in look()


def test_the_code_of_the_newest_member_is_filled_in(shop):
    shop.member("Anna")
    shop.at = shop.at.replace(year=shop.at.year + 1)
    newest = shop.member("Bert").code
    assert setup.newest_code() == newest
    assert look().count(f'name="code" value="{newest}"') == 2


def test_what_an_order_would_pay_is_after_the_friends_discount(shop):
    text = text_of(look())
    assert "€90.00 instead of €100.00" in text
    assert "The advocate earns €9.00" in text


def test_a_step_that_is_done_is_folded(shop):
    code, title = shop.member("Anna").code, "Make a test click"
    assert "<summary>Show<" not in step_of(look(), title)
    Visitor("owner").post(
        handler, "POST /console/setup/{step}", {"code": code}, path={"step": "click"}
    )
    assert "✓ Done" in step_of(look(), title) and "<summary>Show<" in step_of(look(), title)


def test_a_parked_test_order_is_nothing_to_do(shop):
    parked.park("order-1", NOW, reason="test_order", text="This is a test.")
    assert count_open_tasks().parked == 0
    parked.park("order-2", NOW, reason="no_exchange_rate", text="No rate.")
    assert count_open_tasks().parked == 1


def test_an_empty_shop_is_led_to_the_setup(shop):
    page = Visitor("owner").get(serve_console.handler, "GET /console").text
    assert '<a class="button primary" href="/console/setup">Setup</a>' in page
