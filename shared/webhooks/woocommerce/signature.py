"""WooCommerce's signature, and the secrets that its shops have."""

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
    """A body signature by a generated secret, which may itself contain blanks and commas."""

    def list_secrets(self, secret: str) -> list[str]:
        return [secret.strip()]

    def split_secret(self, secret: str) -> list[str]:
        """The whole text comes first, since it may be one secret."""
        *parts, whole = super().split_secret(secret) or [""]
        return [whole, *parts] if whole else []

    def decode_keys(self, secret: str) -> list[bytes]:
        """WooCommerce stores the secret escaped for HTML and signs with the unescaped one."""
        pattern = "|".join(_HTML_QUOTING)
        unescaped = re.sub(pattern, lambda match: _HTML_QUOTING[match[0]], secret)
        return list(dict.fromkeys((secret.encode(), unescaped.encode())))
