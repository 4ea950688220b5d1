"""Whether a delivery comes from its provider: signatures by HMAC-SHA256 over the raw body."""

import base64
import hashlib
import hmac
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime

TOLERANCE_SECONDS = 300
MINIMUM_SECRET = 16
"""Characters of a secret, or bytes of its decoded key. Standard Webhooks asks for 24."""

_SECONDS = re.compile(r"[0-9]{1,12}")
_PARTS = re.compile(r"[\s,]+")


class BadSignature(Exception):
    """The delivery is not proven authentic; `reason` is a code for logs, not for the sender."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class WeakSecret(ValueError):
    """A secret that could be guessed, or that cannot be a key at all."""


class SignatureScheme(ABC):
    """How a provider signs. A configured secret may hold several, set apart by blanks or commas."""

    @abstractmethod
    def sign(self, secret: str, body: bytes, now: datetime) -> dict[str, str]:
        """The headers with which the provider would send this body now."""

    @abstractmethod
    def check(
        self,
        keys: list[bytes],
        headers: Mapping[str, str],
        body: bytes,
        now: int,
        tolerance_seconds: int,
    ) -> None:
        """Raises `BadSignature` unless one of the keys signed; `now` is in Unix seconds."""

    def verify(
        self,
        secret: str,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
        tolerance_seconds: int = TOLERANCE_SECONDS,
    ) -> None:
        """Raises `BadSignature`, also where the secret is empty."""
        keys = [key for text in self.split_secret(secret) for key in self.decode_keys(text)]
        if not keys:
            raise BadSignature("no_secret")
        self.check(keys, headers, body, int(now.timestamp()), tolerance_seconds)

    def check_secret(self, secret: str) -> None:
        """Raises `WeakSecret` for a secret that must not be configured."""
        if not _PARTS.sub("", secret):
            raise WeakSecret("the webhook secret is empty")
        for text in self.list_secrets(secret):
            keys = self.decode_keys(text)
            if not keys or any(len(key) < MINIMUM_SECRET for key in keys):
                raise WeakSecret(
                    f"the webhook secret is shorter than {MINIMUM_SECRET} characters "
                    "or not in its form"
                )

    def list_secrets(self, secret: str) -> list[str]:
        """The secrets that staff wrote."""
        return [text for text in _PARTS.split(secret) if text]

    def split_secret(self, secret: str) -> list[str]:
        """The secrets that may have signed, the first of which we sign with.

        A part that is shorter than the minimum never counts, or a piece of a secret would be a key.
        """
        if not _PARTS.sub("", secret):
            return []
        whole = secret.strip()
        parts = [part for part in _PARTS.split(whole) if len(part) >= MINIMUM_SECRET]
        return [*(part for part in parts if part != whole), whole]

    def decode_keys(self, secret: str) -> list[bytes]:
        """The keys that one secret may stand for; empty where it cannot be a key."""
        return [secret.encode()]

    def signing_key(self, secret: str) -> bytes:
        return self.decode_keys(self.split_secret(secret)[0])[-1]


class BodySignature(SignatureScheme):
    """The signature of the body alone, in base64, in one header. It tells no time."""

    def __init__(self, header: str):
        self.header = header

    def sign(self, secret: str, body: bytes, now: datetime) -> dict[str, str]:
        return {self.header: hmac_base64(self.signing_key(secret), body)}

    def check(
        self,
        keys: list[bytes],
        headers: Mapping[str, str],
        body: bytes,
        now: int,
        tolerance_seconds: int,
    ) -> None:
        signature = find_header(headers, self.header)
        if not signature:
            raise BadSignature("no_signature")
        check_match((hmac_base64(key, body) for key in keys), [signature])


def find_header(headers: Mapping[str, str], name: str) -> str:
    """The value of a header, stripped; empty where it is absent. Case does not matter."""
    for key, value in headers.items():
        if key.lower() == name.lower():
            return str(value).strip()
    return ""


def check_age(seconds: str, now: int, tolerance_seconds: int) -> None:
    """Raises `BadSignature` for a signature that is too old, or too far in the future."""
    if not _SECONDS.fullmatch(seconds):
        raise BadSignature("malformed_timestamp")
    if abs(now - int(seconds)) > tolerance_seconds:
        raise BadSignature("stale_timestamp")


def check_match(expected: Iterable[str], signatures: list[str]) -> None:
    """Raises `BadSignature` unless one of the signatures is expected.

    All pairs are compared, each in constant time, so that timing does not tell which one matches.
    """
    given = [signature.encode("utf-8", "replace") for signature in signatures]
    matches = [
        hmac.compare_digest(text.encode(), signature) for text in expected for signature in given
    ]
    if True not in matches:
        raise BadSignature("wrong_signature")


def hmac_hex(key: bytes, content: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def hmac_base64(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()
