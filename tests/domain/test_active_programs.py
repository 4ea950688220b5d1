"""A program that is active for a while: orders that earn outside of it are refused, whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.document import InvalidDocument
from shared.domain.programs.program_document import parse_program, program_document
from tests.support.programs_and_histories import (
    again,
    day,
    levels,
    member,
    order,
    play,
    program,
    refund,
    refusals,
    rewards,
    tree,
)

SECOND = 1 / 86_400
TERMS = {
    "credit": levels("10", "5", customer="3"),
    "friend": {"bonus": {"fixed": 500}, "new_customers_only": False},
    "active": {"from": day(10), "until": day(20)},
}
CHAIN = (("A", None), ("B", "A"), ("C", "B"))
EARNED = {("1", "A", 2): 500, ("1", "B", 1): 1_000, ("1", "C", 0): 800}
REFUSED = {("1", name, "program_not_active") for name in "ABC"}


@pytest.mark.parametrize(
    ("at", "earns"),
    [(10 - SECOND, False), (10, True), (20 - SECOND, True), (20, False), (0, False), (400, False)],
)
def test_from_is_included_and_until_is_not(at: float, earns: bool) -> None:
    result = play(program(**TERMS), *tree(*CHAIN), order("1", "C", 10_000, at))
    assert rewards(result) == (EARNED if earns else {})
    assert refusals(result) == (set() if earns else REFUSED)
    assert result["members"]["B"]["volume"] == (10_000 if earns else 0)


@pytest.mark.parametrize(
    ("active", "at", "earns"),
    [
        ({}, 0, True),
        (None, 0, True),
        ({"from": day(10)}, 9, False),
        ({"from": day(10)}, 4_000, True),
        ({"until": day(10)}, 0, True),
        ({"until": day(10)}, 10, False),
    ],
)
def test_either_end_may_be_open(active: dict | None, at: float, earns: bool) -> None:
    terms = program(**TERMS | {"active": active})
    result = play(terms, *tree(*CHAIN), order("1", "C", 10_000, at))
    assert bool(rewards(result)) is earns


@pytest.mark.parametrize(("earn_on", "earns"), [("paid", True), ("completed", False)])
def test_it_is_the_earning_moment_that_counts(earn_on: str, earns: bool) -> None:
    sold = order("1", "C", 10_000, 25, placed_at=day(5), paid_at=day(15), completed_at=day(25))
    result = play(program(earn_on=earn_on, **TERMS), *tree(*CHAIN), sold)
    assert bool(rewards(result)) is earns


def test_a_completion_that_is_told_exactly_later_counts_when_it_happened() -> None:
    exact = order("1", "C", 10_000, 19, placed_at=day(19))
    vague = again(exact, 21, completed_at=None, paid_at=None)
    told = again(exact, 22)
    terms, people = program(**TERMS), tree(*CHAIN)
    assert rewards(play(terms, *people, vague)) == {}
    assert rewards(play(terms, *people, vague, told)) == EARNED
    assert rewards(play(terms, *people, told, again(vague, 23))) == EARNED


def test_an_order_that_is_refused_uses_no_slot_and_no_room() -> None:
    rules = {"total_payments": 1, "max_per_advocate": {"amount": 1_000}}
    early, sold = order("0", "C", 10_000, 5), order("1", "C", 10_000, 15)
    result = play(program(rules=rules, **TERMS), *tree(*CHAIN), early, sold)
    assert rewards(result) == EARNED


def test_a_refund_after_the_program_takes_its_part_back() -> None:
    sold = order("1", "C", 10_000, 15)
    result = play(program(**TERMS), *tree(*CHAIN), sold, again(sold, 30, refunds=[refund(5_000)]))
    assert rewards(result) == {("1", "A", 2): 250, ("1", "B", 1): 500, ("1", "C", 0): 650}


def test_nobody_recommended_is_said_beside_it() -> None:
    result = play(program(**TERMS), member("C"), order("1", "C", 10_000, 5))
    assert refusals(result) == {("1", "C", "program_not_active"), ("1", None, "no_referral")}


def test_an_end_before_the_beginning_is_refused_by_name() -> None:
    with pytest.raises(InvalidDocument) as refused:
        program(active={"from": day(20), "until": day(20)})
    assert [fault.field for fault in refused.value.faults] == ["active.until"]


@given(
    since=st.none() | st.integers(0, 30),
    length=st.none() | st.integers(1, 30),
    at=st.integers(0, 60),
)
def test_what_the_program_does_not_cover_earns_nothing(
    since: int | None, length: int | None, at: int
) -> None:
    until = None if length is None else (since or 0) + length
    active = {
        "from": None if since is None else day(since),
        "until": None if until is None else day(until),
    }
    covered = (since is None or since <= at) and (until is None or at < until)
    result = play(program(**TERMS | {"active": active}), *tree(*CHAIN), order("1", "C", 10_000, at))
    assert rewards(result) == (EARNED if covered else {})


BARE = {"id": "p", "name": "P", "currency": "EUR", "credit": levels("10")}


class TestTheDocument:
    def test_a_version_without_the_fields_means_what_it_meant(self) -> None:
        written = program_document(parse_program(BARE))
        assert (written["active"], written["landing"], written["friends_shown_as"]) == (
            {"from": None, "until": None},
            "/",
            "masked",
        )
        assert written["wallet"]["expiry_notice_days"] == 14

    def test_no_notice_is_not_the_default_notice(self) -> None:
        none = parse_program(BARE | {"wallet": {"expiry_notice_days": None}})
        assert none.wallet.expiry_notice_days is None
        assert parse_program(program_document(none)) == none
        assert parse_program(BARE | {"wallet": {}}).wallet.expiry_notice_days == 14

    @pytest.mark.parametrize("days", [0, -1, 36_501, "14", 1.5, True])
    def test_a_notice_of_no_days_is_refused(self, days: object) -> None:
        with pytest.raises(InvalidDocument) as refused:
            parse_program(BARE | {"wallet": {"expiry_notice_days": days}})
        assert [fault.field for fault in refused.value.faults] == ["wallet.expiry_notice_days"]

    @pytest.mark.parametrize("landing", ["/", "/register", "/a/b?x=1#top", "/ä", "/" + "x" * 255])
    def test_a_landing_is_a_path_on_the_shop(self, landing: str) -> None:
        assert parse_program(BARE | {"landing": landing}).landing == landing

    @pytest.mark.parametrize("name", ["test_5kA3cd", "aEU14g-_x"])
    def test_a_landing_may_be_a_payment_link(self, name: str) -> None:
        landing = f"https://buy.stripe.com/{name}"
        assert parse_program(BARE | {"landing": landing}).landing == landing

    @pytest.mark.parametrize(
        "landing",
        [
            "",
            "https://buy.stripe.com",
            "https://buy.stripe.com/",
            "http://buy.stripe.com/abc",
            "https://buy.stripe.com.evil.example/abc",
            "https://buy.stripe.com/abc?client_reference_id=x",
            "https://buy.stripe.com/../abc",
            "https://user@buy.stripe.com/abc",
            "register",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/../x",
            "/%2f/evil.example",
            "/a\nb",
            "/" + "x" * 512,
            7,
        ],
    )
    def test_a_landing_elsewhere_is_refused(self, landing: object) -> None:
        with pytest.raises(InvalidDocument) as refused:
            parse_program(BARE | {"landing": landing})
        assert [fault.field for fault in refused.value.faults] == ["landing"]

    def test_friends_are_shown_in_one_of_three_ways(self) -> None:
        with pytest.raises(InvalidDocument) as refused:
            parse_program(BARE | {"friends_shown_as": "email"})
        assert [fault.field for fault in refused.value.faults] == ["friends_shown_as"]
