"""How people write a code, a link or the name of who sent them, and who they are told about."""

import json
from urllib.parse import quote

import pytest

from tests.support.processor_deliveries import stripe_session
from tests.support.running_cloud import Answer
from tests.support.running_shop import Person, RunningShop

OPENED = {"sec-fetch-dest": "document"}
SPELLINGS = [
    str.lower,
    lambda code: code.replace("-", " "),
    lambda code: code.replace("-", ""),
    lambda code: code.replace("-", "\u2013"),
    lambda code: f"{code}.",
    lambda code: f"\u200b {code} \ufeff",
]
QUOTED = {"discount": {"percent": "10"}}


def opens(shop: RunningShop, path: str) -> Answer:
    return shop.cloud.get(path, **OPENED)


def session_of(shop: RunningShop, person: Person) -> str:
    return shop.ask("POST", f"/v1/members/{person.id}/session", {}).json["token"]


@pytest.mark.parametrize("spell", SPELLINGS)
def test_a_code_is_found_at_registration_at_checkout_and_in_a_click(shop, spell):
    anna = shop.member("anna")
    typed = spell(anna.code)
    ben = shop.member("ben", code=typed)
    assert shop.profile(ben)["referred_by"] == anna.id
    guest = {"customer": {"email": f"guest-{shop.mark}@example.com"}}
    answer = shop.order("one", code=typed, **guest)
    assert [row["member"] for row in answer["rewards"]] == [anna.id]
    click = shop.ask("POST", "/v1/clicks", {"code": typed}, "")
    assert (click.status, click.json["code"]) == (200, anna.code)


def test_a_code_is_found_in_what_a_processor_tells(shop):
    anna = shop.member("anna")
    typed = {"gv_code": anna.code.lower().replace("-", " ") + "!"}
    seconds = int(shop.now.timestamp())
    shop.hears("stripe", stripe_session(None, shop.mark, seconds, metadata=typed))
    assert shop.credit(anna) == 1000


@pytest.mark.parametrize("behind", ["/", ".", ")", "/.", "%E2%80%8B", "%2F", "!", ".%20", "%22"])
@pytest.mark.parametrize("folder", ["r", "c"])
def test_a_link_is_good_with_a_sign_behind_it(shop, folder, behind):
    anna = shop.member("anna")
    answer = opens(shop, f"/{folder}/{anna.code}{behind}")
    assert answer.status == (302 if folder == "r" else 200)
    if folder == "r":
        assert answer.cookies[0].startswith("gv_ref=")
    else:
        assert anna.code.encode() in answer.body


def test_who_sent_you_is_found_whatever_its_case_and_blanks(shop):
    anna = shop.member("anna")
    for number, typed in enumerate(
        (anna.login.upper(), f"  {anna.login} ", anna.login.replace("-", " "), f"{anna.login}.")
    ):
        friend = shop.member(f"friend{number}", referrer_login=typed)
        assert shop.profile(friend)["referred_by"] == anna.id


def test_where_two_logins_differ_by_case_alone_it_has_to_be_exact(shop):
    low, high = shop.named("max"), shop.named("max").upper()
    for own in (low, high):
        assert shop.ask("PUT", f"/v1/members/{quote(own)}", {"login": own}).status == 200
    for number, own in enumerate((low, high)):
        friend = shop.member(f"f{number}", referrer_login=own)
        assert shop.profile(friend)["referred_by"] == own
    vague = shop.ask(
        "PUT",
        f"/v1/members/{shop.named('f2')}",
        {"login": shop.named("f2"), "referrer_login": low.title()},
    )
    assert (vague.status, [row["field"] for row in vague.json["errors"]]) == (
        422,
        ["referrer_login"],
    )
    assert shop.ask("GET", f"/v1/members/{shop.named('f2')}").status == 404


def test_staff_types_logins_as_people_do(shop):
    anna, ben = shop.member("anna"), shop.member("ben")
    made = shop.ask(
        "POST",
        "/v1/referrals",
        {"advocate_login": anna.login.upper(), "friend_login": f" {ben.login}", "reason": "told"},
        shop.staff_key,
    )
    assert (made.status, made.json["advocate"], made.json["friend"]) == (201, anna.id, ben.id)


def test_a_login_that_was_given_up_is_found_no_more(shop):
    anna = shop.member("anna")
    new = shop.named("annette")
    assert shop.ask("PUT", f"/v1/members/{anna.id}", {"login": new}).status == 200
    old = shop.ask(
        "PUT",
        f"/v1/members/{shop.named('ben')}",
        {"login": shop.named("ben"), "referrer_login": anna.login.upper()},
    )
    assert old.status == 422
    assert shop.profile(shop.member("carl", referrer_login=new.upper()))["referred_by"] == anna.id


class TestQuotes:
    """A stranger learns nothing of who is a customer; the shop and the member themselves do."""

    @pytest.fixture
    def cart(self, shop):
        shop.publish(friend=QUOTED)
        anna, carl = shop.member("anna"), shop.member("carl", email=f"carl-{shop.mark}@example.com")
        shop.order("one", carl)
        shop.later(days=1)
        self.carl, self.email = carl, f"carl-{shop.mark}@example.com"
        return {"code": anna.code, "currency": "EUR", "items_total": 10_000}

    def quoted(self, shop, cart, key, **customer):
        body = cart | ({"customer": customer} if customer else {})
        answer = shop.ask("POST", "/v1/quotes", body, key).json
        return answer["code"], answer["conditions"]

    def test_a_stranger_is_told_the_same_of_everybody(self, shop, cart):
        stranger = "discount_granted", ["new_customers_only"]
        for key in ("", shop.cloud.local["publishable_key"], "sk_" + "x" * 32):
            for customer in ({}, {"id": self.carl.id}, {"email": self.email}, {"id": "nobody"}):
                assert self.quoted(shop, cart, key, **customer) == stranger

    def test_the_shop_is_told(self, shop, cart):
        for customer in ({"id": self.carl.id}, {"email": self.email}):
            for key in (shop.secret_key, shop.staff_key):
                assert self.quoted(shop, cart, key, **customer) == ("existing_customer", [])
        new = {"email": f"new-{shop.mark}@example.com"}
        assert self.quoted(shop, cart, shop.secret_key, **new) == ("discount_granted", [])

    def test_a_member_is_told_of_themselves_alone(self, shop, cart):
        own = session_of(shop, self.carl)
        for customer in ({}, {"id": self.carl.id}, {"email": self.email}):
            assert self.quoted(shop, cart, own, **customer) == ("existing_customer", [])
        other = session_of(shop, shop.member("dora"))
        for customer in ({"id": self.carl.id}, {"email": self.email}):
            assert self.quoted(shop, cart, other, **customer)[0] == "discount_granted"

    def test_a_program_for_everybody_has_no_condition(self, shop, cart):
        shop.publish(friend=QUOTED | {"new_customers_only": False})
        assert self.quoted(shop, cart, "", id=self.carl.id) == ("discount_granted", [])


@pytest.mark.parametrize(
    ("shown_as", "told"), [("masked", "{0}***{1}"), ("login", "{login}"), ("name", "Ines")]
)
def test_an_advocate_sees_a_friend_as_the_program_says(shop, shown_as, told):
    shop.publish(friends_shown_as=shown_as)
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines", name="Ines Maier")
    shop.order("one", ines)
    own = session_of(shop, anna)
    seen = told.format(ines.login[0], ines.login[-1], login=ines.login)
    (entry,) = shop.listed(f"/v1/members/{anna.id}/entries", own)
    assert entry["text"] == f"Income from referral program from {seen}"
    assert shown_as == "login" or ines.login not in json.dumps(entry)
    (friend,) = shop.listed(f"/v1/members/{anna.id}/friends", own)
    assert friend["login"] == seen
    for key in (shop.secret_key, shop.staff_key):
        (entry,) = shop.listed(f"/v1/members/{anna.id}/entries", key)
        (friend,) = shop.listed(f"/v1/members/{anna.id}/friends", key)
        assert entry["text"] == f"Income from referral program from {ines.login}"
        assert friend["login"] == ines.login
