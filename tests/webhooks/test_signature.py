import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from shared.webhooks import PROVIDERS
from shared.webhooks.signature import BadSignature, Receiver, WeakSecret
from tests.support.webhook_bodies import PAYLOADS

NOW = datetime(2026, 3, 1, 10, 0, 0, tzinfo=UTC)
BODY = '{"id": 1, "name": "Zoë"}'.encode()
LONG = "as WordPress makes them, {with} blanks"
SECRETS = {
    "stripe": "whsec_1234567890abcdef1234567890abcdef",
    "shopify": "shpss_1234567890abcdef1234567890abcdef",
    "woocommerce": "ck3$x[T)0s~w!ZpQ^7;uWb&<R>",
    "standard": "whsec_" + base64.b64encode(bytes(range(24))).decode(),
    "paddle": "pdl_ntfset_01hs0t3tw21j988db1pam5xg8m_GrOWLNef",
    "lemonsqueezy": "secret-of-a-shop-at-lemon-squeezy",
    "bigcommerce": "a-client-secret-of-an-app-at-bigcommerce",
}
"""Of providers whose signature stands in a header."""
OTHERS = {provider: secret[:-4] + "AAAA" for provider, secret in SECRETS.items()}


def vectors() -> list[dict]:
    file = PAYLOADS / "vectors.json"
    if not file.is_file():
        return []
    others = {"adyen_platform"}  # webhooks of Adyen's banking products, which tell no orders
    return [row for row in json.loads(file.read_text()) if row["provider"] not in others]


def vector_name(vector: dict) -> str:
    return f"{vector['provider']}: {vector['name']}"


def check(vector: dict) -> None:
    provider, body = vector["provider"].removesuffix("_webhooks"), vector["body"].encode()
    if provider == "adyen":
        body = b'{"notificationItems": [{"NotificationRequestItem": %s}]}' % body
    now = datetime.fromtimestamp(vector.get("now") or 1700000000, UTC)
    PROVIDERS[provider].signature.verify(
        vector["secret"],
        vector["headers"],
        body,
        now,
        vector.get("tolerance") or 300,
        Receiver(vector.get("url") or ""),
    )


@pytest.mark.skipif(not vectors(), reason=f"no signature vectors at {PAYLOADS}")
@pytest.mark.parametrize("vector", vectors(), ids=vector_name)
def test_published_vectors_hold(vector):
    refused = vector.get("policy") and vector["provider"] != "adyen"  # there it is about the time
    if vector["valid"] and not refused:
        check(vector)
    else:
        with pytest.raises(BadSignature):
            check(vector)


@pytest.mark.parametrize("provider", SECRETS)
def test_what_we_sign_verifies(provider):
    PROVIDERS[provider].signature.verify(
        SECRETS[provider],
        PROVIDERS[provider].signature.sign(SECRETS[provider], BODY, NOW),
        BODY,
        NOW,
    )


@pytest.mark.parametrize("provider", SECRETS)
def test_another_secret_another_body_or_no_signature_is_refused(provider):
    headers = PROVIDERS[provider].signature.sign(SECRETS[provider], BODY, NOW)
    for secret, body, given in (
        (OTHERS[provider], BODY, headers),
        (SECRETS[provider], BODY + b" ", headers),
        (SECRETS[provider], BODY, {}),
    ):
        with pytest.raises(BadSignature):
            PROVIDERS[provider].signature.verify(secret, given, body, NOW)


@pytest.mark.parametrize("provider", SECRETS)
@pytest.mark.parametrize("empty", ["", " ", "\n", ","])
def test_an_empty_secret_verifies_nothing(provider, empty):
    with pytest.raises(BadSignature, match="no_secret"):
        PROVIDERS[provider].signature.verify(
            empty, PROVIDERS[provider].signature.sign(SECRETS[provider], BODY, NOW), BODY, NOW
        )


@pytest.mark.parametrize("provider", SECRETS)
@pytest.mark.parametrize("separator", [" ", ",", "\n", ", "])
def test_while_a_secret_rolls_both_are_valid(provider, separator):
    rolling = OTHERS[provider] + separator + SECRETS[provider]
    for secret in (SECRETS[provider], OTHERS[provider]):
        PROVIDERS[provider].signature.verify(
            rolling, PROVIDERS[provider].signature.sign(secret, BODY, NOW), BODY, NOW
        )
    PROVIDERS[provider].signature.verify(
        rolling, PROVIDERS[provider].signature.sign(rolling, BODY, NOW), BODY, NOW
    )


def test_a_secret_of_woocommerce_may_contain_blanks_and_commas():
    PROVIDERS["woocommerce"].signature.verify(
        LONG, PROVIDERS["woocommerce"].signature.sign(LONG, BODY, NOW), BODY, NOW
    )
    PROVIDERS["woocommerce"].signature.check_secret(LONG)


def test_a_short_piece_of_a_secret_is_no_key():
    secret = "correct horse battery, staple and 50 more"
    for piece in ("correct", "and", "50"):
        with pytest.raises(BadSignature):
            PROVIDERS["woocommerce"].signature.verify(
                secret, PROVIDERS["woocommerce"].signature.sign(piece, BODY, NOW), BODY, NOW
            )


@pytest.mark.parametrize("provider", SECRETS)
def test_header_names_have_no_case(provider):
    headers = PROVIDERS[provider].signature.sign(SECRETS[provider], BODY, NOW)
    for spell in (str.upper, str.lower, str.title):
        PROVIDERS[provider].signature.verify(
            SECRETS[provider], {spell(name): value for name, value in headers.items()}, BODY, NOW
        )


@pytest.mark.parametrize("provider", ["stripe", "shopify", "woocommerce", "paddle", "lemonsqueezy"])
def test_a_header_that_a_proxy_sent_twice_is_one(provider):
    signature = PROVIDERS[provider].signature
    headers = signature.sign(SECRETS[provider], BODY, NOW)
    twice = {name: f"{text},{text}" for name, text in headers.items()}
    signature.verify(SECRETS[provider], twice, BODY, NOW)
    forged = {name: f"{text[:-4]}0000,{text[:-4]}0000" for name, text in headers.items()}
    with pytest.raises(BadSignature):
        signature.verify(SECRETS[provider], forged, BODY, NOW)


@pytest.mark.parametrize(
    ("provider", "header", "before", "behind"),
    [
        ("stripe", "Stripe-Signature", "v1=é,v0=00,,v1=,x,", ",v1=00,v2"),
        ("paddle", "Paddle-Signature", "h1=é;h2=00;;h1=;x;", ";h1=00;h2"),
        ("standard", "webhook-signature", "v1a,00 v2,00 v1,é v1, ", " v1,00 x"),
    ],
)
def test_a_signature_is_found_among_junk(provider, header, before, behind):
    signature = PROVIDERS[provider].signature
    headers = signature.sign(SECRETS[provider], BODY, NOW)
    among = headers | {header: before + headers[header] + behind}
    signature.verify(SECRETS[provider], among, BODY, NOW)
    with pytest.raises(BadSignature):
        signature.verify(OTHERS[provider], among, BODY, NOW)


@pytest.mark.parametrize("provider", ["stripe", "standard"])
@pytest.mark.parametrize(
    ("seconds", "holds"), [(300, True), (-300, True), (301, False), (-301, False)]
)
def test_tolerance_goes_both_ways(provider, seconds, holds):
    headers = PROVIDERS[provider].signature.sign(SECRETS[provider], BODY, NOW)
    late = NOW + timedelta(seconds=seconds)
    if holds:
        PROVIDERS[provider].signature.verify(SECRETS[provider], headers, BODY, late)
    else:
        with pytest.raises(BadSignature, match="stale_timestamp"):
            PROVIDERS[provider].signature.verify(SECRETS[provider], headers, BODY, late)


@pytest.mark.parametrize(
    "signature",
    ["é", "\ud800", "v1,é", "t=1772359200,v1=é", "t=١٢٣,v1=00", "t=" + "9" * 400 + ",v1=00"],
)
@pytest.mark.parametrize("provider", SECRETS)
def test_strange_headers_are_bad_signatures_not_errors(provider, signature):
    names = (
        "stripe-signature",
        "x-shopify-hmac-sha256",
        "x-wc-webhook-signature",
        "webhook-signature",
        "paddle-signature",
        "x-signature",
    )
    headers = dict.fromkeys(names, signature) | {
        "webhook-id": "é\ud800",
        "webhook-timestamp": str(int(NOW.timestamp())),
    }
    with pytest.raises(BadSignature):
        PROVIDERS[provider].signature.verify(SECRETS[provider], headers, BODY, NOW)


def test_an_unknown_provider_has_no_scheme():
    with pytest.raises(KeyError):
        PROVIDERS["acme"].signature.verify(LONG, {}, BODY, NOW)


@pytest.mark.parametrize(
    ("provider", "headers", "body", "ping"),
    [
        ("woocommerce", {}, b"webhook_id=16", True),
        (
            "woocommerce",
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"webhook_id=16\n",
            True,
        ),
        ("woocommerce", {"X-WC-Webhook-Signature": "AAAA"}, b"webhook_id=16", False),
        ("woocommerce", {}, b"webhook_id=16&status=completed", False),
        ("woocommerce", {}, b"webhook_id=", False),
        ("woocommerce", {}, b'{"id": 16}', False),
        ("shopify", {}, b"webhook_id=16", False),
    ],
)
def test_only_the_greeting_of_woocommerce_is_a_ping(provider, headers, body, ping):
    assert PROVIDERS[provider].is_ping(headers, body) is ping


@pytest.mark.parametrize("provider", SECRETS)
def test_good_secrets_may_be_configured(provider):
    PROVIDERS[provider].signature.check_secret(SECRETS[provider])
    PROVIDERS[provider].signature.check_secret(f"{SECRETS[provider]} {OTHERS[provider]}")


@pytest.mark.parametrize("provider", SECRETS)
@pytest.mark.parametrize("weak", ["", "  ", ",", "hush", "whsec_", "whsec_abc", "123456789012345"])
def test_weak_secrets_may_not(provider, weak):
    with pytest.raises(WeakSecret):
        PROVIDERS[provider].signature.check_secret(weak)


def test_one_weak_secret_spoils_a_roll():
    with pytest.raises(WeakSecret):
        PROVIDERS["stripe"].signature.check_secret(f"{SECRETS['stripe']} hush")


def test_a_standard_secret_must_be_base64():
    with pytest.raises(WeakSecret):
        PROVIDERS["standard"].signature.check_secret("whsec_!!! this is no base64, though long !!!")
