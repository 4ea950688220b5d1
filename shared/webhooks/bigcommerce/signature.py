"""BigCommerce's proof of authenticity: a Standard Webhooks signature, or a header that staff chose
when they created the webhook.
"""

from shared.webhooks.signature import Received, check_match, find_header
from shared.webhooks.standard import StandardSignature

HEADER = "X-Grapevine-Secret"
"""Staff give this header to BigCommerce when they create a webhook. BigCommerce sends it back with
each event.
"""


class BigCommerceSignature(StandardSignature):
    """The secret is the client secret of the app that created the webhook, or a text that staff
    chose for the header.

    Somebody who learns that text cannot do much harm: a forged event only makes us read an order
    again.
    """

    def check(self, keys: list[bytes], received: Received) -> None:
        given = find_header(received.headers, HEADER)
        if given:
            check_match((key.decode() for key in keys), [given])
        else:
            super().check(keys, received)

    def decode_keys(self, secret: str) -> list[bytes]:
        return [secret.encode()] if secret else []


SIGNATURE = BigCommerceSignature()
