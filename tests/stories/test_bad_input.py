"""What a hostile or clumsy shop server sends: the right 4xx, the field by name, and nothing written."""

import json
from urllib.parse import quote

import pytest

from tests.support.running_shop import refused

ORDER = {"status": "completed", "currency": "EUR", "items_total": 10_000}
LONG = "x" * 1000
LONE_SURROGATE = b'"\\ud800"'

WRONG_ORDERS = [
    ({"items_total": 10**30}, "items_total"),
    ({"items_total": 10**12}, "items_total"),
    ({"items_total": -1}, "items_total"),
    ({"items_total": 100.0}, "items_total"),
    ({"items_total": "100"}, "items_total"),
    ({"items_total": True}, "items_total"),
    ({"items_total": None}, "items_total"),
    ({"items_total": [1]}, "items_total"),
    ({"currency": "XXX"}, "currency"),
    ({"currency": "eur"}, "currency"),
    ({"currency": 978}, "currency"),
    ({"currency": None}, "currency"),
    ({"status": "refunded"}, "status"),
    ({"status": 1}, "status"),
    ({"status": None}, "status"),
    ({"customer": "ben"}, "customer"),
    ({"customer": []}, "customer"),
    ({"customer": {"id": 1}}, "customer.id"),
    ({"customer": {"id": ""}}, "customer.id"),
    ({"customer": {"id": LONG}}, "customer.id"),
    ({"customer": {"id": "a\nb"}}, "customer.id"),
    ({"customer": {"id": "a\x00b"}}, "customer.id"),
    ({"customer": {"id": "ben", "phone": "1"}}, "customer.phone"),
    ({"customer": {"email": LONG}}, "customer.email"),
    ({"placed_at": "yesterday"}, "placed_at"),
    ({"placed_at": 1772359200}, "placed_at"),
    ({"paid_at": "2026-03-01T10:00:00"}, "paid_at"),
    ({"completed_at": "2026-13-01T10:00:00Z"}, "completed_at"),
    ({"completed_at": "9999-12-31T23:59:59Z"}, "completed_at"),
    ({"as_of": "9999-12-31T23:59:59.999999Z"}, "as_of"),
    ({"as_of": "2026-03-01"}, "as_of"),
    ({"discount_total": -5}, "discount_total"),
    ({"tax_total": "19"}, "tax_total"),
    ({"shipping_total": 1.5}, "shipping_total"),
    ({"credit_used": 10**13}, "credit_used"),
    ({"refunded_total": -1}, "refunded_total"),
    ({"refunds": {}}, "refunds"),
    ({"refunds": [1]}, "refunds[0]"),
    ({"refunds": [{"amount": 1}]}, "refunds[0].id"),
    ({"refunds": [{"id": "r", "amount": -1}]}, "refunds[0].amount"),
    ({"refunds": [{"id": "r", "amount": 1, "at": "?"}]}, "refunds[0].at"),
    ({"refunds": [{"id": "r", "amount": 1, "status": "maybe"}]}, "refunds[0].status"),
    ({"refunds": [{"id": "r", "amount": 1}, {"id": "r", "amount": 2}]}, "refunds[1].id"),
    ({"refunds": [{"id": str(number), "amount": 1} for number in range(501)]}, "refunds"),
    ({"disputed": "yes"}, "disputed"),
    ({"test": 1}, "test"),
    ({"fx_rate": 1.1}, "fx_rate"),
    ({"fx_rate": "-1"}, "fx_rate"),
    ({"fx_rate": "0"}, "fx_rate"),
    ({"fx_rate": "1e9"}, "fx_rate"),
    ({"ref_token": 1}, "ref_token"),
    ({"ref_token": LONG}, "ref_token"),
    ({"code": LONG}, "code"),
    ({"id": "another"}, "id"),
    ({"id": 1}, "id"),
    ({"unheard_of": 1}, "unheard_of"),
]


@pytest.mark.parametrize(
    ("facts", "field"), WRONG_ORDERS, ids=[json.dumps(facts)[:50] for facts, _ in WRONG_ORDERS]
)
def test_a_wrong_order_is_refused_by_its_field(hostile, facts, field):
    refused(hostile.ask("PUT", f"/v1/orders/{hostile.named('bad')}", ORDER | facts), 422, field)


WRONG_MEMBERS = [
    ({}, "login"),
    ({"login": 1}, "login"),
    ({"login": ""}, "login"),
    ({"login": LONG}, "login"),
    ({"login": "a\rb"}, "login"),
    ({"email": "nobody"}, "email"),
    ({"email": "a@b\r\nBcc: c@d"}, "email"),
    ({"email": 1}, "email"),
    ({"name": LONG}, "name"),
    ({"name": ["Ben"]}, "name"),
    ({"signed_up_at": "soon"}, "signed_up_at"),
    ({"referrer_login": "nobody-has-this-login"}, "referrer_login"),
    ({"referrer_login": ""}, "referrer_login"),
    ({"ref_token": {}}, "ref_token"),
    ({"code": 5}, "code"),
    ({"unheard_of": 1}, "unheard_of"),
]


@pytest.mark.parametrize(
    ("form", "field"), WRONG_MEMBERS, ids=[json.dumps(form)[:50] for form, _ in WRONG_MEMBERS]
)
def test_a_wrong_member_is_refused_by_its_field_and_is_not_there(hostile, form, field):
    own = hostile.named("bad")
    whole = form if field == "login" else {"login": own} | form
    refused(hostile.ask("PUT", f"/v1/members/{own}", whole), 422, field)
    refused(hostile.ask("GET", f"/v1/members/{own}"), 404)


WRONG_HOLDS = [
    ({"amount": None}, "amount"),
    ({"amount": 0}, "amount"),
    ({"amount": -1}, "amount"),
    ({"amount": 10**30}, "amount"),
    ({"amount": "5"}, "amount"),
    ({"amount": 1.5}, "amount"),
    ({"order_id": None}, "order_id"),
    ({"order_id": 5}, "order_id"),
    ({"order_id": ""}, "order_id"),
    ({"order_id": LONG}, "order_id"),
    ({"unheard_of": 1}, "unheard_of"),
]


@pytest.mark.parametrize(
    ("changes", "field"), WRONG_HOLDS, ids=[json.dumps(changes)[:50] for changes, _ in WRONG_HOLDS]
)
def test_a_wrong_hold_is_refused_by_its_field(hostile, anna, changes, field):
    refused(
        hostile.ask(
            "POST", f"/v1/members/{anna}/holds", {"order_id": "bad", "amount": 5} | changes
        ),
        422,
        field,
    )


def test_nobody_spends_what_is_not_there(hostile, anna):
    checkout = {"order_id": "bad", "amount": 1}
    assert (
        refused(hostile.ask("POST", f"/v1/members/{anna}/holds", checkout), 409)["available"] == 0
    )
    refused(hostile.ask("POST", "/v1/members/nobody/holds", checkout), 404)
    for deed in ("capture", "void"):
        refused(hostile.ask("POST", f"/v1/holds/none/{deed}", {}), 404)
        refused(hostile.ask("POST", f"/v1/holds/{LONG}/{deed}", {}), 422, "id")


def test_a_login_that_somebody_has_is_not_given_twice(hostile, anna):
    told = refused(hostile.ask("PUT", f"/v1/members/{hostile.named('bad')}", {"login": anna}), 409)
    assert told["code"] == "login_taken"


NO_JSON = {
    "text": b"this is no JSON",
    "nothing": b"",
    "half": b'{"status": ',
    "two": b"{}{}",
    "NaN": b'{"status": "completed", "currency": "EUR", "items_total": NaN}',
    "infinity": b'{"items_total": -Infinity}',
    "too large a number": b'{"items_total": 1e999}',
    "a field twice": b'{"status": "paid", "status": "completed"}',
    "not UTF-8": b'{"status": "\xff\xfe"}',
    "UTF-16": '{"status": "paid"}'.encode("utf-16"),
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "a number of 5,000 digits": b'{"items_total": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
@pytest.mark.parametrize("path", ["/v1/orders/bad", "/v1/members/bad"])
def test_what_is_no_json_is_refused(hostile, path, body):
    refused(hostile.ask("PUT", path, body, **{"content-type": "application/json"}), 400)
    refused(hostile.ask("PUT", path, body), 400)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true"])
@pytest.mark.parametrize("path", ["/v1/orders/bad", "/v1/members/bad"])
def test_json_that_is_no_object_is_refused(hostile, path, body):
    refused(hostile.ask("PUT", path, body), 422, "")


@pytest.mark.parametrize("field", ["ref_token", "code", "unheard_of"])
def test_half_a_character_is_refused(hostile, field):
    body = (
        json.dumps(ORDER)[:-1].encode() + b', "' + field.encode() + b'": ' + LONE_SURROGATE + b"}"
    )
    refused(hostile.ask("PUT", f"/v1/orders/{hostile.named('bad')}", body), 422, field)


@pytest.mark.parametrize(
    "path", ["/v1/orders/bad", "/v1/members/bad", "/webhooks/stripe", "/v1/clicks"]
)
def test_a_body_of_more_than_256_kib_is_refused(hostile, path):
    body = json.dumps(ORDER | {"pad": "x" * 300 * 1024}).encode()
    method = "POST" if path in ("/webhooks/stripe", "/v1/clicks") else "PUT"
    refused(hostile.ask(method, path, body), 413)


WRONG_IDS = [LONG, "a" * 129, "a\nb", "a\x00b", "\u202e", "%ff", " ".join(["a"] * 100)]


@pytest.mark.parametrize("name", WRONG_IDS, ids=[ascii(name)[:12] for name in WRONG_IDS])
@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("kind", ["members", "orders"])
def test_an_id_that_can_be_none_is_refused(hostile, kind, method, name):
    body = None if method == "GET" else ORDER if kind == "orders" else {"login": "bad"}
    path = name if name.startswith("%") else quote(name, safe="")
    refused(hostile.ask(method, f"/v1/{kind}/{path}", body), 422, "id")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/members/nobody",
        "/v1/members/nobody/entries",
        "/v1/members/nobody/balance",
        "/v1/orders/none",
    ],
)
def test_what_is_not_there_is_not_found(hostile, path):
    refused(hostile.ask("GET", path), 404)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("limit=0", 422, "limit"),
        ("limit=1001", 422, "limit"),
        ("limit=-1", 422, "limit"),
        ("limit=many", 422, "limit"),
        ("limit=1.5", 422, "limit"),
        ("limit=", 422, "limit"),
        ("limit=1&limit=2", 422, "limit"),
        ("limit=%D9%A3", 422, "limit"),
        ("limit=" + "9" * 4000, 422, "limit"),
        ("cursor=nonsense", 400, None),
        ("cursor=AAAA", 400, None),
        ("cursor=%ff%fe", 400, None),
        ("cursor=" + "A" * 7000, 400, None),
        ("cursor=%F0%9F%92%A9", 400, None),
    ],
)
def test_a_bad_page_is_refused(hostile, anna, query, status, field):
    fields = [field] if field else []
    refused(hostile.ask("GET", f"/v1/members/{anna}/entries?{query}"), status, *fields)
    refused(hostile.ask("GET", f"/v1/parked?{query}", key=hostile.staff_key), status, *fields)


@pytest.mark.parametrize(
    "as_of", ["yesterday", "2026-03-01", "", "9" * 5000, "2026-03-01T10:00:00"]
)
def test_a_bad_instant_in_the_query_is_refused(hostile, anna, as_of):
    refused(hostile.ask("GET", f"/v1/members/{anna}/balance?as_of={as_of}"), 422, "as_of")


def test_a_bad_flag_in_the_query_is_refused(hostile):
    refused(
        hostile.ask("PUT", f"/v1/orders/{hostile.named('bad')}?dry_run=perhaps", ORDER),
        422,
        "dry_run",
    )


@pytest.mark.parametrize("key", ["", "a" * 256, "a\tb"])
def test_a_bad_idempotency_key_is_refused(hostile, key):
    refused(
        hostile.ask("PUT", f"/v1/orders/{hostile.named('bad')}", ORDER, **{"idempotency-key": key}),
        400,
    )


def test_a_query_of_many_thousand_letters_harms_nobody(hostile, anna):
    answer = hostile.ask(
        "GET", f"/v1/members/{anna}?" + "&".join(f"a{number}={'b' * 50}" for number in range(500))
    )
    assert answer.status in {200, 414, 431}
