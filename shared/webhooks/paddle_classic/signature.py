"""Paddle Classic's signature: RSA over the form fields in PHP's `serialize` format."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from shared.webhooks.signature import BadSignature, Received, SignatureScheme

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

FIELD = "p_signature"
MOST_FIELDS = 200
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----([^-]*)-----END \1-----")
_PUBLIC = "PUBLIC KEY"


class PaddleClassicSignature(SignatureScheme):
    """The secret is the account's public key in PEM format. Several keys are written one after the
    other.

    A private key is accepted in place of its public key, so that a local system can also sign.
    """

    def check(self, keys: list[bytes], received: Received) -> None:
        """Raises `BadSignature` if no key matches. The signature contains no time, so old alerts
        cannot be refused. A repeated alert has the same `alert_id`.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA1

        fields = parse_form(received.body)
        signature = _decode(fields.pop(FIELD, ""))
        if not signature:
            raise BadSignature("no_signature")
        content = serialize_fields(fields)
        for key in keys:
            try:
                _load_public(key).verify(signature, content, PKCS1v15(), SHA1())
            except InvalidSignature:
                continue
            return
        raise BadSignature("wrong_signature")

    def list_secrets(self, secret: str) -> list[str]:
        """Each key with its BEGIN and END lines. A text without such lines is returned as one
        secret, which is not a valid key.
        """
        return [match[0] for match in _PEM.finditer(secret)] or [secret.strip()]

    def split_secret(self, secret: str) -> list[str]:
        return [text for text in self.list_secrets(secret) if text]

    def decode_keys(self, secret: str) -> list[bytes]:
        """The public key in DER format; empty if the text is not an RSA key."""
        match = _PEM.fullmatch(secret)
        der = _decode("".join(match[2].split())) if match else b""
        key = _public_der(der, is_public=match[1] == _PUBLIC) if match and der else b""
        return [key] if key else []


def parse_form(body: bytes) -> dict[str, str]:
    """The fields of a form. Raises `BadSignature` if the body is not a form or has more than
    `MOST_FIELDS` fields.
    """
    try:
        rows = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise BadSignature("unreadable_form") from None
    return dict(rows)


def serialize_fields(fields: Mapping[str, str]) -> bytes:
    """The fields, sorted by name, as PHP's `serialize` writes an array of texts.

    Lengths are in bytes.
    """
    texts = [text.encode() for name in sorted(fields) for text in (name, fields[name])]
    parts = [b's:%d:"%s";' % (len(text), text) for text in texts]
    return b"a:%d:{%s}" % (len(fields), b"".join(parts))


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _load_public(der: bytes) -> "RSAPublicKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(der)
    if not isinstance(key, RSAPublicKey):
        raise ValueError("no key of RSA")
    return key


def _public_der(der: bytes, *, is_public: bool) -> bytes:
    """The public key in one fixed DER form, from a public or a private key; empty if it cannot be
    read.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_der_private_key,
    )

    try:
        if is_public:
            key = _load_public(der)
        else:
            private = load_der_private_key(der, None)
            if not isinstance(private, RSAPrivateKey):
                return b""
            key = private.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return b""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


SIGNATURE = PaddleClassicSignature()
