"""What one payment processor or shop platform has to define so that its webhooks are understood."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared.domain.orders.sources import Source
from shared.webhooks.foreign_json import JsonObject, text_of
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.signature import SignatureScheme, find_header

LONGEST_TOPIC = 100


@dataclass(frozen=True, slots=True)
class ProviderDelivery:
    """One authentic delivery that a translator reads.

    `topic` is the provider's name for the kind of event, `at` the time of arrival. With
    `accept_sandbox` the shop is not live yet, and sandbox payments count as real ones.
    """

    provider: str
    topic: str
    at: datetime
    document: JsonObject
    accept_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class ProviderUpdate:
    """What a delivery says about one order: the JSON-ready detail of an `OrderChanged` event."""

    facts: dict[str, object]

    @property
    def first_ref(self) -> str | None:
        """The provider's first name for the order, such as `stripe:cs_1`."""
        refs = self.facts["refs"]
        return str(refs[0]) if isinstance(refs, list) and refs else None


def is_no_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """For providers that send no unsigned greeting."""
    return False


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: its name in our addresses, its signature, and its translator.

    `translate` raises `UnusableDelivery` for a delivery that says nothing about an order. `source`
    is whose word its deliveries are; of what a shopper can write there they carry the evidence alone.
    `topic_header` is for providers that name the topic in a header and not in the body's `type`.
    """

    name: str
    signature: SignatureScheme
    translate: Callable[[ProviderDelivery], ProviderUpdate]
    source: Source = Source.PROCESSOR
    topic_header: str | None = None
    is_ping: Callable[[Mapping[str, str], bytes], bool] = is_no_ping

    def open_delivery(
        self, headers: Mapping[str, str], body: bytes, at: datetime, accept_sandbox: bool
    ) -> ProviderDelivery:
        """Raises `UnusableDelivery` for a body that is not a JSON object."""
        document = _parse_object(body)
        header = self.topic_header
        named = find_header(headers, header) if header else document.value("type")
        topic = text_of(named, LONGEST_TOPIC) or "unnamed"
        return ProviderDelivery(self.name, topic, at, document, accept_sandbox)


def _parse_object(body: bytes) -> JsonObject:
    """Numbers with a fraction become `Decimal`, so that no digit of an amount is lost."""
    try:
        document = json.loads(body.decode(), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise UnusableDelivery("unreadable_body")
    return JsonObject(document)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
