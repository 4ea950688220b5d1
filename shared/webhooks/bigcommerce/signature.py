"""BigCommerce's proof: a Standard Webhooks signature, or a header that staff chose with a webhook."""

from shared.webhooks.signature import Received, check_match, find_header
from shared.webhooks.standard import StandardSignature

HEADER = "X-Grapevine-Secret"
"""What it holds is given to BigCommerce when a webhook is made, and comes back with each event."""


class BigCommerceSignature(StandardSignature):
    """The secret is the client secret of the app that made the webhook, or a text of one's own.

    Whoever knows the header's text can do no more than make us read an order once more.
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
