"""One WooCommerce store, with what owners and cheap hosting do to it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.connectors.connector import PlatformRefused, StoreKey, TryLater
from shared.connectors.woocommerce import WooCommerce
from shared.domain.money import Grant
from shared.domain.platforms.codes import PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from tests.support.platforms.woocommerce import KEY, SECRET, STORE, woocommerce_store

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TERMS = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(100_000)), True, NOW)
OTHERS = replace(TERMS, discount=Discount(Grant(0, 500)))


@pytest.fixture
def store():
    with woocommerce_store() as double:
        yield double


def woocommerce(store) -> WooCommerce:
    secret = {"consumer_key": KEY, "consumer_secret": SECRET}
    return WooCommerce(StoreKey(STORE, store.url, "http://127.0.0.1:8000", secret))


def codes(*texts: str, terms: OfferTerms = TERMS) -> list[PlatformCode]:
    return [PlatformCode(text.replace("-", ""), text, None, terms.own_offer) for text in texts]


def test_a_coupon_in_the_trash_comes_out_of_it_with_the_next_terms(store):
    (anna,) = woocommerce(store).put(codes("ANNA-7K2Q"), TERMS)
    store.trashes("ANNA-7K2Q")
    assert store.codes() == set()
    (again,) = woocommerce(store).put([anna._replace(offer=OTHERS.own_offer)], OTHERS)
    assert (again.id, again.problem) == (anna.id, None)
    assert store.takes_off("ANNA-7K2Q", 10_000) == 500


def test_a_coupon_in_the_trash_is_not_in_the_way_of_a_new_one(store):
    woocommerce(store).put(codes("ANNA-7K2Q"), TERMS)
    store.trashes("ANNA-7K2Q")
    (new,) = woocommerce(store).put(codes("ANNA-7K2Q"), TERMS)
    assert new.problem is None and store.codes() == {"ANNA-7K2Q"}


def test_a_key_that_may_not_make_coupons_stops_the_store_and_spoils_no_code(store):
    store.locked = True
    with pytest.raises(PlatformRefused, match="Read/Write"):
        woocommerce(store).put(codes("ANNA-7K2Q"), TERMS)
    store.locked = False
    (anna,) = woocommerce(store).put(codes("ANNA-7K2Q"), TERMS)
    assert anna.problem is None


def test_an_answer_for_some_of_the_coupons_forgets_none(store):
    store.cuts = 1
    with pytest.raises(TryLater):
        woocommerce(store).put(codes("ANNA-7K2Q", "BEN-2222"), TERMS)
    there = woocommerce(store).put(codes("ANNA-7K2Q", "BEN-2222"), TERMS)
    assert [bool(code.id) for code in there] == [True, True]
    assert len(store.coupons) == 2


def test_a_store_that_takes_no_coupons_says_where_the_switch_is(store):
    store.takes_coupons = False
    with pytest.raises(PlatformRefused, match="Enable coupons"):
        woocommerce(store).look()


def test_a_key_that_may_only_read_lacks_its_scope(store):
    store.may_write = False
    assert woocommerce(store).look().missing_scopes == ("Read/Write",)


def test_a_key_that_the_hosting_drops_is_told_from_a_wrong_one(store):
    store.drops_keys = True
    with pytest.raises(PlatformRefused, match="header Authorization") as refused:
        woocommerce(store).look()
    assert refused.value.fault.field == "consumer_key"
