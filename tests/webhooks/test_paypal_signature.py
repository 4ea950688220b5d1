"""Which certificates sign for PayPal, and what they sign."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.webhooks import PROVIDERS
from shared.webhooks.paypal import certificates
from shared.webhooks.signature import BadSignature, Receiver
from tests.support import paypal_certificates as own
from tests.support.contracts.paypal import CONTRACT

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
BODY = b'{"id": "WH-1"}'
URL = own.CERT_URL


@pytest.fixture(autouse=True)
def nothing_kept():
    certificates._cache.clear()
    yield
    certificates._cache.clear()


def verify(pem: bytes, url: str = URL, at: datetime = NOW, api_url: str = "", **signing) -> None:
    receiver = Receiver(api_url=api_url, download=lambda asked: pem, root_file=own.root_file())
    headers = own.sign(CONTRACT.secret, BODY, NOW, url, **signing)
    PROVIDERS["paypal"].signature.verify(CONTRACT.secret, headers, BODY, at, receiver=receiver)


def refused(pem: bytes, *arguments, **options) -> str:
    with pytest.raises(BadSignature) as raised:
        verify(pem, *arguments, **options)
    return raised.value.reason


def test_a_certificate_under_a_trusted_root_signs():
    verify(own.chain())


def test_one_that_comes_alone_is_checked_for_name_and_time():
    verify(own.pem(own.leaf()))


@pytest.mark.parametrize("host", ["evil.example", "evilpaypal.com", "*.paypal.com"])
@pytest.mark.parametrize("others", [(), ("root",)])
def test_another_name_is_not_paypals_whoever_vouches_for_it(host, others):
    pem = own.pem(own.leaf(host), *map(own.root, others))
    assert refused(pem) == "not_paypals_certificate"


def test_a_root_of_somebody_else_is_not_trusted():
    foreign = own.pem(own.leaf(issuer="stranger"), own.root("stranger"))
    assert refused(foreign) == "untrusted_chain"


def test_a_certificate_that_ran_out_does_not_sign_even_if_it_was_kept():
    until = NOW + timedelta(hours=1)
    short = own.pem(own.leaf(days=until - own.BEGIN), own.root())
    verify(short)
    assert refused(short, at=until + timedelta(seconds=1)) == "certificate_out_of_time"


def test_what_another_key_signed_is_wrong():
    assert refused(own.chain(), signer="stranger") == "wrong_signature"


@pytest.mark.parametrize("pem", [b"", b"<html>", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_what_is_no_certificate(pem):
    assert refused(pem) == "no_certificate"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.example/v1/notifications/certs/CERT-1",
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://evil.example\\@api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../evil",
        "https://api.paypal.com/v1/notifications/certs/CERT-1?to=https://evil.example",
        "https://api.paypal.com/elsewhere/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/CERT\u00e9",
        "https://[api.paypal.com/v1/notifications/certs/CERT-1",
    ],
)
def test_a_certificate_from_elsewhere_is_never_read(url):
    receiver = Receiver(download=lambda asked: pytest.fail(f"{asked} was read"))
    headers = own.sign(CONTRACT.secret, BODY, NOW, url)
    with pytest.raises(BadSignature, match="foreign_certificate"):
        PROVIDERS["paypal"].signature.verify(CONTRACT.secret, headers, BODY, NOW, receiver=receiver)


def test_the_api_that_the_settings_name_has_certificates_too():
    path = "/v1/notifications/certs/CERT-1"
    verify(own.chain(), f"http://127.0.0.1:9/{path[1:]}", api_url="http://127.0.0.1:9")
    assert refused(own.chain(), f"http://127.0.0.1:8{path}", api_url="http://127.0.0.1:9") == (
        "foreign_certificate"
    )


def test_each_certificate_is_read_once():
    asked = []
    receiver = Receiver(
        download=lambda url: asked.append(url) or own.chain(), root_file=own.root_file()
    )
    for _ in range(3):
        headers = own.sign(CONTRACT.secret, BODY, NOW)
        PROVIDERS["paypal"].signature.verify(CONTRACT.secret, headers, BODY, NOW, receiver=receiver)
    assert asked == [URL]


def test_news_are_sent_for_three_days_under_their_first_time():
    verify(own.chain(), at=NOW + timedelta(days=3))
