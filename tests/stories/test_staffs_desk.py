"""At the staff's desk: several members at once, two people side by side, what a refund took, a month's
books, and a developer's first call.
"""

import re
import shlex
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest

from tests.support.running_cloud import RunningCloud
from tests.support.running_shop import Person, RunningShop, done
from tests.support.running_staff import RunningStaff

MEMBERS = "/console/members"
STAFF_GROUP = {"id": "staff", "name": "Employees", "assigned": True, "levels": [{"percent": "20"}]}


@pytest.fixture(scope="module")
def signed_in(system: RunningCloud) -> RunningStaff:
    """Signed in once, because an address gets only a few links an hour."""
    return RunningStaff(RunningShop(system))


@pytest.fixture
def owner(shop: RunningShop, signed_in: RunningStaff) -> RunningStaff:
    signed_in.shop = shop
    return signed_in


def text_of(page: bytes) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.decode())).split())


def choose(people: list[Person], deed: str, **more: str) -> dict[str, str]:
    return {f"member.{one.id}": "yes" for one in people} | {"deed": deed} | more


def with_pending_credit(shop: RunningShop, name: str) -> Person:
    """An advocate with 10.00 that is available in 14 days."""
    advocate = shop.member(name)
    shop.order(f"order-of-{name}", shop.friend_of(advocate, f"friend-of-{name}"))
    return advocate


def test_these_two_cheat_block_both_but_let_me_look_first(
    shop: RunningShop, owner: RunningStaff
) -> None:
    """The page says what is forfeited, and nothing has happened until it is confirmed."""
    shop.publish(hold_days=14)
    pair = [with_pending_credit(shop, "max"), with_pending_credit(shop, "moritz")]
    looked = owner.push(MEMBERS, MEMBERS, **choose(pair, "block"))
    assert looked.status == 200
    assert "Forfeited in all €20.00" in text_of(looked.body)
    assert [shop.profile(one)["status"] for one in pair] == ["active", "active"]

    unexplained = owner.push(MEMBERS, MEMBERS, **choose(pair, "block", confirmed="yes"))
    assert unexplained.status == 422
    confirmed = choose(pair, "block", confirmed="yes", reason="They order for each other")
    answer = owner.push(MEMBERS, MEMBERS, **confirmed)
    assert "2 members changed." in text_of(answer.body)
    shop.drain()
    assert [shop.profile(one)["status"] for one in pair] == ["blocked", "blocked"]
    assert [shop.credit(one) for one in pair] == [0, 0]


def test_all_of_these_work_for_us(shop: RunningShop, owner: RunningStaff) -> None:
    """They are put into the group of employees together, and earn by it from then on."""
    shop.publish(groups=[STAFF_GROUP])
    pair = [shop.member("eva"), shop.member("uli")]
    sent = choose(pair, "group", group="staff", confirmed="yes")
    assert "2 members changed." in text_of(owner.push(MEMBERS, MEMBERS, **sent).body)
    shop.order("bought", shop.friend_of(pair[0], "jan"))
    assert shop.credit(pair[0]) == 2_000
    none = owner.push(MEMBERS, MEMBERS, deed="group", group="staff")
    assert none.status == 422 and b"choose 1 to 50 members" in none.body


def test_are_these_two_one_person(shop: RunningShop, owner: RunningStaff) -> None:
    """Both stand side by side with what made us suspicious; a refusal needs a reason and takes the
    reward back.
    """
    shop.publish(review={"hold": ["same_payment"]})
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    card = {"payment_fingerprint": shop.named("card")}
    shop.order("own", anna, **card)
    shop.order("bens", ben, **card)
    page = f"/console/reviews/{shop.named('bens')}"
    assert shop.named("bens") in owner.get("/console/reviews").body.decode()
    seen = text_of(owner.get(page).body)
    assert anna.login in seen and ben.login in seen
    assert "The buyer paid with a card or account that the advocate has used too" in seen

    assert owner.push(page, f"{page}/refuse").status == 422
    assert shop.credit(anna) == 1_000
    assert owner.push(page, f"{page}/refuse", reason="One household").status == 303
    assert shop.credit(anna) == 0


def test_what_did_the_refund_take(shop: RunningShop, owner: RunningStaff) -> None:
    """It stands on the order: what everybody would have without it, and what it took."""
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    refund = {"id": "re_1", "amount": 4_000, "at": "2026-03-01T10:00:00Z", "status": "succeeded"}
    shop.order("o", ben, refunds=[refund])
    page = text_of(owner.get(f"/console/orders/{shop.named('o')}").body)
    taken = page.partition("Taken back after refunds")[2]
    assert f"{anna.login} · level 1 €10.00 without the refunds, €6.00 now -€4.00" in taken


def test_how_much_is_set_aside_for_a_checkout(shop: RunningShop, owner: RunningStaff) -> None:
    """The history names the amount, without a sign: it has not moved yet."""
    anna = shop.member("anna")
    shop.order("o", shop.friend_of(anna, "ben"))
    done(shop.holds(anna, "wish", 700))
    history = text_of(owner.get(f"/console/members/{anna.id}").body)
    assert re.search(r"Set aside for an order Reserved · Order \S+ €7\.00 Balance €10\.00", history)


def test_the_books_of_a_month(shop: RunningShop, owner: RunningStaff) -> None:
    """A closed month leads to its journal, with its first and last day filled in."""
    month = a_closed_month(shop)
    first = date.fromisoformat(f"{month}-01")
    until = (first + timedelta(days=31)).replace(day=1)
    page = owner.get(f"/console/settlements/{month}").body.decode()
    link = f"/console/journal?from={first}&amp;until={until}"
    assert f'href="{link}"' in page
    journal = owner.get(unescape(link)).body.decode()
    assert f'value="{first}"' in journal and "format=datev" in journal


def a_closed_month(shop: RunningShop) -> str:
    """One that another story has closed, or February."""
    if not shop.listed("/v1/settlements", shop.staff_key):
        done(shop.ask("POST", "/v1/settlements", {"month": "2026-02"}, shop.staff_key))
    shop.drain()
    return shop.listed("/v1/settlements", shop.staff_key)[0]["month"]


def test_a_developers_first_call(shop: RunningShop, owner: RunningStaff) -> None:
    """The call on the page of keys works as it stands there, once the key is put in."""
    page = owner.get("/console/keys").body.decode()
    shown = re.search(r'<code id="call"[^>]*>(.*?)</code>', page)
    assert shown
    words = shlex.split(unescape(shown[1]).replace("YOUR_KEY", shop.secret_key))
    method, address, header, body = words[2], words[3], words[5], words[7]
    assert words[:2] == ["curl", "-X"] and words[4] == "-H" and words[6] == "-d"
    name, _, value = header.partition(": ")
    own = shop.named("anna")
    path = urlsplit(address).path.replace("anna", own)
    answer = shop.cloud.http(
        method, path, body.replace("anna", own).encode(), {name.lower(): value}
    )
    assert answer.status in (200, 201), answer.body
    assert answer.json["link"].endswith(answer.json["code"])
