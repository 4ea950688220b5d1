"""Paddle Classic's alerts, and the key that signs them."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from shared.webhooks.paddle_classic.signature import SIGNATURE, serialize_fields
from shared.webhooks.signature import BadSignature, WeakSecret
from tests.support.contracts.paddle_classic import CONTRACT, sign_form
from tests.support.webhook_bodies import facts, published, reason

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
PAYS_KEY = """-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA3CGT82ixrOTpCjAyY9pI
GthIx4HzZtnO519VECl7wouV4nSD/09YDkyeujygarlYuKjILra4/yuwHoQGD/En
EdADYfNgBNYMuiUhsiXArPQRuqRKSi3xboZEkeDLaeABtxr/5VWyHFtxbSe8FMa6
st0Lm6zrOauYkYRbWF+8+6pp4CVNsFSBjP8PLum0zN9Uh44DyFI6qlJ3xA5Uxcr/
Ew/Fp3eDPloqqa2MNCZnkJwft5rLVz/B5YWf5jY515OKl+OU/t+FCtxKpjj74ug7
9Vk5cZsA3044VClsusI3qj/iRXPWtBNKUpj0tknT5Q9J94twv3kfa+XMu61uOw3k
Vjhf62W6CYt5jtQdk/HgxzMP64ouvf0zVDKHoJtprU524IXOYxK7tiDXuktpVAw3
SnNh/bpN0qD2D7TGVzHeajgcppxjBYJc6OzXHToiyIiLGqZdP0ewzfOIKGkW9tOi
Y/1kSzlkJrQ6sfM5aKg6SSsos0+TBY9t7/UZFVKKe7J4ijSRmsFd+DVmc2KHHReK
rd1tEBa2GQeJU9F0iM5EVcYnXeXzHRNha54snsp5ZYXSAmsYZCAutdh+gWI2Alni
P97ZBsCbv7RHLQOY60CXkKnILEPhu4u5Kp7P1Ez1deGf/mcnZz21RCdC7PhqPXtm
WtpkNrCK6BeRMj0XZG7oB3MCAwEAAQ==
-----END PUBLIC KEY-----"""
"""The public key under which pay-rails keeps Paddle's sample of a refund (its test fixtures)."""
SALE = {
    "alert_id": "1",
    "alert_name": "payment_succeeded",
    "order_id": "9-1",
    "currency": "EUR",
    "sale_gross": "119.00",
    "payment_tax": "19.00",
    "coupon": "BEN7X",
    "email": "ines@example.com",
    "event_time": "2026-02-01 10:00:00",
    "passthrough": '{"gv_ref": "tok_1", "gv_code": "ANNA", "gv_order": "1001"}',
}
REFUND = {
    "alert_id": "2",
    "alert_name": "payment_refunded",
    "order_id": "9-1",
    "currency": "EUR",
    "amount": "29.75",
    "refund_type": "partial",
    "event_time": "2026-02-02 10:00:00",
}


def form(fields: dict, **changes: str) -> bytes:
    return urlencode(fields | changes).encode()


def told(fields: dict, **changes: str) -> dict:
    return facts("paddle_classic", form(fields, **changes))


def test_a_payment_is_the_whole_sale():
    sale = told(SALE)
    assert (sale["id"], sale["status"], sale["paid_at"]) == (
        "paddle_classic:9-1",
        "completed",
        "2026-02-01T10:00:00Z",
    )
    assert (sale["items_total"], sale["tax_total"]) == (10_000, 1_900)
    assert sale["customer"] == {"email": "ines@example.com"}


def test_passthrough_is_heard_for_who_recommended_alone():
    sale = told(SALE)
    assert (sale["ref_token"], sale["codes"]) == ("tok_1", ["ANNA", "BEN7X"])
    assert sale["id"] == "paddle_classic:9-1"


@pytest.mark.parametrize("passthrough", ["Example String", "[1]", "7", "{", '{"gv_ref": 7}', ""])
def test_a_passthrough_of_another_kind_says_nothing(passthrough):
    words = {"passthrough": passthrough, "custom_data": '{"gv_ref": "tok_2"}'}
    sale = told(SALE, **words)
    assert sale["ref_token"] == ("7" if "7}" in passthrough else "tok_2")


@pytest.mark.parametrize(
    ("currency", "gross", "tax", "items"),
    [("JPY", "11900", "1900", 10_000), ("KWD", "11.900", "1.900", 10_000)],
)
def test_amounts_in_currencies_of_other_decimals(currency, gross, tax, items):
    assert told(SALE, currency=currency, sale_gross=gross, payment_tax=tax)["items_total"] == items


def test_the_rate_is_that_of_the_sale_in_both_currencies():
    sale = told(SALE, balance_currency="USD", balance_gross="139.23")
    assert (sale["fx_rate"], sale["fx_currency"]) == ("1.17", "USD")
    assert "fx_rate" not in told(SALE, balance_currency="EUR", balance_gross="119.00")


def test_refunds_by_their_alerts():
    assert told(REFUND)["refunds"] == [
        {
            "id": "2",
            "amount": 2_975,
            "items_amount": None,
            "at": "2026-02-02T10:00:00Z",
            "status": "succeeded",
        }
    ]
    assert told(REFUND, refund_type="vat")["refunds"][0]["items_amount"] == 0


@pytest.mark.parametrize(
    ("name", "status"), [("payment_dispute_created", "open"), ("payment_dispute_closed", "won")]
)
def test_a_dispute_that_is_closed_was_won(name, status):
    (dispute,) = told(REFUND, alert_name=name)["disputes"]
    assert (dispute["id"], dispute["amount"], dispute["status"]) == ("9-1", 2_975, status)


def test_the_sandboxs_receipts_mark_a_test():
    receipt = "https://sandbox-my.paddle.com/receipt/1"
    assert told(SALE, receipt_url=receipt)["test"] is True
    assert "test" not in told(SALE, receipt_url="https://my.paddle.com/receipt/1")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"alert_name": "subscription_payment_failed"}, "payment_not_made"),
        ({"alert_name": "subscription_created"}, "irrelevant_topic"),
        ({"order_id": ""}, "no_order_named"),
        ({"sale_gross": ""}, "missing_amount"),
        ({"sale_gross": "-1"}, "unusable_amount"),
        ({"currency": "XXX"}, "currency_unknown"),
    ],
)
def test_what_cannot_be_used_is_parked(changes, why):
    assert reason("paddle_classic", form(SALE, **changes)) == why


@pytest.mark.parametrize("body", [b'{"alert_name": "payment_succeeded"}', b"\xff=1", b"a=%FF"])
def test_what_is_no_form_is_parked(body):
    assert reason("paddle_classic", body) in ("unreadable_body", "irrelevant_topic")


def test_a_sample_of_paddles_verifies_with_its_key():
    fields = json.loads(published("paddle_classic/subscription_payment_refunded.pay.json"))
    SIGNATURE.check_secret(PAYS_KEY)
    SIGNATURE.verify(PAYS_KEY, {}, form(fields), NOW)
    with pytest.raises(BadSignature, match="wrong_signature"):
        SIGNATURE.verify(PAYS_KEY, {}, form(fields, amount="671.88"), NOW)


def test_the_public_key_alone_checks():
    private = load_pem_private_key(CONTRACT.secret.encode(), None)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _, body = sign_form(CONTRACT.secret, form(SALE, customer_name="Zoë & 東"), NOW)
    for secret in (public.decode(), public.decode().replace("\n", " "), CONTRACT.secret):
        SIGNATURE.verify(secret, {}, body, NOW)
    for secret, changed in ((CONTRACT.other_secret, body), (CONTRACT.secret, body + b"&a=1")):
        with pytest.raises(BadSignature, match="wrong_signature"):
            SIGNATURE.verify(secret, {}, changed, NOW)


def test_lengths_are_counted_in_bytes_as_php_does():
    assert serialize_fields({"b": "é", "a": ""}) == 'a:2:{s:1:"a";s:0:"";s:1:"b";s:2:"é";}'.encode()


def test_a_form_without_end_is_refused():
    with pytest.raises(BadSignature, match="unreadable_form"):
        SIGNATURE.verify(PAYS_KEY, {}, b"&".join([b"a=1"] * 201), NOW)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "not a key at all, though it is long",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        generate_ec(SECP256R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode(),
    ],
)
def test_what_is_no_key_of_rsa_lets_nobody_in(secret):
    with pytest.raises(WeakSecret):
        SIGNATURE.check_secret(secret)
    with pytest.raises(BadSignature):
        SIGNATURE.verify(secret, {}, form(SALE, p_signature="AAAA"), NOW)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"alert_id": ""}, "missing_id"), ({"order_id": ""}, "no_order_named")],
)
def test_a_refund_without_a_name_is_parked(changes, expected):
    assert reason("paddle_classic", form(REFUND, **changes)) == expected
