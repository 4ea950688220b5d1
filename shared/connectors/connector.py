"""What each platform must define so that stores can be connected there (docs/connecting.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from shared.domain.document import FieldError
from shared.domain.platforms.codes import PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms


class TryLater(Exception):
    """The platform is busy, silent or not finished. Nothing is lost if the request is repeated
    after `seconds`.
    """

    def __init__(self, seconds: int, about: str):
        super().__init__(about)
        self.seconds = seconds


class UnreadableAnswer(TryLater):
    """The answer does not come from the platform's API: it is the page of a proxy, or of something
    else at the store's address.
    """


class PlatformRefused(Exception):
    """The platform refuses, and would refuse again. The text says what to do. If a field of
    `ConnectionForm` is to blame, `fault` names the field and says what is wrong with it.
    """

    def __init__(self, text: str, fault: FieldError | None = None):
        super().__init__(text)
        self.fault = fault


class StoreInfo(NamedTuple):
    """What a store says about itself. `storefronts` are the hosts at which people buy;
    `missing_scopes` are the scopes that the token lacks.
    """

    name: str
    storefronts: tuple[str, ...]
    currency: str | None
    missing_scopes: tuple[str, ...]


class StoreCustomer(NamedTuple):
    """A store's customer. `id` is the id that the store's orders name; `since` is when the store
    got to know them.
    """

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
    """What a platform has under a code.

    * `offer`: the id of the offer that the code belongs to there. Where codes belong to no offer
      object, it is empty for codes that are not ours.
    * `ours`: whether the offer has a name of ours. Only Shopify's connector says so.
    """

    id: str
    offer: str
    ours: bool = False


class Connector(Protocol):
    """One store at one platform.

    Each method is safe to repeat: if something exists already, that is a success. All of them raise
    `TryLater` and `PlatformRefused`.
    """

    def look(self) -> StoreInfo:
        """What the store says about itself, and which scopes the token lacks."""
        ...

    def offer(self, terms: OfferTerms, before: str | None) -> str:
        """Creates the offer that codes belong to, or changes the one with the id `before` to these
        terms, and returns its id. If the id is another one than `before`, the caller must put all
        codes again.
        """
        ...

    def put(self, codes: Sequence[PlatformCode], terms: OfferTerms) -> list[PlatformCode]:
        """Creates the codes at the platform, or gives existing ones these terms. Returns each code
        as the platform has it now, including codes with a problem.
        """
        ...

    def drop(self, codes: Sequence[PlatformCode]) -> None:
        """Removes the codes, so that nobody can use them."""
        ...

    def find(self, codes: Sequence[str]) -> Mapping[str, FoundCode]:
        """What the platform has under these codes, by code, including codes that are not ours. A
        code that the platform does not have is left out.
        """
        ...

    def webhooks(self, address: str) -> MadeWebhooks:
        """Subscribes `address` to the webhooks that we need, each once. The secret that signs them
        may be a new one.
        """
        ...

    def customers(self, after: str | None) -> CustomerPage:
        """A page of the store's customers; `after` is the cursor from the page before."""
        ...

    def customer(self, customer_id: str) -> StoreCustomer | None:
        """The customer with this id; `None` if the store has none."""
        ...

    def withdraw(self, offer: str | None, hooks: Sequence[str]) -> None:
        """Removes the offer and the webhooks that we made, by their ids. The codes have been
        dropped before. What is gone already is no error.
        """
        ...


@dataclass(frozen=True, slots=True)
class StoreKey:
    """The address of a store and the access to it.

    * `base_url`: the address of its API.
    * `our_url`: our own address.
    * `secret`: the fields that staff entered for the platform.
    """

    store: str
    base_url: str
    our_url: str
    secret: Mapping[str, str]
