"""Orders in the console: the list, and one order with its evidence and reasons."""

import re

import pytest

from functions import serve_console_orders
from shared.console import listing
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.followed_ledger import follow_ledger
from tests.support.http_events import NOW
from tests.support.shop import PLAIN, Shop

LIST, ONE = "GET /console/orders", "GET /console/orders/{id}"


@pytest.fixture
def shop(tables, monkeypatch):
    shop = Shop(**PLAIN)
    shop.at = NOW
    open_console(monkeypatch)
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    return shop


def look(order=None, visitor=None, **query):
    follow_ledger()
    path = {"id": order} if order else None
    return (visitor or Visitor("viewer")).get(
        serve_console_orders.handler, ONE if order else LIST, path=path, query=query or None
    )


def in_order(page) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/console/orders/([^"]+)"', page.text)


def listed(page) -> list[str]:
    return sorted(in_order(page))


def test_an_order_tells_facts_winner_losers_terms_and_reasons(shop):
    other = shop.member("Bert").code
    refund = {"id": "re", "amount": 2_500, "at": shop.now(), "status": "succeeded"}
    shop.order("O1", 10_000, customer={"id": "Ines"}, code=other, refunds=[refund])
    text = text_of(look("O1").text)
    for part in (
        "€100.00",
        "€75.00",
        "Level: 1 · Kept by the shop: €75.00 · Share: 10%",
        "€7.50",
        "Income from referral program from ines",
        "decided",
        other,
        "did not count",
        "re refunded",
    ):
        assert part in text, part
    assert '/console/members/Ines">ines</a>' in look("O1").text


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ({"refunds": [2_500]}, "€7.50"),
        ({"refunds": [10_000]}, "€0.00"),
        ({"status": "cancelled"}, "€0.00"),
        ({"disputed": True}, "€0.00"),
    ],
)
def test_what_a_refund_took_stands_on_the_order(shop, facts, left):
    shop.order("O1", 10_000, customer={"id": "Ines"})
    refunds = [
        {"id": f"re_{place}", "amount": amount, "at": shop.now(), "status": "succeeded"}
        for place, amount in enumerate(facts.pop("refunds", []))
    ]
    assert "Taken back after refunds" not in text_of(look("O1").text)
    shop.order("O1", 10_000, customer={"id": "Ines"}, **{"refunds": refunds} | facts)
    text = text_of(look("O1").text).partition("Taken back after refunds")[2]
    taken = {"€7.50": "-€2.50", "€0.00": "-€10.00"}[left]
    assert text.strip().startswith(f"anna · level 1 €10.00 without the refunds, {left} now {taken}")


def test_a_refusal_says_why(shop):
    shop.order("O1", customer={"id": "Anna"})
    assert "No reward: nobody recommended this buyer" in text_of(look("O1").text)


@pytest.mark.parametrize("state", ["rewarded", "refused", "waiting", "parked"])
def test_orders_are_listed_by_their_state(shop, state):
    shop.order("rewarded", customer={"id": "Ines"})
    shop.order("refused", customer={"id": "Anna"})
    shop.order("waiting", customer={"id": "Ines"}, status="placed")
    shop.order("parked", customer={"id": "Ines"}, currency="JPY")
    visitor = Visitor("viewer")
    assert listed(look(visitor=visitor)) == ["parked", "refused", "rewarded", "waiting"]
    assert listed(look(visitor=visitor, state=state)) == [state]


def test_an_order_is_found_by_a_processors_name_for_it(shop):
    shop.news(
        refs=["stripe:cs_1"],
        customer={"id": "Ines"},
        status="completed",
        currency="EUR",
        items_total=100,
    )
    assert listed(look(q="stripe:cs_1")) == listed(look(q="cs_1")) == ["stripe%3Acs_1"]


def test_orders_come_newest_first_page_by_page_and_turned_round(shop, monkeypatch):
    monkeypatch.setattr(listing, "ROWS_PER_PAGE", 2)
    for number in range(5):
        shop.later(hours=1)
        shop.order(f"O{number}", customer={"id": "Ines"}, completed_at=shop.now())
    first, turned = look(), look(sort="oldest")
    assert in_order(first) == ["O4", "O3"] and in_order(turned) == ["O0", "O1"]
    assert "5 in total" in text_of(first.text)
    cursor = re.search(r'rel="next"[^>]*href="[^"]*cursor=([^"&]+)"', first.text)[1]
    assert in_order(look(cursor=cursor)) == ["O2", "O1"]


def test_an_order_whose_state_changed_is_listed_under_the_new_one_alone(shop):
    shop.order("O1", customer={"id": "Ines"}, status="placed")
    assert listed(look(state="waiting")) == ["O1"]
    shop.order("O1", customer={"id": "Ines"})
    assert listed(look(state="waiting")) == [] and listed(look(state="rewarded")) == ["O1"]


def test_a_state_or_an_order_that_there_is_not_is_refused(shop):
    assert look(state="lost").status == look(sort="best").status == 422


def test_nothing_unknown_has_a_page(shop):
    assert look("nobody").status == 404


def test_ids_of_shops_are_text(shop):
    name = '<b>&"/../x'
    shop.order(name, customer={"id": "Ines"})
    visitor = Visitor("viewer")
    page = look(visitor=visitor)
    assert "<b>&" not in page.text
    assert listed(page) == ["%3Cb%3E%26%22%2F..%2Fx"]
    assert look(listed(page)[0], visitor).status == 200
