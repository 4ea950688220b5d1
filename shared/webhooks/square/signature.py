"""Square's signature: over our own address and the body, in base64, in one header."""

from datetime import datetime

from shared.webhooks.signature import (
    BadSignature,
    HeaderSignature,
    Received,
    check_match,
    find_header,
    hmac_base64,
)

HEADER = "x-square-hmacsha256-signature"


class SquareSignature(HeaderSignature):
    """The signature contains no time. The address is the one under which the webhook is registered
    at Square.
    """

    def sign(self, secret: str, body: bytes, now: datetime, url: str = "") -> dict[str, str]:
        return {HEADER: hmac_base64(self.signing_key(secret), url.encode() + body)}

    def check(self, keys: list[bytes], received: Received) -> None:
        signature, url = find_header(received.headers, HEADER), received.receiver.url
        if not signature or not url:
            raise BadSignature("no_signature")
        content = url.encode() + received.body
        check_match((hmac_base64(key, content) for key in keys), [signature])


SIGNATURE = SquareSignature()
