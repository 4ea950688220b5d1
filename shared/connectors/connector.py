"""What one platform has to define so that codes can be held there (docs/connecting.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from shared.domain.platforms.codes import PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms


class TryLater(Exception):
    """The platform is busy or silent, or has not finished; nothing is lost by asking again."""

    def __init__(self, seconds: int, about: str):
        super().__init__(about)
        self.seconds = seconds


class PlatformRefused(Exception):
    """The platform will not do it, however often it is asked; the text says what to do."""


class StoreInfo(NamedTuple):
    """What a store says of itself, and the scopes by name that the token lacks."""

    name: str
    storefronts: tuple[str, ...]
    currency: str | None
    missing_scopes: tuple[str, ...]


class StoreCustomer(NamedTuple):
    """A store's customer; `id` is the one that its orders name."""

    id: str
    email: str | None
    name: str | None
    language: str | None
    since: datetime | None


class CustomerPage(NamedTuple):
    customers: Sequence[StoreCustomer]
    next: str | None


class MadeWebhooks(NamedTuple):
    """The platform's ids of our webhooks, and the secret that signs them."""

    ids: tuple[str, ...]
    secret: str


class FoundCode(NamedTuple):
    """What a platform has under a code; `offer` names what it belongs to there."""

    id: str
    offer: str


class Connector(Protocol):
    """One store at one platform.

    Each verb may be said again: what is there already is a success. All raise `TryLater` and
    `PlatformRefused`.
    """

    def look(self) -> StoreInfo:
        """The store that the token opens."""
        ...

    def offer(self, terms: OfferTerms, before: str | None) -> str:
        """Make or change what codes belong to, and name it. Under a new name all codes are put
        again.
        """
        ...

    def put(self, codes: Sequence[PlatformCode], terms: OfferTerms) -> list[PlatformCode]:
        """Each code as the platform has it afterwards, those with a problem too."""
        ...

    def drop(self, codes: Sequence[PlatformCode]) -> None:
        """Nobody can use the codes any more."""
        ...

    def find(self, codes: Sequence[str]) -> Mapping[str, FoundCode]:
        """What the platform has under codes, by the codes."""
        ...

    def webhooks(self, address: str) -> MadeWebhooks:
        """Subscribe what we need, once."""
        ...

    def customers(self, after: str | None) -> CustomerPage:
        """A page of the store's customers."""
        ...

    def customer(self, customer_id: str) -> StoreCustomer | None: ...

    def withdraw(self, offer: str | None, hooks: Sequence[str]) -> None:
        """Take back the offer and the webhooks that we made; codes are dropped before."""
        ...


@dataclass(frozen=True, slots=True)
class StoreKey:
    """A store's address and what opens it; `base_url` is where its API is, `our_url` where we are.

    `secret` has the fields that the platform's form asks for.
    """

    store: str
    base_url: str
    our_url: str
    secret: Mapping[str, str]
