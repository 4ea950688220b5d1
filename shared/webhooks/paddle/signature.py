"""Paddle's signature: over time and body, in hexadecimal digits, in one header."""

from datetime import datetime

from shared.webhooks.signature import (
    BadSignature,
    HeaderSignature,
    Received,
    check_age,
    check_match,
    find_header,
    hmac_hex,
)

HEADER = "Paddle-Signature"
TOLERANCE_SECONDS = 5
"""The value in Paddle's own libraries. Paddle signs again when it sends a delivery again, so late
deliveries are not lost.
"""


class PaddleSignature(HeaderSignature):
    """`ts=<Unix seconds>;h1=<signature>`. While a secret is being replaced, there are several `h1`."""

    def sign(self, secret: str, body: bytes, now: datetime) -> dict[str, str]:
        seconds = str(int(now.timestamp()))
        signature = hmac_hex(self.signing_key(secret), f"{seconds}:".encode() + body)
        return {HEADER: f"ts={seconds};h1={signature}"}

    def check(self, keys: list[bytes], received: Received) -> None:
        parts = [part.partition("=") for part in find_header(received.headers, HEADER).split(";")]
        times = [value.strip() for name, _, value in parts if name.strip() == "ts"]
        signatures = [value.strip() for name, _, value in parts if name.strip() == "h1"]
        signatures = [signature for signature in signatures if signature]
        if len(times) != 1 or not signatures:
            raise BadSignature("no_signature")
        check_age(times[0], received.now, min(received.tolerance_seconds, TOLERANCE_SECONDS))
        content = f"{times[0]}:".encode() + received.body
        check_match((hmac_hex(key, content) for key in keys), signatures)


SIGNATURE = PaddleSignature()
