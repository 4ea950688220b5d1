"""Is a delivery from whom it claims to be: the signature schemes of the processors, over the raw bytes of the body."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from shared.webhooks.delivery import header

TOLERANCE_SECONDS = 300
MINIMUM_SECRET = 16
"""Characters of a secret, for `standard` bytes of its key: Standard Webhooks asks for 24, processors issue 32 and more."""

STRIPE_SIGNATURE = "stripe-signature"
SHOPIFY_SIGNATURE = "x-shopify-hmac-sha256"
WOOCOMMERCE_SIGNATURE = "x-wc-webhook-signature"

_PING = re.compile(rb"webhook_id=\d{1,20}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_PARTS = re.compile(r"[\s,]+")
_HTML_QUOTING = {
    "&quot;": '"',
    "&#034;": '"',
    "&#x22;": '"',
    "&#039;": "'",
    "&#x27;": "'",
    "&lt;": "<",
    "&#060;": "<",
    "&gt;": ">",
    "&#062;": ">",
    "&amp;": "&",
    "&#038;": "&",
    "&#x26;": "&",
}


class BadSignature(Exception):
    """The delivery is not proven authentic; `reason` is a code for logs, never shown to the sender."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class WeakSecret(ValueError):
    """A secret that could be guessed, or that cannot be a key at all."""


def verify(
    provider: str,
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    tolerance_seconds: int = TOLERANCE_SECONDS,
) -> None:
    """Raises `BadSignature`, and `KeyError` for an unknown provider; `secret` may hold several, set apart by blanks or commas."""
    scheme = _SCHEMES[provider]
    keys = [key for text in _secrets(provider, secret) for key in _keys(provider, text)]
    if not keys:
        raise BadSignature("no_secret")
    scheme(keys, headers, body, int(now.timestamp()), tolerance_seconds)


def check_secret(provider: str, secret: str) -> None:
    """Raises `WeakSecret` for one that must not be configured: empty, shorter than `MINIMUM_SECRET`, or not base64 where it has to be."""
    texts = (
        [secret.strip()]
        if provider == "woocommerce"
        else [text for text in _PARTS.split(secret) if text]
    )
    if not _PARTS.sub("", secret):
        raise WeakSecret(f"the webhook secret of {provider} is empty")
    for text in texts:
        keys = _keys(provider, text)
        if not keys or any(len(key) < MINIMUM_SECRET for key in keys):
            raise WeakSecret(
                f"the webhook secret of {provider} is shorter than {MINIMUM_SECRET} characters or not in its form"
            )


def sign(
    provider: str, secret: str, body: bytes, now: datetime, message: str | None = None
) -> dict[str, str]:
    """The headers under which the processor would send this body at that time; `standard` gives every message an id."""
    key = _keys(provider, _secrets(provider, secret)[0])[-1]
    seconds = str(int(now.timestamp()))
    if provider == "stripe":
        return {"Stripe-Signature": f"t={seconds},v1={_hex(key, seconds.encode() + b'.' + body)}"}
    if provider == "shopify":
        return {"X-Shopify-Hmac-Sha256": _base64(key, body)}
    if provider == "woocommerce":
        return {"X-WC-Webhook-Signature": _base64(key, body)}
    message = message or "msg_" + hashlib.sha256(body).hexdigest()[:24]
    signature = _base64(key, f"{message}.{seconds}.".encode() + body)
    return {
        "webhook-id": message,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }


def is_ping(provider: str, headers: Mapping[str, str], body: bytes) -> bool:
    """WooCommerce's unsigned greeting when a webhook is saved: it wants a 200 and says nothing."""
    return (
        provider == "woocommerce"
        and not header(headers, WOOCOMMERCE_SIGNATURE)
        and _PING.fullmatch(body.strip()) is not None
    )


def _secrets(provider: str, secret: str) -> list[str]:
    """The secrets that a configured text may mean.

    The generated secrets of WooCommerce contain blanks and commas, so its whole text comes first; parts that are
    shorter than the minimum never count, else a piece of a secret would be a key.
    """
    if not _PARTS.sub("", secret):
        return []
    whole = secret.strip()
    parts = [part for part in _PARTS.split(whole) if len(part) >= MINIMUM_SECRET and part != whole]
    return [whole, *parts] if provider == "woocommerce" else [*parts, whole]


def _keys(provider: str, text: str) -> list[bytes]:
    if provider == "standard":
        return _decoded(text.removeprefix("whsec_"))
    if provider == "woocommerce":
        return list(dict.fromkeys((text.encode(), _unquoted(text).encode())))
    return [text.encode()]


def _decoded(text: str) -> list[bytes]:
    try:
        key = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        return []
    return [key] if key else []


def _unquoted(text: str) -> str:
    """WooCommerce stores its secret escaped for HTML and signs with the unescaped one."""
    return re.sub("|".join(_HTML_QUOTING), lambda match: _HTML_QUOTING[match[0]], text)


def _stripe(
    keys: list[bytes], headers: Mapping[str, str], body: bytes, now: int, tolerance: int
) -> None:
    pairs = [part.partition("=") for part in header(headers, STRIPE_SIGNATURE).split(",")]
    times = [value.strip() for name, _, value in pairs if name.strip() == "t"]
    signatures = [
        value.strip() for name, _, value in pairs if name.strip() == "v1" and value.strip()
    ]
    if len(times) != 1 or not signatures:
        raise BadSignature("no_signature")
    _check_age(times[0], now, tolerance)
    _check_match((_hex(key, times[0].encode() + b"." + body) for key in keys), signatures)


def _plain_base64(name: str) -> Callable[..., None]:
    def check(
        keys: list[bytes], headers: Mapping[str, str], body: bytes, now: int, tolerance: int
    ) -> None:
        signature = header(headers, name)
        if not signature:
            raise BadSignature("no_signature")
        _check_match((_base64(key, body) for key in keys), [signature])

    return check


def _standard(
    keys: list[bytes], headers: Mapping[str, str], body: bytes, now: int, tolerance: int
) -> None:
    message, seconds = header(headers, "webhook-id"), header(headers, "webhook-timestamp")
    signatures = [
        value[3:]
        for value in header(headers, "webhook-signature").split()
        if value.startswith("v1,") and value[3:]
    ]
    if not message or not signatures:
        raise BadSignature("no_signature")
    _check_age(seconds, now, tolerance)
    content = message.encode("utf-8", "replace") + b"." + seconds.encode() + b"." + body
    _check_match((_base64(key, content) for key in keys), signatures)


def _check_age(seconds: str, now: int, tolerance: int) -> None:
    if not _SECONDS.fullmatch(seconds):
        raise BadSignature("malformed_timestamp")
    if abs(now - int(seconds)) > tolerance:
        raise BadSignature("stale_timestamp")


def _check_match(expected: Iterator[str], signatures: list[str]) -> None:
    """Every expected signature meets every one given, each in constant time, whichever of them matches."""
    given = [signature.encode("utf-8", "replace") for signature in signatures]
    matches = [hmac.compare_digest(mine.encode(), theirs) for mine in expected for theirs in given]
    if True not in matches:
        raise BadSignature("wrong_signature")


def _hex(key: bytes, content: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _base64(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()


_SCHEMES: dict[str, Callable[..., None]] = {
    "stripe": _stripe,
    "shopify": _plain_base64(SHOPIFY_SIGNATURE),
    "woocommerce": _plain_base64(WOOCOMMERCE_SIGNATURE),
    "standard": _standard,
}
