"""What one payment processor or shop platform has to define so that its webhooks are understood."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from shared.domain.orders.sources import Source
from shared.webhooks.foreign_json import JsonObject, text_of
from shared.webhooks.listing import Listing
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import NO_API, ApiAccess, ProcessorApi
from shared.webhooks.signature import SignatureScheme, find_header

LONGEST_TOPIC = 100


@dataclass(frozen=True, slots=True)
class ProviderDelivery:
    """One authentic piece of news that a translator reads.

    `topic` is the provider's name for the kind of event, `at` the time of arrival. `headers` are
    signed by no provider. `api` answers what the news only names. With `accept_sandbox` the shop is
    not live yet, and sandbox payments count as real ones.
    """

    provider: str
    topic: str
    at: datetime
    document: JsonObject
    accept_sandbox: bool = False
    headers: Mapping[str, str] = MappingProxyType({})
    api: ProcessorApi = NO_API


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


def parse_object(body: bytes) -> JsonObject:
    """A body of JSON. Numbers with a fraction become `Decimal`, so that no digit of an amount is
    lost. Raises `UnusableDelivery` for what is no JSON object.
    """
    try:
        document = json.loads(body.decode(), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise UnusableDelivery("unreadable_body")
    return JsonObject(document)


def no_customer(delivery: "ProviderDelivery") -> str | None:
    """For providers that tell of orders alone."""
    return None


def whole_body(document: JsonObject) -> list[JsonObject]:
    """For providers that send one piece of news in each delivery."""
    return [document]


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: its name in our addresses, its signature, and its translator.

    `translate` raises `UnusableDelivery` for news that say nothing about an order. `source` is
    whose word its deliveries are; of what a shopper can write there they carry the evidence alone.
    The topic stands in the header `topic_header`, else in the body under `topic_path`. `parse`
    reads a body, `split` finds the pieces of news in it. `acknowledgement` is the text that the
    provider wants for an answer whatever became of them. `api` says how its API is reached,
    `listing` how it tells its news once more.
    `customer_of` finds the id of a customer whom a delivery is about, and no order.
    """

    name: str
    signature: SignatureScheme
    translate: Callable[[ProviderDelivery], ProviderUpdate]
    source: Source = Source.PROCESSOR
    topic_header: str | None = None
    topic_path: tuple[str, ...] = ("type",)
    is_ping: Callable[[Mapping[str, str], bytes], bool] = is_no_ping
    parse: Callable[[bytes], JsonObject] = parse_object
    split: Callable[[JsonObject], list[JsonObject]] = whole_body
    acknowledgement: str | None = None
    api: ApiAccess | None = None
    listing: Listing | None = None
    customer_of: Callable[[ProviderDelivery], str | None] = no_customer

    def open_deliveries(
        self,
        headers: Mapping[str, str],
        body: bytes,
        at: datetime,
        accept_sandbox: bool,
        api: ProcessorApi = NO_API,
    ) -> list[ProviderDelivery]:
        """The news of a delivery. Raises `UnusableDelivery` for a body that cannot be read."""
        return [
            self.delivery_of(news, at, accept_sandbox, headers, api)
            for news in self.split(self.parse(body))
        ]

    def delivery_of(
        self,
        news: JsonObject,
        at: datetime,
        accept_sandbox: bool,
        headers: Mapping[str, str],
        api: ProcessorApi,
    ) -> ProviderDelivery:
        """One piece of news as a translator reads it."""
        topic = self._topic(headers, news)
        return ProviderDelivery(self.name, topic, at, news, accept_sandbox, headers, api)

    def _topic(self, headers: Mapping[str, str], news: JsonObject) -> str:
        header = self.topic_header
        named = find_header(headers, header) if header else news.value(*self.topic_path)
        return text_of(named, LONGEST_TOPIC) or "unnamed"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
