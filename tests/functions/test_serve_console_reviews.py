"""Reviews in the console: what waits and why, and how it is decided."""

import pytest

from functions.serve_console_reviews import handler
from shared.store.programs import audit_log
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.shop import NOON, PLAIN, Shop

CARD = {"payment_fingerprint": "fp_of_a_card"}
HERE = {"id": "2"}


@pytest.fixture
def shop(tables, monkeypatch):
    """Ben paid with Anna's card; that holds her 10.00."""
    open_console(monkeypatch)
    shop = Shop(**PLAIN, review={"hold": ["same_payment"], "deadline_days": 7})
    shop.member("Anna")
    shop.member("Ben", referrer_login="anna")
    shop.order("1", customer={"id": "Anna"}, **CARD)
    shop.order("2", customer={"id": "Ben"}, **CARD)
    return shop


@pytest.fixture
def manager(shop):
    return Visitor("manager", at=NOON)


def page(visitor, route="GET /console/reviews", status=200, **parts):
    answered = visitor.get(handler, route, **parts)
    assert answered.status == status, answered.text
    return answered.text


def one(visitor, **parts):
    return page(visitor, "GET /console/reviews/{id}", path=HERE, **parts)


def judge(visitor, verdict, **form):
    return visitor.post(handler, f"POST /console/reviews/{{id}}/{verdict}", form, path=HERE)


def test_the_list_says_what_waits_why_and_until_when(manager):
    text = text_of(page(manager))
    assert "a card or account that the advocate has used too" in text
    assert "€10.00" in text and "8 Mar 2026" in text and "then approved automatically" in text
    assert '/console/members/Anna">anna</a>' in page(
        manager
    ) and '/console/members/Anna">anna</a>' in one(manager)


def test_both_people_stand_side_by_side_with_what_the_signal_saw(shop, manager):
    text = text_of(one(manager))
    friend, advocate = text.split("Friend Login ")[1].split("Advocate Login ")
    assert friend.startswith("ben Active") and advocate.startswith("anna Active")
    assert "First purchase 1 Mar 2026, 12:00, 2" in friend
    assert "Browsers and cards known 0 / 1" in friend
    assert "Both paid with: …f_a_card" in text


def test_a_click_right_before_the_order_is_told_with_its_seconds(tables, monkeypatch):
    open_console(monkeypatch)
    shop = Shop(**PLAIN, review={"hold": ["instant_click", "own_browser"]})
    anna = shop.member("Anna")
    shop.click("token-of-a-browser", anna.code)
    shop.later(seconds=2)
    shop.order("2", customer={"id": "Ben"}, ref_token="token-of-a-browser")
    text = text_of(one(Visitor("manager", at=NOON)))
    assert "Clicked on 1 Mar 2026, 12:00, ordered 2 seconds later." in text


def test_approved_it_can_be_spent_and_the_audit_tells_who(manager, shop):
    assert judge(manager, "approve").status == 303
    assert "Approved" in one(manager) and shop.balance("Anna") == 1_000
    line = next(line for line in audit_log.list_audit_lines(10)[0] if line["what"] == "review")
    assert (line["who"], line["after"]) == (f"staff:{manager.person.id}", {"review": "approved"})
    assert "Nothing to review" in page(manager)


def test_refused_it_is_taken_back_with_a_reason(manager, shop):
    assert judge(manager, "refuse").status == 422
    assert judge(manager, "refuse", reason="Same household").status == 303
    assert "Refused" in one(manager) and shop.balance("Anna") == 0
    assert judge(manager, "approve").status == 409


def test_support_looks_and_decides_nothing(manager):
    support = Visitor("support", at=NOON)
    assert "A manager or owner decides" in one(support)
    assert judge(support, "approve").status == 403


def test_an_order_that_was_never_held_has_no_review(manager):
    page(manager, "GET /console/reviews/{id}", 404, path={"id": "1"})


def test_the_list_comes_as_a_file(manager):
    heads, row = page(manager, query={"format": "csv"}).splitlines()
    assert dict(zip(heads.split(","), row.split(","), strict=True))["signals"] == "same_payment"
