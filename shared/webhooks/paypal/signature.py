"""PayPal's signature: RSA over time, webhook id and the body's CRC-32, verified with a certificate
of PayPal.

A different body can have the same CRC-32, so no amount in a body is used (decision 186).
"""

import base64
import binascii
import re
import zlib
from datetime import UTC, datetime
from urllib.parse import urlsplit

from shared.webhooks.paypal.certificates import UntrustedCertificate, verify_rsa
from shared.webhooks.signature import BadSignature, Received, Receiver, SignatureScheme, find_header

HOSTS = frozenset(
    ("api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com")
)
_PATH = re.compile(r"/v1/notifications/certs/[A-Za-z0-9_-]{1,100}")
ALGORITHM = "SHA256withRSA"


class PayPalSignature(SignatureScheme):
    """The secret is the webhook's id. The age of a delivery is not limited: for three days PayPal
    sends a delivery again with the time of the first attempt, and all details are read from the API
    anyway.
    """

    def check(self, keys: list[bytes], received: Received) -> None:
        headers = received.headers
        name = find_header(headers, "paypal-transmission-id")
        time = find_header(headers, "paypal-transmission-time")
        if not name or not time or find_header(headers, "paypal-auth-algo") != ALGORITHM:
            raise BadSignature("no_signature")
        url = find_header(headers, "paypal-cert-url")
        check_certificate_url(url, received.receiver)
        signature = _decode(find_header(headers, "paypal-transmission-sig"))
        at = datetime.fromtimestamp(received.now, UTC)
        texts = [signed_text(name, time, key, received.body) for key in keys]
        try:
            if not any(verify_rsa(url, signature, text, at, received.receiver) for text in texts):
                raise BadSignature("wrong_signature")
        except UntrustedCertificate as untrusted:
            raise BadSignature(str(untrusted)) from None


def check_certificate_url(url: str, receiver: Receiver) -> None:
    """Raises `BadSignature` if the certificate's address is neither at PayPal nor at the API in the
    settings.
    """
    if not url.isascii() or not url.isprintable():
        raise BadSignature("foreign_certificate")
    try:
        parts, ours = urlsplit(url), urlsplit(receiver.api_url)
    except ValueError:
        raise BadSignature("foreign_certificate") from None
    at_paypal = parts.scheme == "https" and parts.netloc in HOSTS
    at_api = bool(receiver.api_url) and (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
    if not (at_paypal or at_api) or not _PATH.fullmatch(parts.path) or parts.query:
        raise BadSignature("foreign_certificate")


def signed_text(name: str, time: str, webhook: bytes, body: bytes) -> bytes:
    parts = (name.encode("utf-8", "replace"), time.encode("utf-8", "replace"), webhook)
    return b"|".join((*parts, str(zlib.crc32(body)).encode()))


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("malformed_signature") from None


SIGNATURE = PayPalSignature()
