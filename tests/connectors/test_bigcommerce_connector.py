"""BigCommerce keeps a maximum, and one promotion has all codes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.connectors.bigcommerce import read_store
from shared.domain.money import Grant
from shared.domain.platforms.codes import NOT_ACCEPTED
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from shared.webhooks.bigcommerce.signature import HEADER
from tests.support.platforms.every_store import tried_store

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TERMS = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(100_000), 800, 5000), True, NOW)


@pytest.fixture
def at():
    with tried_store("bigcommerce") as tried:
        yield tried


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("api.bigcommerce.com/stores/abc123/v3", "api.bigcommerce.com/stores/abc123"),
        ("stores/abc123", "api.bigcommerce.com/stores/abc123"),
        ("store-abc123.mybigcommerce.com", "api.bigcommerce.com/stores/abc123"),
        ("store-abc123-1.mybigcommerce.com", "api.bigcommerce.com/stores/abc123"),
        ("tea.example.com", ""),
        ("evil.example/stores/abc123", ""),
    ],
)
def test_a_store_is_known_by_its_api_path_or_its_permanent_address(typed, read):
    assert read_store(typed) == read


def test_the_promotion_keeps_the_programs_maximum_and_minimum(at):
    offer = at.connector().offer(TERMS, None)
    at.connector().put([at.code("ANNA-7K2Q", offer)], TERMS)
    taken = [at.takes_off("ANNA-7K2Q", items) for items in (4_999, 5_000, 100_000)]
    assert taken == [0, 500, 800]


def test_a_promotion_that_staff_deleted_is_made_anew(at):
    offer = at.connector().offer(TERMS, None)
    at.double.promotions.clear()
    assert at.connector().offer(TERMS, offer) != offer
    assert len(at.double.promotions) == 1


def test_a_promotion_follows_the_programs_name(at):
    offer = at.connector().offer(TERMS, None)
    renamed = replace(TERMS, title="Grapevine: Tea and cake")
    assert at.connector().offer(renamed, offer) == offer
    assert [row["name"] for row in at.double.promotions.values()] == [renamed.title]


def test_each_customer_uses_a_code_once_where_it_is_for_new_ones(at):
    offer = at.connector().offer(TERMS, None)
    at.connector().put([at.code("ANNA-7K2Q", offer)], TERMS)
    at.connector().put([at.code("BEN-2222", offer)], replace(TERMS, new_customers_only=False))
    (promotion,) = at.double.promotions.values()
    limits = {row["code"]: row["max_uses_per_customer"] for row in promotion["codes"].values()}
    assert limits == {"ANNA-7K2Q": 1, "BEN-2222": 0}


def test_codes_are_dropped_together(at):
    offer = at.connector().offer(TERMS, None)
    made = at.connector().put([at.code(f"ANNA-{n}", offer) for n in range(25)], TERMS)
    at.double.asked.clear()
    at.connector().drop(made)
    assert at.double.asked == [f"DELETE /stores/abc123/v3/promotions/{offer}/codes"]
    assert not at.double.codes()


def test_what_bigcommerce_cannot_write_is_not_sent(at):
    offer = at.connector().offer(TERMS, None)
    at.double.asked.clear()
    (code,) = at.connector().put([at.code("ÄNNE-7K2Q", offer)], TERMS)
    assert code.problem == NOT_ACCEPTED and not at.double.asked


def test_every_event_comes_with_the_secret_in_a_header(at):
    made = at.connector().webhooks("http://127.0.0.1:8000/webhooks/bigcommerce")
    assert {hook["headers"][HEADER] for hook in at.double.hooks.values()} == {made.secret}
