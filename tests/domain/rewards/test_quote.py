"""The friend's discount: granted, or the first reason against it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared.domain.programs.window import Window
from shared.domain.rewards.quote import Quote, quote_discount
from shared.domain.rewards.terms import Advocate, Buyer
from tests.support.programs_and_histories import START, program

PERCENT = program(friend={"discount": {"percent": "10", "max": 2_000, "minimum_order": 1_000}})
SECOND = timedelta(seconds=1)
ANNA, BEN = Advocate("A", email_hash="a"), Buyer("B", email_hash="b")


@pytest.mark.parametrize(
    ("items", "discount"), [(1_000, 100), (10_005, 1_001), (20_000, 2_000), (90_000, 2_000)]
)
def test_a_percent_up_to_its_maximum(items: int, discount: int) -> None:
    assert quote_discount(PERCENT, "EUR", items, ANNA, BEN, START) == Quote(
        discount, "discount_granted"
    )


def test_a_fixed_discount_never_exceeds_the_items() -> None:
    terms = program(friend={"discount": {"fixed": 1_000}})
    assert quote_discount(terms, "EUR", 5_000, ANNA, None, START) == Quote(
        1_000, "discount_granted"
    )
    assert quote_discount(terms, "EUR", 600, ANNA, None, START) == Quote(600, "discount_granted")


@pytest.mark.parametrize(
    ("terms", "currency", "items", "advocate", "friend", "code"),
    [
        (program(), "EUR", 5_000, ANNA, BEN, "no_discount"),
        (PERCENT, "EUR", 5_000, None, BEN, "no_referral"),
        (PERCENT, "EUR", 5_000, ANNA._replace(blocked=True), BEN, "blocked"),
        (PERCENT, "EUR", 5_000, ANNA, BEN._replace(blocked=True), "blocked"),
        (PERCENT, "EUR", 5_000, ANNA, BEN._replace(member="A"), "self_referral"),
        (PERCENT, "EUR", 5_000, ANNA, BEN._replace(email_hash="a"), "self_referral"),
        (PERCENT, "EUR", 5_000, ANNA, BEN._replace(ordered_as="a"), "self_referral"),
        (PERCENT, "EUR", 5_000, ANNA, BEN._replace(bought_before=START), "existing_customer"),
        (PERCENT, "USD", 5_000, ANNA, BEN, "no_exchange_rate"),
        (PERCENT, "EUR", 999, ANNA, BEN, "below_minimum_order"),
        (
            program(friend={"discount": {"percent": "10"}}),
            "EUR",
            0,
            ANNA,
            BEN,
            "below_minimum_order",
        ),
    ],
)
def test_refusals(
    terms, currency: str, items: int, advocate: Advocate | None, friend: Buyer | None, code: str
) -> None:
    assert quote_discount(terms, currency, items, advocate, friend, START) == Quote(0, code)


def test_a_bare_percent_needs_no_rate_and_old_customers_may_be_welcome() -> None:
    terms = program(friend={"discount": {"percent": "10"}, "new_customers_only": False})
    old = BEN._replace(bought_before=START)
    assert quote_discount(terms, "USD", 5_000, ANNA, old, START) == Quote(500, "discount_granted")


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (START, None, "discount_granted"),
        (START + SECOND, None, "program_not_active"),
        (None, START + SECOND, "discount_granted"),
        (None, START, "program_not_active"),
    ],
)
def test_the_discount_goes_with_the_program(
    since: datetime | None, until: datetime | None, code: str
) -> None:
    terms = replace(PERCENT, active=Window(since, until))
    assert quote_discount(terms, "EUR", 5_000, ANNA, BEN, START).code == code
