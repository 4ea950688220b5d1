"""Verifies that a delivery comes from its provider: what all signatures over the raw body have in
common.
"""

import base64
import hashlib
import hmac
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

TOLERANCE_SECONDS = 300
EMPTY_SECRET = "the webhook secret is empty"
MINIMUM_SECRET = 16
"""Shortest secret: characters, or bytes of its decoded key. Standard Webhooks asks for 24."""

_SECONDS = re.compile(r"[0-9]{1,12}")
_PARTS = re.compile(r"[\s,]+")


class BadSignature(Exception):
    """The delivery is not proven authentic. `reason` is a code for logs; the sender does not see
    it.
    """

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class WeakSecret(ValueError):
    """A secret that could be guessed, or that cannot be used as a key."""


def _read_nothing(url: str) -> bytes:
    raise BadSignature("nothing_to_read_with")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Our side of the deliveries, for signature schemes that need more than the delivery.

    * `url`: our own address for the provider.
    * `api_url`: the address of the provider's API.
    * `download`: reads a public document of the provider, such as a certificate.
    * `root_file`: the trusted root certificates, if they are not those of the system.
    """

    url: str = ""
    api_url: str = ""
    download: Callable[[str], bytes] = _read_nothing
    root_file: str | None = None


NOWHERE = Receiver()


@dataclass(frozen=True, slots=True)
class Received:
    """One delivery as it arrived. `now` is in Unix seconds."""

    headers: Mapping[str, str]
    body: bytes
    now: int
    tolerance_seconds: int = TOLERANCE_SECONDS
    receiver: Receiver = NOWHERE


class SignatureScheme(ABC):
    """How a provider signs. A configured secret may contain several secrets, separated by blanks or
    commas.
    """

    @abstractmethod
    def check(self, keys: list[bytes], received: Received) -> None:
        """Raises `BadSignature` if none of the keys made the signature."""

    def verify(
        self,
        secret: str,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
        tolerance_seconds: int = TOLERANCE_SECONDS,
        receiver: Receiver = NOWHERE,
    ) -> None:
        """Checks the signature of a delivery. Raises `BadSignature` if none of the secrets in
        `secret` made it, or if `secret` is empty.
        """
        keys = [key for text in self.split_secret(secret) for key in self.decode_keys(text)]
        if not keys:
            raise BadSignature("no_secret")
        seconds = int(now.timestamp())
        self.check(keys, Received(headers, body, seconds, tolerance_seconds, receiver))

    def check_secret(self, secret: str) -> None:
        """Raises `WeakSecret` if the secret is empty, too short or malformed."""
        if not _PARTS.sub("", secret):
            raise WeakSecret(EMPTY_SECRET)
        for text in self.list_secrets(secret):
            keys = self.decode_keys(text)
            if not keys or any(len(key) < MINIMUM_SECRET for key in keys):
                raise WeakSecret(
                    f"the webhook secret is shorter than {MINIMUM_SECRET} characters "
                    "or not in its form"
                )

    def list_secrets(self, secret: str) -> list[str]:
        """The single secrets in a configured secret."""
        return [text for text in _PARTS.split(secret) if text]

    def split_secret(self, secret: str) -> list[str]:
        """The secrets with which a delivery may be signed. We sign with the first one.

        A part that is shorter than the minimum is left out. If it counted, a short piece of a
        secret could be a key.
        """
        if not _PARTS.sub("", secret):
            return []
        whole = secret.strip()
        parts = [part for part in _PARTS.split(whole) if len(part) >= MINIMUM_SECRET]
        return [*(part for part in parts if part != whole), whole]

    def decode_keys(self, secret: str) -> list[bytes]:
        """The possible keys of a secret; empty if it cannot be a key."""
        return [secret.encode()]

    def signing_key(self, secret: str) -> bytes:
        return self.decode_keys(self.split_secret(secret)[0])[-1]


class HeaderSignature(SignatureScheme):
    """A signature in headers, made with a secret that we and the provider share."""

    @abstractmethod
    def sign(self, secret: str, body: bytes, now: datetime) -> dict[str, str]:
        """The headers that the provider would send with this body at the instant `now`."""


class BodySignature(HeaderSignature):
    """A signature over the body only, in one header. It is base64 unless `digest` says differently.

    It contains no time, so old deliveries cannot be recognised.
    """

    def __init__(self, header: str, digest: Callable[[bytes, bytes], str] | None = None):
        self.header, self.digest = header, digest or hmac_base64

    def sign(self, secret: str, body: bytes, now: datetime) -> dict[str, str]:
        return {self.header: self.digest(self.signing_key(secret), body)}

    def check(self, keys: list[bytes], received: Received) -> None:
        signature = find_header(received.headers, self.header)
        if not signature:
            raise BadSignature("no_signature")
        given = [text.strip() for text in signature.split(",")]
        check_match((self.digest(key, received.body) for key in keys), given)


class TimedForm(NamedTuple):
    """How one header contains a time and signatures, as `t=<Unix seconds>,v1=<signature>`.

    `joint` stands between the time and the body in the signed text.
    """

    header: str
    separator: str
    time: str
    signature: str
    joint: bytes


class TimedSignature(HeaderSignature):
    """A signature over time and body, in hexadecimal digits, in one header.

    While a secret is being replaced, the header has several signatures. `most_seconds` is the
    provider's own limit of a signature's age, if it has one below ours.
    """

    def __init__(self, form: TimedForm, most_seconds: int | None = None):
        self.form, self.most_seconds = form, most_seconds

    def sign(self, secret: str, body: bytes, now: datetime) -> dict[str, str]:
        form, seconds = self.form, str(int(now.timestamp()))
        signature = hmac_hex(self.signing_key(secret), seconds.encode() + form.joint + body)
        parts = (f"{form.time}={seconds}", f"{form.signature}={signature}")
        return {form.header: form.separator.join(parts)}

    def check(self, keys: list[bytes], received: Received) -> None:
        form, text = self.form, find_header(received.headers, self.form.header)
        parts = [part.partition("=") for part in text.split(form.separator)]
        times = [value.strip() for name, _, value in parts if name.strip() == form.time]
        signatures = [value.strip() for name, _, value in parts if name.strip() == form.signature]
        signatures = [signature for signature in signatures if signature]
        if len(set(times)) != 1 or not signatures:
            raise BadSignature("no_signature")
        limits = (received.tolerance_seconds, self.most_seconds)
        check_age(times[0], received.now, min(limit for limit in limits if limit is not None))
        content = times[0].encode() + form.joint + received.body
        check_match((hmac_hex(key, content) for key in keys), signatures)


def find_header(headers: Mapping[str, str], name: str) -> str:
    """The value of a header without blanks at its ends; empty if it is absent. The case of `name`
    does not matter. A header that came twice has both values, with a comma between them.
    """
    for key, value in headers.items():
        if key.lower() == name.lower():
            return str(value).strip()
    return ""


def check_age(seconds: str, now: int, tolerance_seconds: int) -> None:
    """Raises `BadSignature` if the time of a signature (Unix seconds) is malformed, or more than
    `tolerance_seconds` before or after `now`.
    """
    if not _SECONDS.fullmatch(seconds):
        raise BadSignature("malformed_timestamp")
    if abs(now - int(seconds)) > tolerance_seconds:
        raise BadSignature("stale_timestamp")


def check_match(expected: Iterable[str], signatures: list[str]) -> None:
    """Raises `BadSignature` if none of the signatures is one of the expected ones.

    All pairs are compared in constant time, so the duration does not show which pair matches.
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
