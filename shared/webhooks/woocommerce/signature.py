"""WooCommerce's signature, and the special form of its secrets."""

import re

from shared.webhooks.signature import BodySignature

HEADER = "X-WC-Webhook-Signature"
_HTML_QUOTING = {
    "&quot;": '"',
    "&#034;": '"',
    "&#x22;": '"',
    "&#039;": "'",
    "&#x27;": "'",
    "&lt;": "<",
    "&#060;": "<",
    "&gt;": ">",
    "&#062;": ">",
    "&amp;": "&",
    "&#038;": "&",
    "&#x26;": "&",
}


class WooCommerceSignature(BodySignature):
    """A body signature with a generated secret. The secret itself may contain blanks and commas."""

    def list_secrets(self, secret: str) -> list[str]:
        return [secret.strip()]

    def split_secret(self, secret: str) -> list[str]:
        """The secrets that may have signed. The whole text is first, because it may be one secret."""
        *parts, whole = super().split_secret(secret) or [""]
        return [whole, *parts] if whole else []

    def decode_keys(self, secret: str) -> list[bytes]:
        """The keys of a secret, as given and unescaped. WooCommerce stores the secret escaped for
        HTML, but signs with the unescaped one.
        """
        pattern = "|".join(_HTML_QUOTING)
        unescaped = re.sub(pattern, lambda match: _HTML_QUOTING[match[0]], secret)
        return list(dict.fromkeys((secret.encode(), unescaped.encode())))
