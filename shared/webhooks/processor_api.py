"""What a processor's API answers, and how it is reached (decision 185).

A translator asks it for what a delivery only names, or names in a way that could be forged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery


class ApiUnavailable(Exception):
    """The processor's API did not answer in time, or asked us to come back later.

    `seconds` is when, where it said so.
    """

    def __init__(self, why: str, seconds: int | None = None):
        super().__init__(why)
        self.seconds = seconds


class ProcessorApi(Protocol):
    """A processor's API, as a translator sees it."""

    base_url: str

    def get(self, path: str) -> JsonObject:
        """The object under a path.

        Raises `ApiUnavailable` for what passes, `UnusableDelivery` for what does not.
        """
        ...

    def rows(self, path: str) -> list[JsonObject]:
        """The objects of a list under a path, which may be empty. Raises as `get` does."""
        ...


type PostForm = Callable[[str, Mapping[str, str], Mapping[str, str]], JsonObject]
"""Sends fields as a form to a path, under headers."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """The headers of a request, and for how many seconds they are good; None: for ever."""

    headers: Mapping[str, str]
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """Where a processor's API is, and what opens it.

    `authorize` takes the secret that staff keeps under `<provider>_api`; it may ask the API itself
    for a token. Requests carry `headers` as well.
    """

    base_url: str
    authorize: Callable[[str, PostForm], Authorization]
    headers: tuple[tuple[str, str], ...] = ()


def bearer(secret: str, post_form: PostForm) -> Authorization:
    """For APIs whose secret is the token itself."""
    return Authorization({"authorization": f"Bearer {secret}"})


class _NoApi:
    """Stands for an API that nobody has set up."""

    base_url = ""

    def get(self, path: str) -> JsonObject:
        raise UnusableDelivery("api_not_set_up")

    def rows(self, path: str) -> list[JsonObject]:
        raise UnusableDelivery("api_not_set_up")


NO_API: ProcessorApi = _NoApi()


def look_up(api: ProcessorApi, path: str) -> JsonObject:
    """What is good to know and not needed: empty where nobody set up the API, or it knows nothing.

    Raises `ApiUnavailable`, so that the processor sends the news again.
    """
    try:
        return api.get(path)
    except UnusableDelivery:
        return JsonObject(None)
