"""Adyen's signature: over eight fields of each item, in base64, inside the item."""

import json
from collections.abc import Mapping

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import parse_object
from shared.webhooks.signature import (
    BadSignature,
    Received,
    SignatureScheme,
    check_match,
    hmac_base64,
)

_SIGNED = (
    ("pspReference",),
    ("originalReference",),
    ("merchantAccountCode",),
    ("merchantReference",),
    ("amount", "value"),
    ("amount", "currency"),
    ("eventCode",),
    ("success",),
)
_ITEM, _SIGNATURE = "NotificationRequestItem", ("additionalData", "hmacSignature")


class AdyenSignature(SignatureScheme):
    """Every item of a delivery must be signed. Time, reason and additional data are not covered by
    the signature.
    """

    def check(self, keys: list[bytes], received: Received) -> None:
        try:
            items = items_of(parse_object(received.body))
        except UnusableDelivery:
            raise BadSignature("no_signature") from None
        for item in items:
            signature = item.value(*_SIGNATURE)
            if not isinstance(signature, str) or not signature:
                raise BadSignature("no_signature")
            check_match((hmac_base64(key, signed_text(item)) for key in keys), [signature])

    def decode_keys(self, secret: str) -> list[bytes]:
        """The key, from the hexadecimal digits that Adyen's Customer Area shows; empty if `secret`
        is anything else.
        """
        try:
            return [bytes.fromhex(secret)] if secret.isascii() else []
        except ValueError:
            return []

    def seal(self, secret: str, document: Mapping[str, object]) -> bytes:
        """The body that Adyen would send, with a signature in each item."""
        sealed = json.loads(json.dumps(document))
        for row in sealed["notificationItems"]:
            text = signed_text(JsonObject(row[_ITEM]))
            data = row[_ITEM].setdefault("additionalData", {})
            data["hmacSignature"] = hmac_base64(self.signing_key(secret), text)
        return json.dumps(sealed).encode()


def items_of(document: JsonObject) -> list[JsonObject]:
    """The items of a delivery. Raises `UnusableDelivery` if there are none, or if one of them is
    empty.
    """
    rows = document.rows("notificationItems")
    items = [JsonObject(row.value(_ITEM)) for row in rows]
    if not items or not all(item.fields for item in items):
        raise UnusableDelivery("missing_id", "notificationItems")
    return items


def signed_text(item: JsonObject) -> bytes:
    values = (item.value(*path) for path in _SIGNED)
    text = ":".join("" if value is None else str(value) for value in values)
    return text.encode("utf-8", "replace")


SIGNATURE = AdyenSignature()
