"""What each payment processor or shop platform defines, so that its webhooks can be translated."""

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
    """One event from an authentic delivery: the input of a translator.

    * `topic`: the provider's name for the kind of event.
    * `at`: the time of arrival.
    * `document`: the JSON of the event.
    * `accept_sandbox`: the shop is not live yet, so sandbox payments count as real ones.
    * `headers`: the headers of the request. No provider signs them.
    * `api`: the provider's API, for details that the event only names.
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
    """What a delivery says about one order: the detail of an `OrderChanged` event, which can be
    written as JSON.
    """

    facts: dict[str, object]

    @property
    def first_ref(self) -> str | None:
        """The first of the provider's ids for the order, such as `stripe:cs_1`; `None` if there is
        none.
        """
        refs = self.facts["refs"]
        return str(refs[0]) if isinstance(refs, list) and refs else None


def is_no_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """The `is_ping` of providers that send no unsigned test request."""
    return False


def parse_object(body: bytes) -> JsonObject:
    """The JSON object in a body. Numbers with a fraction become `Decimal`, so that no digit of an
    amount is lost. Raises `UnusableDelivery` if the body is not a JSON object.
    """
    try:
        document = json.loads(body.decode(), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise UnusableDelivery("unreadable_body")
    return JsonObject(document)


def no_customer(delivery: "ProviderDelivery") -> str | None:
    """The `customer_of` of providers that send only events about orders."""
    return None


def whole_body(document: JsonObject) -> list[JsonObject]:
    """The `split` of providers that send one event in each delivery."""
    return [document]


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: its name in our URLs, its signature and its translator.

    * `translate`: raises `UnusableDelivery` for news that says nothing about an order.
    * `source`: who is the author of its deliveries. Text that a buyer can write is never more than
      evidence.
    * `topic_header`: the header with the topic. Without it, the topic is in the body at
      `topic_path`.
    * `is_ping`: recognises the provider's unsigned test request.
    * `parse`: reads a body.
    * `split`: finds the pieces of news in a body.
    * `acknowledgement`: the text that the provider requires as the answer to every delivery.
    * `api`: how its API is reached.
    * `listing`: how its list of past news is read.
    * `customer_of`: the id of the customer, if the news is about a customer and not about an order.
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
        """The events in a body. Raises `UnusableDelivery` if the body cannot be read."""
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
        """One event in the form that translators read."""
        topic = self._topic(headers, news)
        return ProviderDelivery(self.name, topic, at, news, accept_sandbox, headers, api)

    def _topic(self, headers: Mapping[str, str], news: JsonObject) -> str:
        header = self.topic_header
        named = find_header(headers, header) if header else news.value(*self.topic_path)
        return text_of(named, LONGEST_TOPIC) or "unnamed"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
