"""Stripe's signature: over time and body, in hexadecimal digits, in one header."""

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

HEADER = "Stripe-Signature"


class StripeSignature(HeaderSignature):
    """`t=<Unix seconds>,v1=<signature>`. While a secret is being replaced, there are several `v1`."""

    def sign(self, secret: str, body: bytes, now: datetime) -> dict[str, str]:
        seconds = str(int(now.timestamp()))
        signature = hmac_hex(self.signing_key(secret), seconds.encode() + b"." + body)
        return {HEADER: f"t={seconds},v1={signature}"}

    def check(self, keys: list[bytes], received: Received) -> None:
        parts = [part.partition("=") for part in find_header(received.headers, HEADER).split(",")]
        times = [value.strip() for name, _, value in parts if name.strip() == "t"]
        signatures = [value.strip() for name, _, value in parts if name.strip() == "v1"]
        signatures = [signature for signature in signatures if signature]
        if len(times) != 1 or not signatures:
            raise BadSignature("no_signature")
        check_age(times[0], received.now, received.tolerance_seconds)
        content = times[0].encode() + b"." + received.body
        check_match((hmac_hex(key, content) for key in keys), signatures)


SIGNATURE = StripeSignature()
