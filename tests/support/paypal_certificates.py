"""A root of our own, and a certificate under it that signs as PayPal signs."""

import base64
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from shared.webhooks.paypal.signature import ALGORITHM, signed_text

HOST = "messageverificationcerts.paypal.com"
CERT_URL = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42"
BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@cache
def key(name: str) -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def _builder(subject: str, issuer: str, days: timedelta | None = None) -> x509.CertificateBuilder:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(key(issuer).public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key(subject).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(BEGIN + days if days else END)
        .add_extension(authority, False)
    )


@cache
def root(name: str = "root") -> x509.Certificate:
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key(name).public_key())
    built = _builder(name, name).add_extension(x509.BasicConstraints(True, None), True)
    return (
        built.add_extension(usage, True).add_extension(identifier, False).sign(key(name), SHA256())
    )


def leaf(host: str = HOST, issuer: str = "root", days: timedelta | None = None) -> x509.Certificate:
    server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    names = x509.SubjectAlternativeName([x509.DNSName(host)])
    built = _builder("leaf", issuer, days).add_extension(names, False)
    return built.add_extension(server, False).sign(key(issuer), SHA256())


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


@cache
def chain() -> bytes:
    return pem(leaf(), root())


@cache
def root_file() -> str:
    path = Path(tempfile.mkdtemp(prefix="roots-")) / "roots.pem"
    path.write_bytes(pem(root()))
    return str(path)


def sign(
    webhook_id: str, body: bytes, now: datetime, url: str = CERT_URL, signer: str = "leaf"
) -> Mapping[str, str]:
    """The headers of a delivery to a webhook of this id."""
    name, time = "3f983bc0-ba1e-11ed-b701-5da37665886d", now.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = signed_text(name, time, webhook_id.encode(), body)
    signature = key(signer).sign(text, PKCS1v15(), SHA256())
    return {
        "paypal-auth-algo": ALGORITHM,
        "paypal-cert-url": url,
        "paypal-transmission-id": name,
        "paypal-transmission-time": time,
        "paypal-transmission-sig": base64.b64encode(signature).decode(),
    }
