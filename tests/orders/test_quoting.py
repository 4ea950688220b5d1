"""The friend's discount at checkout: granted or refused, and nothing written."""

import json

import pytest

from shared.orders.quotes import load_quote, parse_cart
from shared.store.reconciliation import verify
from tests.support.shop import PLAIN, Shop, hash_email

TERMS = {**PLAIN, "friend": {"discount": {"percent": "10", "max": 2_000, "minimum_order": 1_000}}}


@pytest.fixture
def shop(tables):
    shop = Shop(**TERMS)
    shop.anna = shop.member("Anna", email="anna@example.com")
    return shop


def quote(shop, items: int = 5_000, currency: str = "EUR", **who):
    found = load_quote(
        parse_cart({"currency": currency, "items_total": items} | who, hash_email), shop.at
    ).quote
    return found.discount, found.code


def test_a_code_and_a_click_both_grant_it(shop):
    shop.click("token", shop.anna.code)
    assert quote(shop, code=shop.anna.code.lower()) == (500, "discount_granted")
    assert quote(shop, ref_token="token") == (500, "discount_granted")


def test_it_has_a_ceiling_and_a_floor(shop):
    assert quote(shop, 100_000, code=shop.anna.code) == (2_000, "discount_granted")
    assert quote(shop, 999, code=shop.anna.code) == (0, "below_minimum_order")


def test_a_member_already_brought_needs_no_code(shop):
    shop.member("Ines", referrer_login="anna")
    assert quote(shop, customer={"id": "Ines"}) == (500, "discount_granted")


def test_only_a_first_order_is_discounted(shop):
    shop.member("Ines", referrer_login="anna")
    shop.order("1", customer={"id": "Ines"})
    assert quote(shop, customer={"id": "Ines"}) == (0, "existing_customer")


def test_nobody_discounts_their_own_order(shop):
    assert quote(shop, code=shop.anna.code, customer={"id": "Anna"}) == (0, "self_referral")
    assert quote(shop, code=shop.anna.code, customer={"email": "ANNA@example.com"}) == (
        0,
        "self_referral",
    )


def test_an_unknown_code_is_no_referral(shop):
    assert quote(shop, code="NOBODY-1234") == (0, "no_referral")


def test_nobody_at_all_is_no_referral(shop):
    """A storefront asks before it knows anything of its visitor."""
    assert (
        quote(shop) == quote(shop, code=None, ref_token=None, customer=None) == (0, "no_referral")
    )


def test_another_currency_gets_no_amount_of_this_one(shop):
    assert quote(shop, currency="USD", code=shop.anna.code) == (0, "no_exchange_rate")


def test_asking_writes_nothing(shop):
    before = json.dumps(verify())
    quote(shop, code=shop.anna.code, customer={"email": "new@example.com"})
    assert json.dumps(verify()) == before
    assert shop.volume("Anna") == 0
