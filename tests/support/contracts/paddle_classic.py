"""Paddle Classic: forms that sign themselves with a key of RSA. What went back stays gone."""

import base64
import json
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from shared.webhooks.paddle_classic.signature import FIELD, serialize_fields
from tests.support.contract import (
    CANCELLED,
    DISPUTE_LOST,
    DISPUTE_WON,
    REFUND_FAILED,
    REFUNDED,
    REFUNDED_WHOLLY,
    Contract,
    Life,
    Told,
)

_SALE = "payment_succeeded"


def _private_pem() -> str:
    key = generate_private_key(public_exponent=65_537, key_size=2_048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def sign_form(secret: str, body: bytes, now: datetime) -> tuple[dict[str, str], bytes]:
    """The form with its signature; the time plays no part. `secret` is a private key as PEM."""
    key = load_pem_private_key(secret.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    content = serialize_fields(dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True)))
    signature = base64.b64encode(key.sign(content, PKCS1v15(), SHA1())).decode()
    return {}, body + b"&" + urlencode({FIELD: signature}).encode()


def _alert(name: str, mark: str, day: int, amounts: dict, alert_id: str = "1") -> Told:
    fields = {
        "alert_id": f"{alert_id}{mark}",
        "alert_name": name,
        "order_id": f"9-{mark}",
        "checkout_id": f"7-{mark}",
        "currency": "EUR",
        "email": f"{mark}@example.com",
        "event_time": f"2026-02-{day:02d} 10:00:00",
    }
    return Told(urlencode(fields | amounts).encode())


def _paid(mark: str, token: str | None, receipt: str = "https://my.paddle.com/receipt/1") -> Told:
    """100.00 and 19.00 tax."""
    words = json.dumps({"gv_ref": token}) if token else "Zoë & co"
    sale = {"sale_gross": "119.00", "payment_tax": "19.00", "coupon": "", "passthrough": words}
    return _alert(_SALE, mark, 1, sale | {"receipt_url": receipt})


def _refund(mark: str, amount: str, kind: str = "partial", name: str = "2", day: int = 2) -> Told:
    fields = {"amount": amount, "refund_type": kind}
    return _alert("payment_refunded", mark, day, fields, name)


def _dispute(mark: str, end: str, day: int) -> Told:
    fields = {"amount": "59.50", "status": end}
    topic = "payment_dispute_created" if end == "open" else "payment_dispute_closed"
    return _alert(topic, mark, day, fields, end)


def lives(mark: str, token: str | None) -> dict[str, Life]:
    paid, first = _paid(mark, token), _refund(mark, "29.75")
    opened = _dispute(mark, "open", 2)
    return {
        REFUNDED: Life(
            (paid, first, _refund(mark, "11.90", name="3"), _refund(mark, "9.00", "vat", "4")),
            6_500,
        ),
        REFUNDED_WHOLLY: Life((paid, first, _refund(mark, "89.25", "full", "3")), 0),
        DISPUTE_WON: Life((paid, opened, _dispute(mark, "closed", 9)), 10_000),
        DISPUTE_LOST: Life((paid, opened), 5_000),
    }


CONTRACT = Contract(
    "paddle_classic",
    _private_pem(),
    _private_pem(),
    sign_form,
    lives,
    _alert("subscription_created", "1", 1, {"status": "active"}),
    _paid("test", None, "https://sandbox-my.paddle.com/receipt/1"),
    {
        REFUND_FAILED: "Paddle Classic tells a refund when its money moved",
        CANCELLED: "Paddle Classic tells of an order when it is paid",
    },
)
