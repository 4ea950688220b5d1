"""The certificates with which PayPal signs its webhooks. Each is downloaded once and verified up to
a trusted root.
"""

import ssl
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.webhooks.signature import Receiver

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

OWNER = ".paypal.com"
MOST_CACHED = 8


class UntrustedCertificate(Exception):
    """The file is not a certificate, or the certificate has expired, is not PayPal's, or has no
    trusted root.
    """


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The public key of a verified certificate, and the end of its validity."""

    key: "RSAPublicKey"
    until: datetime


_cache: dict[tuple[str, str | None], SigningKey] = {}
"""Keys by the address of the certificate and the root file, cached in this process."""


def verify_rsa(url: str, signature: bytes, text: bytes, at: datetime, receiver: Receiver) -> bool:
    """Whether the key of the certificate at `url` made the signature of the text. Raises
    `UntrustedCertificate`.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        _find_key(url, at, receiver).key.verify(signature, text, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _find_key(url: str, at: datetime, receiver: Receiver) -> SigningKey:
    name = (url, receiver.root_file)
    cached = _cache.get(name)
    if cached is None or at > cached.until:
        cached = read_key(receiver.download(url), at, receiver.root_file)
        if len(_cache) >= MOST_CACHED:
            _cache.clear()
        _cache[name] = cached
    return cached


def read_key(pem: bytes, at: datetime, root_file: str | None) -> SigningKey:
    """The key of the first certificate in a file. The other certificates in the file lead from it
    to a root.

    If the file has no others, only name and dates are checked, because the file came from PayPal's
    own host over TLS. Raises `UntrustedCertificate`.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        first, *others = x509.load_pem_x509_certificates(pem)
        key = first.public_key()
    except ValueError:
        raise UntrustedCertificate("no_certificate") from None
    if not isinstance(key, RSAPublicKey):
        raise UntrustedCertificate("no_rsa_key")
    if not first.not_valid_before_utc <= at <= first.not_valid_after_utc:
        raise UntrustedCertificate("certificate_out_of_time")
    owner = _owner(first)
    if others:
        _check_chain(first, others, owner, at, root_file)
    return SigningKey(key, first.not_valid_after_utc)


def _owner(certificate: "Certificate") -> str:
    """PayPal's host name in the certificate. Raises `UntrustedCertificate` if there is none."""
    from cryptography import x509

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        hosts = names.value.get_values_for_type(x509.DNSName)
    except (x509.ExtensionNotFound, ValueError):
        hosts = []
    owner = next((host for host in hosts if host.endswith(OWNER) and "*" not in host), None)
    if owner is None:
        raise UntrustedCertificate("not_paypals_certificate")
    return owner


def _check_chain(
    first: "Certificate",
    others: list["Certificate"],
    owner: str,
    at: datetime,
    root_file: str | None,
) -> None:
    from cryptography.x509 import DNSName
    from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

    store = Store(_roots(root_file))
    verifier = PolicyBuilder().store(store).time(at).build_server_verifier(DNSName(owner))
    try:
        verifier.verify(first, others)
    except VerificationError:
        raise UntrustedCertificate("untrusted_chain") from None


@cache
def _roots(root_file: str | None) -> list["Certificate"]:
    """The root certificates: from `root_file`, or from OpenSSL's default file, or from botocore."""
    from botocore.httpsession import where
    from cryptography.x509 import load_pem_x509_certificates

    file = root_file or ssl.get_default_verify_paths().cafile or where()
    return load_pem_x509_certificates(Path(file).read_bytes())
