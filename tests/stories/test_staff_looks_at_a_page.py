""" "My customer says the page is wrong. Can my support see it?": yes, as the customer sees it, and change nothing."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.running_cloud import RunningCloud
from tests.support.running_shop import Person, RunningShop, done
from tests.support.running_staff import Browser, RunningStaff

PAGES = ["", "/history", "/friends", "/statements", "/settings"]


@pytest.fixture
def anna(shop: RunningShop) -> Person:
    """She brought Ines, who bought."""
    anna = shop.member("anna", email=f"anna-{shop.mark}@example.com", name="Anna Adler")
    shop.order("one", shop.friend_of(anna, "ines", name="Ines Weber"))
    return anna


@pytest.fixture(scope="module")
def support(system: RunningCloud) -> RunningStaff:
    """Signed in once for all stories, because few links are mailed in a quarter of an hour."""
    return RunningStaff(RunningShop(system)).colleague("support")


def test_support_sees_what_the_customer_sees_and_whose_page_it_is(shop, anna, support):
    opened = support.follow(support.view(anna.id))
    assert (opened.status, b"Anna Adler" in opened.body) == (200, True)
    for part in PAGES:
        page = support.get(f"/rewards{part}").body.decode()
        assert "You are viewing Anna Adler" in page and support.email in page
    friends = support.get("/rewards/friends").body.decode()
    assert shop.named("ines") not in friends and "***" in friends


def test_and_comes_back_to_the_customer_in_the_console(anna, support):
    support.follow(support.view(anna.id))
    left = support.post("/rewards/sign-out")
    assert (left.status, left.headers["location"]) == (303, f"/console/members/{anna.id}")
    back = support.follow(left)
    assert (back.status, anna.login.encode() in back.body) == (200, True)
    assert support.get("/rewards").status == 401


def test_support_erases_nobody_mails_nothing_and_takes_no_file(shop, anna, support):
    support.follow(support.view(anna.id))
    mails, before = shop.mails(f"anna-{shop.mark}@example.com"), shop.profile(anna)
    forms = {"delete": {"login": anna.login}, "mail-balance": {}, "language": {"language": "de"}}
    for name, form in forms.items():
        answer = support.post(f"/rewards/{name}", **form)
        assert (answer.status, b"as staff" in answer.body) == (403, True)
    assert support.get("/rewards/export").status == 403
    assert shop.profile(anna) == before
    assert shop.mails(f"anna-{shop.mark}@example.com") == mails


def test_who_looked_at_whom_stands_in_the_audit(shop, anna, support):
    support.view(anna.id)
    (line,) = [
        line
        for line in shop.listed("/v1/audit", shop.staff_key)
        if line["what"] == "member_viewed" and line["subject"] == {"member": anna.id}
    ]
    assert line["who"].startswith("staff:") and line["at"] == shop.clock_text


def test_what_support_has_in_hand_opens_neither_the_api_nor_the_widget(shop, anna, support):
    led_on = support.view(anna.id).headers["location"]
    (token,) = parse_qs(urlsplit(led_on).query)["token"]
    for bearer in (token, f"ms_{token}"):
        assert shop.ask("GET", f"/v1/members/{anna.id}", key=bearer).status == 403
        assert shop.ask("DELETE", f"/v1/members/{anna.id}", {}, bearer).status == 403
    assert shop.ask("GET", "/rewards/widget", key=token).status == 403


def test_a_quarter_of_an_hour_later_it_is_over(shop, anna, support):
    support.follow(support.view(anna.id))
    shop.later(minutes=15)
    ended = support.get("/rewards/history")
    assert (ended.status, b"Anna Adler" in ended.body) == (401, False)


def test_the_customer_herself_changes_what_she_likes(shop, anna):
    token = done(shop.ask("POST", f"/v1/members/{anna.id}/session"))["token"]
    own = Browser(shop)
    assert b"looking at" not in own.follow(own.get(f"/rewards?token={token}")).body
    assert own.post("/rewards/delete", login=anna.login).status == 303
    answer = shop.ask("GET", f"/v1/members/{anna.id}")
    assert answer.status != 200 or answer.json["status"] == "erased"
