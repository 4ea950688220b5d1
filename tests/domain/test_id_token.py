"""Which ID tokens prove an address: told by the provider, to us, in answer to our question, just now."""

import base64
import json
from datetime import UTC, datetime

import pytest

from shared.domain.id_token import ExpectedClaims, UnprovenAddress, verified_address

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
SECOND = int(NOW.timestamp())
EXPECTED = ExpectedClaims("https://id.example", "grapevine", "n-1")
CLAIMS = {
    "iss": "https://id.example",
    "aud": "grapevine",
    "exp": SECOND + 300,
    "iat": SECOND,
    "nonce": "n-1",
    "email": "sam@example.com",
    "email_verified": True,
}
ABSENT = object()


def text(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def token(**changed) -> str:
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not ABSENT}
    return f"{text(b'{}')}.{text(json.dumps(claims).encode())}.{text(b'signature')}"


def why_not(told: str) -> str:
    with pytest.raises(UnprovenAddress) as refused:
        verified_address(told, EXPECTED, NOW)
    return refused.value.cause


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"aud": ["grapevine"]},
        {"aud": ["grapevine", "another"], "azp": "grapevine"},
        {"azp": "grapevine"},
        {"exp": SECOND - 119},
        {"exp": 10**400},
        {"iat": SECOND - 120},
        {"iat": SECOND + 120.0},
        {"email_verified": ABSENT, "xms_edov": True},
        {"email_verified": ABSENT, "xms_edov": "1"},
    ],
)
def test_what_is_told_to_us_and_now_proves_the_address(changed):
    assert verified_address(token(**changed), EXPECTED, NOW) == "sam@example.com"


@pytest.mark.parametrize(
    ("why", "changed"),
    [
        ("wrong_issuer", {"iss": "https://id.example/"}),
        ("wrong_issuer", {"iss": ABSENT}),
        ("wrong_audience", {"aud": "another"}),
        ("wrong_audience", {"aud": "grapevine2"}),
        ("wrong_audience", {"aud": []}),
        ("wrong_audience", {"aud": None}),
        ("wrong_audience", {"aud": {"grapevine": 1}}),
        ("wrong_audience", {"aud": ["grapevine", "another"]}),
        ("wrong_audience", {"aud": ["grapevine", "another"], "azp": "another"}),
        ("wrong_audience", {"azp": "another"}),
        ("expired", {"exp": SECOND - 120}),
        ("expired", {"exp": ABSENT}),
        ("expired", {"exp": str(SECOND + 300)}),
        ("expired", {"exp": True}),
        ("expired", {"exp": float("nan")}),
        ("not_made_now", {"iat": SECOND - 121}),
        ("not_made_now", {"iat": SECOND + 121}),
        ("not_made_now", {"iat": -(10**400)}),
        ("not_made_now", {"iat": ABSENT}),
        ("wrong_nonce", {"nonce": "n-2"}),
        ("wrong_nonce", {"nonce": "n-1\ud800"}),
        ("wrong_nonce", {"nonce": ABSENT}),
        ("wrong_nonce", {"nonce": 1}),
        ("unverified_address", {"email_verified": False}),
        ("unverified_address", {"email_verified": "true"}),
        ("unverified_address", {"email_verified": 1}),
        ("unverified_address", {"email_verified": ABSENT}),
        ("unverified_address", {"email_verified": False, "xms_edov": True}),
        ("unverified_address", {"email_verified": ABSENT, "xms_edov": "0"}),
        ("no_address", {"email": ABSENT}),
        ("no_address", {"email": ["sam@example.com"]}),
        ("no_address", {"email": "sam"}),
        ("no_address", {"email": "sam@example.com@example.com"}),
        ("no_address", {"email": f"{'s' * 243}@example.com"}),
    ],
)
def test_what_proves_nothing(why, changed):
    assert why_not(token(**changed)) == why


BODIES = [b"[]", b"{", b"[" * 50_000, bytes([255])]


@pytest.mark.parametrize(
    "told",
    ["", "a.b", "a.b.c.d.e", "..", "a.!.c", "a.é.c", *(f"a.{text(body)}.c" for body in BODIES)],
)
def test_what_is_no_token(told):
    assert why_not(told) == "unreadable_token"
