"""Lemon Squeezy knows whole percents, cannot change a discount, and lists codes without a filter."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.connectors.connector import PlatformRefused
from shared.domain.money import Grant
from shared.domain.platforms.codes import NOT_ACCEPTED, TAKEN
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from tests.support.platforms.every_store import tried_store

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TERMS = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(100_000)), True, NOW)


@pytest.fixture
def at():
    with tried_store("lemonsqueezy") as tried:
        yield tried


def test_a_fraction_of_a_percent_is_refused_with_what_to_do(at):
    with pytest.raises(PlatformRefused, match="whole percents"):
        at.connector().offer(replace(TERMS, discount=Discount(Grant(75_000))), None)
    assert at.connector().offer(replace(TERMS, discount=Discount(Grant(0, 750))), None)


def test_codes_that_are_there_are_found_on_any_page_in_one_reading(at):
    codes = [at.code(f"ANNA-{number:04}", TERMS.own_offer) for number in range(250)]
    made = at.connector().put(codes, TERMS)
    at.double.asked.clear()
    again = at.connector().put([codes[3], codes[120], codes[249]], TERMS)
    assert [code.id for code in again] == [made[place].id for place in (3, 120, 249)]
    assert at.double.asked.count("GET /v1/discounts") == 3


def test_a_code_that_stays_refused_though_nobody_has_it_is_not_accepted(at):
    (short,) = at.connector().put([at.code("A-1", TERMS.own_offer)], TERMS)
    assert short.problem == NOT_ACCEPTED
    at.double.has_coupon("SALE")
    (taken,) = at.connector().put([at.code("SALE", TERMS.own_offer)], TERMS)
    assert taken.problem == TAKEN


def test_a_webhook_that_is_there_gets_a_new_secret(at):
    address = "http://127.0.0.1:8000/webhooks/lemonsqueezy"
    first, second = (at.connector().webhooks(address) for _ in range(2))
    assert first.ids == second.ids and first.secret != second.secret
    (hook,) = at.double.rows["webhooks"].values()
    assert hook["secret"] == second.secret
