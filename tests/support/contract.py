"""What each processor is held to by being in the registry: bodies of one order's life, and its signature.

A `Contract` is written once a processor, in `tests/support/contracts/<name>.py`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ProcessorApi
from shared.webhooks.provider import parse_object
from shared.webhooks.signature import NOWHERE, Receiver

REFUNDED = "paid, then refunded in part"
REFUND_FAILED = "a refund that fails"
REFUNDED_WHOLLY = "paid, then refunded in full"
DISPUTE_WON = "a dispute that is won"
DISPUTE_LOST = "a dispute that is lost"
CANCELLED = "cancelled before it is paid"
LIVES = (REFUNDED, REFUND_FAILED, REFUNDED_WHOLLY, DISPUTE_WON, DISPUTE_LOST, CANCELLED)


@dataclass(frozen=True)
class Told:
    """One delivery: its body (bytes, or a document), its headers beside the signature, and what the
    processor's API answers by path from then on.
    """

    body: object
    headers: Mapping[str, str] = field(default_factory=dict)
    api: Mapping[str, object] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Life:
    """Deliveries about one order in the order in which they happened.

    `kept` is what is kept of its items in the end, in minor units of its currency.
    """

    told: tuple[Told, ...]
    kept: int


@dataclass(frozen=True)
class Contract:
    """A processor's side. `sign` makes headers and body as the processor sends them.

    `lives` makes the bodies for an order of which every id ends in `mark`, with the token in its
    place; `lacks` says why the processor has no such life. `sandbox` is a paid order of test mode,
    or why there is none; `irrelevant` a topic that says nothing about an order.
    """

    provider: str
    secret: str
    other_secret: str
    sign: Callable[[str, bytes, datetime], tuple[Mapping[str, str], bytes]]
    lives: Callable[[str, str | None], Mapping[str, Life]]
    irrelevant: Told
    sandbox: Told | str
    lacks: Mapping[str, str] = field(default_factory=dict)
    receiver: Receiver = NOWHERE
    api_url: str = ""

    def api(self, documents: Mapping[str, object]) -> ProcessorApi:
        return AnsweredApi(documents, self.api_url)


@dataclass(frozen=True)
class AnsweredApi:
    """A processor's API that knows these documents, by their paths."""

    documents: Mapping[str, object]
    base_url: str = ""

    def get(self, path: str) -> JsonObject:
        if path not in self.documents:
            raise UnusableDelivery("not_at_processor", path)
        return parse_object(json.dumps(self.documents[path]).encode())

    def rows(self, path: str) -> list[JsonObject]:
        return parse_object(json.dumps({"rows": self.documents.get(path, [])}).encode()).rows(
            "rows"
        )


def header_signer(signature) -> Callable[[str, bytes, datetime], tuple[Mapping[str, str], bytes]]:
    """For signatures that stand in headers."""
    return lambda secret, body, now: (signature.sign(secret, body, now), body)
