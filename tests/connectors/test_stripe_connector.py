"""One Stripe account that is as particular as the real one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.connectors.connector import PlatformRefused, StoreKey, TryLater
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.credit.stripe_credit import drop_at_stripe, put_at_stripe
from shared.connectors.stripe import Stripe
from shared.domain.money import Grant
from shared.domain.platforms.codes import PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from tests.support.platforms.stripe import KEY, stripe_account

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TERMS = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(0, 1000), None, 2000), True, NOW)
OTHERS = replace(TERMS, discount=Discount(Grant(100_000)))
CREDIT = CreditTerms(
    "GC-2345-6789-ABCD", 1_200, "EUR", 2_400, NOW, NOW + timedelta(days=6), "I", None
)


@pytest.fixture
def account():
    with stripe_account() as double:
        yield double


def stripe(account) -> Stripe:
    return Stripe(
        StoreKey("api.stripe.com", account.url, "http://127.0.0.1:8000", {"access_token": KEY})
    )


def anna(offer: str) -> PlatformCode:
    return PlatformCode("ANNA7K2Q", "ANNA-7K2Q", None, offer)


def test_a_key_that_may_only_read_is_known_before_anything_is_made(account):
    account.read_only = {"coupons", "webhook_endpoints"}
    assert stripe(account).look().missing_scopes == ("Coupons", "Webhook endpoints")
    account.read_only, account.closed = set(), {"customers"}
    assert stripe(account).look().missing_scopes == ("Customers",)
    assert (account.coupons, account.promotion_codes, account.webhook_endpoints) == ({}, {}, {})


def test_a_failure_of_stripes_own_is_not_repeated_for_a_day(account):
    account.fails = {"coupons"}
    with pytest.raises(TryLater):
        stripe(account).offer(TERMS, None)
    assert stripe(account).offer(TERMS, None) in account.coupons
    account.fails = {"promotion_codes"}
    with pytest.raises(TryLater):
        put_at_stripe(stripe(account), CREDIT)
    assert put_at_stripe(stripe(account), CREDIT) in account.promotion_codes


def test_connecting_again_keeps_the_coupon_and_its_codes(account):
    first = stripe(account).offer(TERMS, None)
    assert stripe(account).offer(TERMS, first) == first
    other = stripe(account).offer(OTHERS, first)
    assert other != first
    assert stripe(account).offer(TERMS, other) not in (first, other), "never an id that is going"


def test_a_coupon_that_staff_deleted_is_made_anew_under_another_id(account):
    first = stripe(account).offer(TERMS, None)
    (code,) = stripe(account).put([anna(first)], TERMS)
    account.coupons.clear()
    second = stripe(account).offer(TERMS, first)
    assert second != first, "or nobody would put its codes again"
    (again,) = stripe(account).put([code._replace(offer=second)], TERMS)
    assert again.problem is None and account.codes() == {"ANNA-7K2Q": again.id}


def test_an_inactive_code_of_the_same_text_is_not_in_the_way(account):
    offer = stripe(account).offer(TERMS, None)
    (code,) = stripe(account).put([anna(offer)], TERMS)
    account.promotion_codes[code.id]["active"] = False
    (again,) = stripe(account).put([anna(offer)], TERMS)
    assert again.problem is None and again.id != code.id


@pytest.mark.parametrize(("currency", "units"), [("EUR", "1000"), ("ISK", "100000"), ("MGA", "10")])
def test_amounts_are_in_stripes_own_units(account, currency, units):
    terms = replace(TERMS, currency=currency)
    offer = stripe(account).offer(terms, None)
    assert account.coupons[offer]["amount_off"] == units
    (code,) = stripe(account).put([anna(offer)], terms)
    restrictions = account.promotion_codes[code.id]["restrictions"]
    assert int(restrictions["minimum_amount"]) == 2 * int(units)


def test_two_attempts_at_one_credit_code_make_one(account):
    """The second comes between looking for the code and making it."""
    ours, theirs = stripe(account), stripe(account)
    looks = ours.find
    made = []

    def find(codes):
        if not made:
            made.append(put_at_stripe(theirs, CREDIT))
            return {}
        return looks(codes)

    ours.find = find
    assert put_at_stripe(ours, CREDIT) == made[0]
    assert len(account.promotion_codes) == len(account.coupons) == 1
    drop_at_stripe(ours, CREDIT.text)
    drop_at_stripe(ours, CREDIT.text)
    assert account.codes() == {}


def test_what_stripe_does_not_take_is_said_in_its_words(account):
    with pytest.raises(PlatformRefused, match="Invalid code"):
        put_at_stripe(stripe(account), CREDIT._replace(text="GC 2345"))
