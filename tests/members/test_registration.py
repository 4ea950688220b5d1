"""Members sign up: the strongest evidence binds each to one advocate, and nothing is half written."""

from dataclasses import replace

import pytest

from shared.domain.document import InvalidDocument
from shared.domain.staff_action import StaffAction
from shared.members.erasure import erase_member
from shared.members.profile import load_profile
from shared.members.registration import generate_code
from shared.members.registration_form import parse_member_form
from shared.problem import Conflict, NotFound
from shared.store.attributions.members import MOST_LIKE, put_code
from shared.store.engine import WriteConflict, write
from tests.support.shop import PLAIN, Shop, hash_email


@pytest.fixture
def shop(tables):
    return Shop(**PLAIN)


def advocate_of(name: str) -> str | None:
    referral = load_profile(name).member.referral
    return referral.advocate if referral else None


def test_the_referrers_login_is_stronger_than_a_code_and_a_code_than_a_click(shop):
    shop.member("Anna")
    bert, carl = shop.member("Bert"), shop.member("Carl")
    shop.click("token", carl.code)
    shop.member("One", referrer_login="anna", code=bert.code, ref_token="token")
    shop.member("Two", code=bert.code, ref_token="token")
    shop.member("Three", ref_token="token")
    assert [advocate_of(name) for name in ("One", "Two", "Three")] == ["Anna", "Bert", "Carl"]
    assert load_profile("Three").member.referral.clicked_at == shop.at


def test_an_unknown_referrer_is_refused_and_nothing_is_written(shop):
    with pytest.raises(InvalidDocument, match="referrer_login"):
        shop.member("Ines", referrer_login="nobody")
    with pytest.raises(NotFound):
        load_profile("Ines")


def test_an_unknown_code_binds_nobody_and_is_no_error(shop):
    shop.member("Ines", code="NOBODY-1234")
    assert advocate_of("Ines") is None


def test_a_member_keeps_the_first_advocate(shop):
    shop.member("Anna")
    shop.member("Bert")
    shop.member("Ines", referrer_login="anna")
    shop.member("Ines", referrer_login="bert")
    assert advocate_of("Ines") == "Anna"


def test_changing_a_member_without_an_advocate_binds_nobody(shop):
    shop.member("Anna")
    shop.member("Ines")
    shop.member("Ines", referrer_login="anna")
    assert advocate_of("Ines") is None


def test_a_login_belongs_to_one_member_until_it_is_given_up(shop):
    shop.member("Anna")
    with pytest.raises(Conflict) as caught:
        shop.member("Other", login="anna")
    assert caught.value.code == "login_taken"
    shop.member("Anna", login="anna.berg")
    shop.member("Other", login="anna")
    shop.member("Ines", referrer_login="anna.berg")
    assert advocate_of("Ines") == "Anna"


def test_the_code_and_the_day_of_sign_up_stay_when_a_member_changes(shop):
    before = shop.member("Anna", name="Anna Berg")
    shop.later(days=3)
    after = shop.member("Anna", name="Anna Stein", email="anna@example.com")
    assert (after.code, after.signed_up_at, after.email) == (
        before.code,
        before.signed_up_at,
        "anna@example.com",
    )


def test_the_first_member_with_an_address_is_found_by_it(shop):
    anna = shop.member("Anna", email="us@example.com")
    shop.member("Bert", email="US@example.com")
    evaluation = shop.order("1", customer={"email": "us@example.com"})
    assert evaluation.context.buyer.member.id == anna.id


def test_a_code_can_be_said_aloud_and_tells_no_more_than_a_first_name():
    assert generate_code("Änne Müller").startswith("ANNE-")
    assert generate_code("雪").startswith("FRIEND-")
    assert generate_code("Maximiliane").startswith("MAXIMILI-")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", ""),
        ("login", 7),
        ("login", "x" * 129),
        ("email", "no address"),
        ("email", "a@" + "b" * 260),
        ("email", "a@b\r\nBcc: c@d"),
        ("name", "x" * 257),
        ("signed_up_at", "yesterday"),
        ("referrer_login", 7),
        ("nickname", "anna"),
    ],
)
def test_each_field_that_cannot_be_used_is_named(field, value):
    with pytest.raises(InvalidDocument) as caught:
        parse_member_form({"login": "anna"} | {field: value}, hash_email)
    assert [fault.field for fault in caught.value.faults] == [field]


class TestSpellings:
    """A login is found as people write it, as long as somebody has it."""

    def test_a_login_that_is_given_up_is_found_no_more(self, shop):
        shop.member("Anna")
        shop.member("Anna", login="annette")
        with pytest.raises(InvalidDocument, match="referrer_login"):
            shop.member("Ines", referrer_login="ANNA")
        shop.member("Ines", referrer_login="ANNETTE")
        assert advocate_of("Ines") == "Anna"

    def test_a_change_of_case_alone_is_a_new_spelling_of_one_login(self, shop):
        shop.member("Anna")
        shop.member("Anna", login="Anna")
        shop.member("Ines", referrer_login="aNNa")
        assert advocate_of("Ines") == "Anna"

    def test_an_erased_members_login_is_free_in_every_spelling(self, shop):
        shop.member("Anna")
        erase_member("Anna", StaffAction("sk_12345678", "erasure", shop.at))
        with pytest.raises(InvalidDocument, match="referrer_login"):
            shop.member("Ines", referrer_login="ANNA")
        shop.member("Bert", login="anna")
        shop.member("Ines", referrer_login="ANNA")
        assert advocate_of("Ines") == "Bert"

    def test_a_guest_takes_another_login_than_the_order_told(self, shop):
        shop.order("1", customer={"id": "Ines", "login": "ines-the-guest"})
        shop.member("Ines", login="ines")
        assert load_profile("Ines").member.login == "ines"

    def test_a_guest_whose_order_told_a_login_can_be_erased(self, shop):
        shop.order("1", customer={"id": "Ines", "login": "ines"})
        erase_member("Ines", StaffAction("sk_12345678", "erasure", shop.at))
        assert load_profile("Ines").member.erased

    def test_too_many_logins_that_are_alike_are_found_exactly_or_not_at_all(self, shop):
        dashes = "anna"
        for number in range(MOST_LIKE + 1):
            shop.member(f"M{number}", login=f"{dashes}{'-' * number}x")
        with pytest.raises(InvalidDocument, match="referrer_login"):
            shop.member("Ines", referrer_login="ANNA X")
        shop.member("Ines", referrer_login="anna--x")
        assert advocate_of("Ines") == "M2"

    def test_codes_that_differ_by_a_dash_alone_are_one(self, shop):
        anna = shop.member("Anna")
        bert = replace(load_profile(shop.member("Bert").id).member, code="B")
        with pytest.raises(WriteConflict):
            write([put_code(bert, anna.code.replace("-", ""))])
