"""Standard Webhooks: the shop's server or another system sends order facts in our own format."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.domain.kinds import Unread
from shared.domain.orders.facts_document import ORDER
from shared.domain.orders.merging import MOST_REFS
from shared.domain.orders.sources import Source
from shared.domain.record import Record
from shared.domain.shape import ObjectList, Shape
from shared.webhooks.foreign_json import JsonObject, rfc3339, text_of
from shared.webhooks.money_fields import ITEMISED
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.signature import (
    BadSignature,
    HeaderSignature,
    Received,
    check_age,
    check_match,
    find_header,
    hmac_base64,
)
from shared.webhooks.update_fields import build_update

EVENT = "OrderChanged"
DEEPEST = 9
"""Limit for the levels of nested values in a body."""
VERSION = "v1,"


class StandardSignature(HeaderSignature):
    """A signature over message id, time and body. A secret is `whsec_` followed by a key in base64."""

    def sign(
        self, secret: str, body: bytes, now: datetime, message_id: str | None = None
    ) -> dict[str, str]:
        """The headers of a signed message. Without `message_id`, an id is made from the body."""
        message_id = message_id or "msg_" + hashlib.sha256(body).hexdigest()[:24]
        seconds = str(int(now.timestamp()))
        content = f"{message_id}.{seconds}.".encode() + body
        return {
            "webhook-id": message_id,
            "webhook-timestamp": seconds,
            "webhook-signature": VERSION + hmac_base64(self.signing_key(secret), content),
        }

    def check(self, keys: list[bytes], received: Received) -> None:
        headers = received.headers
        message_id = find_header(headers, "webhook-id")
        seconds = find_header(headers, "webhook-timestamp")
        signatures = [
            value.removeprefix(VERSION)
            for value in find_header(headers, "webhook-signature").split()
            if value.startswith(VERSION) and value != VERSION
        ]
        if not message_id or not signatures:
            raise BadSignature("no_signature")
        check_age(seconds, received.now, received.tolerance_seconds)
        content = message_id.encode("utf-8", "replace") + f".{seconds}.".encode() + received.body
        check_match((hmac_base64(key, content) for key in keys), signatures)

    def decode_keys(self, secret: str) -> list[bytes]:
        text = secret.removeprefix("whsec_").rstrip("=")
        try:
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):
            return []
        return [key] if key else []


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    """The order facts in the body. The domain checks the single fields later.

    Names that are not fields of an order are removed. They reach neither the bus nor the parked
    deliveries.
    """
    if delivery.topic != EVENT:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    facts = delivery.document.value("data")
    if not isinstance(facts, dict):
        raise UnusableDelivery("missing_id", "data")
    order = JsonObject(facts)
    if order.text("id") is None:
        raise UnusableDelivery("missing_id", "data.id, which must be text")
    as_of = order.instant("as_of") or delivery.document.instant("timestamp")
    rank = {"totals_rank": ITEMISED} if "items_total" in order else {}
    update = build_update(delivery, as_of or rfc3339(delivery.at), _read_refs(order), rank)
    known = _known_fields(_json_ready_object(facts, DEEPEST), ORDER)
    return ProviderUpdate(known | update.facts)


def _known_fields(value: Mapping[str, object], record: Record[Any]) -> dict[str, object]:
    """The fields of `value` that the record declares. Objects and lists inside it are reduced in
    the same way.
    """
    return {
        field.name: _known(value[field.name], field.shape)
        for field in record.fields
        if field.name in value and not isinstance(field.shape, Unread)
    }


def _known(value: object, shape: Shape[Any]) -> object:
    if isinstance(shape, Record) and isinstance(value, Mapping):
        return _known_fields(value, shape)
    if isinstance(shape, ObjectList) and isinstance(value, list):
        return [_known(row, shape.row) for row in value]
    return value


def _read_refs(order: JsonObject) -> list[str]:
    refs = order.value("refs")
    return [ref for ref in map(text_of, refs[:MOST_REFS]) if ref] if isinstance(refs, list) else []


def _json_ready(value: object, depth: int) -> object:
    """The value with decimals as text. Our amounts have no fractions, so the domain refuses such a
    text.

    Raises `UnusableDelivery` for a value that is nested too deeply or that cannot be encoded in
    UTF-8.
    """
    if depth == 0:
        raise UnusableDelivery("unreadable_body")
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, dict):
        return _json_ready_object(value, depth)
    if isinstance(value, list):
        return [_json_ready(entry, depth - 1) for entry in value]
    return str(value) if isinstance(value, Decimal) else value


def _json_ready_object(value: Mapping[str, object], depth: int) -> dict[str, object]:
    return {_encodable(name): _json_ready(entry, depth - 1) for name, entry in value.items()}


def _encodable(text: str) -> str:
    """Returns the text. Raises `UnusableDelivery` if it contains half a character (a lone
    surrogate), which JSON escapes can produce.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UnusableDelivery("unreadable_body")
    return text


SIGNATURE = StandardSignature()
"""Also signs the webhooks that we send."""
PROVIDER = Provider("standard", SIGNATURE, translate, Source.SHOP)
