"""An advocate tells friends: the whole link, a message for each service, a code to print, and how to
spend what it brought.
"""

import re
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.running_cloud import Answer
from tests.support.running_shop import Person, RunningShop, done
from tests.support.running_staff import Browser


@pytest.fixture
def anna(shop: RunningShop) -> Person:
    return shop.member("anna", name="Anna Schmidt")


@pytest.fixture
def browser(shop: RunningShop, anna: Person) -> Browser:
    """Anna's own, after the shop has opened her pages for her."""
    browser = Browser(shop)
    session = done(shop.ask("POST", f"/v1/members/{anna.id}/session", {}))
    opened = browser.get(f"/rewards?token={session['token']}")
    assert browser.follow(opened).status == 200
    return browser


def page_of(answer: Answer) -> str:
    assert answer.status == 200
    return unescape(answer.body.decode())


def test_how_do_i_tell_my_friends(shop: RunningShop, anna: Person, browser: Browser) -> None:
    """Each button opens the service with a message and her link; no page of that service is loaded."""
    page = page_of(browser.get("/rewards"))
    addresses = re.findall(r'href="([^"]+)" data-pattern="([^"]+)"', page)
    schemes = [urlsplit(address).netloc or urlsplit(address).scheme for address, _ in addresses]
    assert schemes == ["wa.me", "sms", "t.me", "x.com", "www.facebook.com", "mailto"]
    for address, pattern in addresses:
        told = unquote(urlsplit(address).query)
        assert f"/c/{anna.code}" in told
        assert address == pattern or "{text}" in pattern
    loaded = re.findall(r'(?:src|action)="(https?://[^"]+)"', page)
    assert all(urlsplit(one).netloc == urlsplit(shop.cloud.base_url).netloc for one in loaded)


def test_a_code_for_my_counter(anna: Person, browser: Browser) -> None:
    picture, drawing = browser.get("/rewards/code.png"), browser.get("/rewards/code.svg")
    assert (picture.headers["content-type"], picture.body[1:4]) == ("image/png", b"PNG")
    assert (drawing.headers["content-type"], drawing.body[:4]) == ("image/svg+xml", b"<svg")
    page = page_of(browser.get("/rewards"))
    assert f'download="{anna.code}.png"' in page and f'download="{anna.code}.svg"' in page


def test_what_do_i_get_and_where_can_i_spend_it(
    shop: RunningShop, anna: Person, browser: Browser
) -> None:
    """Every level, the bounds and the own orders; what is there leads to the shop."""
    levels = {"system": "levels", "levels": [{"percent": "10"}, {"percent": "4"}]}
    shop.publish(credit=levels | {"customer": {"percent": "2"}}, rules={"max_bonus": 5_000})
    page = page_of(browser.get("/rewards"))
    assert "Use it on your next order" not in page
    shop.order("o", shop.friend_of(anna, "ben"))
    page = page_of(browser.get("/rewards"))
    for sentence in (
        "You earn 10% when a friend buys. At most €50.00 for each order.",
        "When a friend's friend buys, you earn 4%.",
        "Your own orders earn you 2%.",
        "Use it on your next order at",
    ):
        assert sentence in page, sentence


def test_a_browser_asks_for_an_icon(shop: RunningShop) -> None:
    """Of a file, or of an answer of the API, which name none themselves."""
    icon = shop.cloud.get("/favicon.ico")
    assert icon.status == 200 and icon.headers["content-type"].startswith("image/")
