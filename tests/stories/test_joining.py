"""My shop has no accounts: how does somebody get a link to share?"""

import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


class Joiner:
    """Somebody in a browser without script, behind an internet address of their own."""

    def __init__(self, shop, name: str) -> None:
        self.shop, self.cloud = shop, shop.cloud
        self.email = f"{name}-{shop.mark}@example.com"

    def asks(self, email: str | None = None, **headers: str):
        fields = urlencode({"email": email or self.email}).encode()
        return self.cloud.http("POST", "/join", fields, FORM | headers)

    def mailed_ticket(self) -> str:
        texts = " ".join(mail["text"] for mail in self.shop.mails(self.email))
        address = re.findall(r"http\S+/join/enter\?\S+", texts)[-1]
        return parse_qs(urlsplit(address).query)["ticket"][0]

    def opens(self, ticket: str, **headers: str):
        fields = urlencode({"ticket": ticket}).encode()
        return self.cloud.http("POST", "/join/enter", fields, FORM | headers)

    def joins(self, **headers: str) -> str:
        """Ask, open the link; the page that it leads to."""
        assert self.asks().status == 200
        opened = self.opens(self.mailed_ticket(), **headers)
        assert (opened.status, opened.headers["location"]) == (303, "/rewards"), opened
        cookie = {"cookie": opened.cookies[0].partition(";")[0]}
        page = self.cloud.http("GET", "/rewards?language=en", None, cookie)
        assert page.status == 200
        return html.unescape(page.body.decode())


@pytest.fixture
def joiner(shop):
    return lambda name: Joiner(shop, name)


def found(shop, email: str) -> list[dict]:
    return shop.get(f"/v1/members?query={email}&limit=5")["items"]


def test_an_address_is_enough_to_get_a_link(shop, joiner):
    anna = joiner("anna")
    page = anna.joins()
    member = found(shop, anna.email)[0]
    assert member["code"] in page and member["status"] == "active"
    assert joiner("anna").joins().count(member["code"]) > 0, "a second time leads to the same page"
    assert len(found(shop, anna.email)) == 1


def test_who_ordered_as_a_guest_finds_their_order_there(shop, joiner):
    ben = joiner("ben")
    advocate = shop.member("advocate")
    facts = {"status": "completed", "currency": "EUR", "items_total": 10_000}
    customer = {"customer": {"email": ben.email}, "code": advocate.code}
    shop.ask("PUT", f"/v1/orders/{shop.named('guest')}", facts | customer)
    before = found(shop, ben.email)
    ben.joins()
    member = found(shop, ben.email)[0]
    assert not before or before[0]["id"] == member["id"]
    assert member["referred_by"] == advocate.login


def test_who_followed_a_link_is_the_friend_of_whoever_shared_it(shop, joiner):
    advocate = shop.member("sharer")
    token = shop.click(advocate.code)
    carl = joiner("carl")
    carl.joins(cookie=f"gv_ref={token}")
    assert found(shop, carl.email)[0]["referred_by"] == advocate.login


def test_the_shops_own_id_comes_later(shop, joiner):
    """They register at the shop, or order with an account there: one person, one member."""
    dora = joiner("dora")
    dora.joins()
    joined = found(shop, dora.email)[0]
    own = shop.member("dora", email=dora.email)
    assert own.code == joined["code"]
    assert shop.profile(own)["status"] == "active"


def test_nothing_is_kept_and_nobody_is_told_who_is_a_customer(shop, joiner):
    emil, stranger = joiner("emil"), joiner("stranger")
    shop.member("emil", email=emil.email)
    answers = [emil.asks(), stranger.asks()]
    assert len({answer.body for answer in answers}) == 1
    told = [{mail["subject"] for mail in shop.mails(who.email)} for who in (emil, stranger)]
    assert told[0] & told[1]
    assert found(shop, stranger.email) == []


def test_a_link_that_is_old_or_made_up_opens_nothing(shop, joiner):
    fay = joiner("fay")
    fay.asks()
    ticket = fay.mailed_ticket()
    assert fay.opens(ticket + "x").status == 401
    assert fay.opens(ticket, **{"sec-fetch-site": "cross-site"}).status == 403
    shop.later(days=7, hours=1)
    assert fay.opens(ticket).status == 401
    assert found(shop, fay.email) == []


def test_one_mailbox_gets_a_few_mails_a_day(shop, joiner):
    gus = joiner("gus")
    for _ in range(5):
        assert gus.asks().status == 200
    assert len(shop.mails(gus.email)) == 3  # nobody who tries is told


def test_what_is_no_address_is_said(shop, joiner):
    answer = joiner("hal").asks("not an address")
    assert answer.status == 422 and b"name@example.com" in answer.body
