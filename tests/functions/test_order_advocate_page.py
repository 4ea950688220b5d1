"""Naming the advocate of an order in the console: the form, the preview, and what becomes of it."""

import re

import pytest

from functions import serve_console_members, serve_console_orders
from functions.serve_console_reviews import handler
from shared.members.profile import load_profile
from shared.store.programs.audit_log import list_audit_lines
from shared.store.reconciliation import verify
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.shop import NOON, Shop

HERE = "/console/order-advocate"
NAMED = {"order": "O1", "advocate_login": "ben"}
WHY = {"reason": "Ticket 88"}
TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}, {"percent": "5"}]},
    "hold_days": 14,
    "groups": [{"id": "silver", "name": "Silver", "min_volume": 9_000, "levels": []}],
}


@pytest.fixture
def shop(tables, monkeypatch):
    """Clara recommended Ben. Emma ordered without an advocate, and swears that Ben sent her."""
    open_console(monkeypatch)
    shop = Shop(**TERMS)
    for name, more in (("Clara", {}), ("Ben", {"referrer_login": "clara"}), ("Emma", {})):
        shop.member(name, **more)
    shop.order("O1", customer={"id": "Emma"})
    return shop


@pytest.fixture
def manager(shop):
    return Visitor("manager", at=NOON)


def look(visitor, status=200, **query):
    page = visitor.get(handler, f"GET {HERE}", query={"language": "en"} | query)
    assert page.status == status, page.text
    return page.text


def push(visitor, **form):
    return visitor.post(handler, f"POST {HERE}", NAMED | WHY | form)


def named_lines() -> list[dict]:
    return [line for line in list_audit_lines(20)[0] if line["subject"] == {"order": "O1"}]


def wrong(page: str) -> list[str]:
    """The fields that the page marks as wrong."""
    return re.findall(r'<input id="([^"]+)"[^>]* aria-invalid', page)


def test_the_preview_says_who_earns_what_when_and_what_it_changes(shop, manager):
    text = text_of(look(manager, **NAMED))
    for part in (
        "Nothing has been posted yet.",
        "ben · level 1 Income from referral program from emma",
        "€10.00",
        "available from 16 March 2026",
        "clara · level 2",
        "€5.00",
        "€100.00 more",
        "Group of the advocate from now on Silver",
    ):
        assert part in text, part
    assert (shop.balance("Ben"), named_lines()) == (0, [])


def test_a_manager_names_the_advocate_and_comes_to_the_order(shop, manager):
    answered = push(manager)
    assert (answered.status, answered.headers["location"]) == (
        303,
        "/console/orders/O1?said=advocate_named",
    )
    assert shop.rewards("O1") == {"Ben": 1_000, "Clara": 500}
    (line,) = named_lines()
    assert (line["what"], line["reason"]) == ("advocate_named", "Ticket 88")
    order = manager.get(
        serve_console_orders.handler, "GET /console/orders/{id}", path={"id": "O1"}
    ).text
    assert "Named by your staff" in order and f'href="{HERE}' not in order
    assert verify()["differences"] == []


@pytest.mark.parametrize(("choice", "referred_by"), [("yes", "Ben"), ("no", None)])
def test_staff_chooses_whether_later_orders_count_too(shop, manager, choice, referred_by):
    assert push(manager, later_orders=choice).status == 303
    referral = load_profile("Emma").member.referral
    assert (referral.advocate if referral else None) == referred_by
    assert shop.rewards("O1") == {"Ben": 1_000, "Clara": 500}


def test_an_order_that_earns_nothing_yet_leaves_no_choice(shop, manager):
    shop.order("O2", status="placed", customer={"id": "Emma"})
    page = look(manager, **NAMED | {"order": "O2"})
    assert "earns nothing yet" in page and 'name="later_orders"' not in page
    assert push(manager, order="O2").status == 303


def test_a_customer_who_had_ordered_before_is_told(shop, manager):
    shop.order("O0", customer={"id": "Emma"}, placed_at="2026-01-01T00:00:00Z")
    assert "had ordered before" in look(manager, **NAMED)


def test_what_the_rules_refuse_is_told_with_the_reason(shop, manager):
    shop.order("O1", customer={"id": "Emma"}, refunded_total=10_000)
    text = text_of(look(manager, **NAMED))
    assert "Nobody would earn from this order:" in text and "nothing is left" in text


@pytest.mark.parametrize(
    ("typed", "field"), [({"order": "x"}, "order"), ({"advocate_login": "x"}, "advocate_login")]
)
def test_what_is_unknown_is_said_at_its_field(shop, manager, typed, field):
    assert wrong(look(manager, 422, **NAMED | typed)) == [field]
    answered = push(manager, **typed)
    assert (answered.status, wrong(answered.text)) == (422, [field])
    assert f'value="{(NAMED | typed)[field]}"' in answered.text


def test_a_missing_reason_is_asked_for_below_the_preview(shop, manager):
    answered = push(manager, reason="", later_orders="no")
    assert (answered.status, wrong(answered.text)) == (422, ["reason"])
    assert "What would change" in answered.text
    assert re.search(r'value="no" checked', answered.text)


def test_a_pair_that_cannot_be_is_refused_with_a_sentence(shop, manager):
    for sent in (look(manager, 409, **NAMED | {"advocate_login": "emma"}), None):
        page = sent or push(manager, advocate_login="emma").text
        assert "Advocate and friend are the same person." in page
        assert "What would change" not in page
    push(manager)
    assert "already this order's advocate" in text_of(look(manager, 409, **NAMED)).replace(
        "&#39;", "'"
    )
    assert "already has an advocate" in look(manager, 409, **NAMED | {"advocate_login": "clara"})


@pytest.mark.parametrize("role", ["support", "viewer"])
def test_only_who_may_move_money_may_name(shop, role):
    visitor = Visitor(role, at=NOON)
    assert "What would change" in look(visitor, **NAMED)
    assert 'name="reason"' not in look(visitor, **NAMED)
    assert push(visitor).status == 403
    assert shop.balance("Ben") == 0


def test_the_pages_of_order_and_member_lead_here(shop, manager):
    orders, members = serve_console_orders.handler, serve_console_members.handler
    order = manager.get(orders, "GET /console/orders/{id}", path={"id": "O1"}).text
    assert f'href="{HERE}?order=O1"' in order
    member = manager.get(members, "GET /console/members/{id}", path={"id": "Ben"}).text
    assert f'action="{HERE}"><input type="hidden" name="advocate_login" value="ben"' in member
