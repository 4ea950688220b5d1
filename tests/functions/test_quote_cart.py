"""Who may learn of a quote whether somebody is a customer."""

import pytest

from functions.quote_cart import handler
from shared import secrets
from shared.api.access import issue_session
from shared.store.programs import api_keys
from tests.support.http_events import NOW, send
from tests.support.shop import PLAIN, Shop

SHOP_KEY, STAFF_KEY, READ_KEY = ("sk_" + "s" * 32, "ak_" + "a" * 32, "rk_" + "r" * 32)
TERMS = PLAIN | {"friend": {"discount": {"percent": "10"}}}
STRANGER = "discount_granted", ["new_customers_only"]


@pytest.fixture
def code(tables):
    shop = Shop(**TERMS)
    anna = shop.member("Anna")
    shop.member("Carl", email="carl@example.com")
    shop.order("1", customer={"id": "Carl"})
    for key, scope in ((SHOP_KEY, "shop"), (STAFF_KEY, "staff"), (READ_KEY, "read")):
        api_keys.add_key(key, scope, NOW)
    return anna.code


def session(member):
    return issue_session(secrets.pepper(), member, NOW).token


def quoted(code, credentials=None, **customer):
    body = {"code": code, "currency": "EUR", "items_total": 10_000}
    headers = {"authorization": f"Bearer {credentials}"} if credentials else {}
    told = body | ({"customer": customer} if customer else {})
    answer = send(handler, "POST /v1/quotes", body=told, headers=headers).body
    return answer["code"], answer["conditions"]


@pytest.mark.parametrize("credentials", [None, "sk_" + "x" * 32, READ_KEY, "ms_x", "x" * 2_000])
@pytest.mark.parametrize("customer", [{}, {"id": "Carl"}, {"email": "carl@example.com"}])
def test_a_stranger_learns_nothing(code, credentials, customer):
    assert quoted(code, credentials, **customer) == STRANGER


@pytest.mark.parametrize("credentials", [SHOP_KEY, STAFF_KEY])
def test_the_shop_learns_it(code, credentials):
    assert quoted(code, credentials, id="Carl") == ("existing_customer", [])
    assert quoted(code, credentials, id="Dora") == ("discount_granted", [])
    assert quoted(code, credentials) == STRANGER


def test_a_member_learns_it_of_themselves_alone(code):
    for customer in ({}, {"id": "Carl"}):
        assert quoted(code, session("Carl"), **customer) == ("existing_customer", [])
    assert quoted(code, session("Anna"), id="Carl") == STRANGER
    assert quoted(code, session("Anna")) == ("self_referral", [])
