"""Base64 for addresses, cookies and headers (RFC 4648, section 5), without padding."""

import base64


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def decode(text: str) -> bytes:
    """The bytes in a text. Raises `ValueError` if it has other characters than base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
