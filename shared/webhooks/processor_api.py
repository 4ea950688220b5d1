"""How translators read from a processor's API (decision 185).

They need it for details that a delivery only names, and for details that could be forged in the
delivery.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery


class ApiUnavailable(Exception):
    """The processor's API did not answer in time, or refused the request for now.

    `seconds` is the time to wait before the next attempt; `None` if the API did not say.
    """

    def __init__(self, why: str, seconds: int | None = None):
        super().__init__(why)
        self.seconds = seconds


class ProcessorApi(Protocol):
    """The part of a processor's API that translators use."""

    base_url: str

    def get(self, path: str) -> JsonObject:
        """The object at a path.

        Raises `ApiUnavailable` if a later attempt may succeed, and `UnusableDelivery` if it cannot.
        """
        ...

    def rows(self, path: str) -> list[JsonObject]:
        """The objects of the list at a path, which may be empty. Raises the same errors as `get`."""
        ...


type PostForm = Callable[[str, Mapping[str, str], Mapping[str, str]], JsonObject]
"""Sends form fields (the second argument) with headers (the third) to a path. Returns the answer.
"""


@dataclass(frozen=True, slots=True)
class Authorization:
    """The headers that authorize a request, and for how many seconds they are valid; `None` if they
    do not expire.
    """

    headers: Mapping[str, str]
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """The address of a processor's API, and how requests to it are authorized.

    * `authorize`: makes the headers from the secret that staff stored as `<provider>_api`. It may
      request a token from the API.
    * `headers`: sent with every request in addition.
    """

    base_url: str
    authorize: Callable[[str, PostForm], Authorization]
    headers: tuple[tuple[str, str], ...] = ()


def bearer(secret: str, post_form: PostForm) -> Authorization:
    """The authorization of APIs whose secret is the bearer token itself."""
    return Authorization({"authorization": f"Bearer {secret}"})


class _NoApi:
    """The API of a provider whose API key is not set."""

    base_url = ""

    def get(self, path: str) -> JsonObject:
        raise UnusableDelivery("api_not_set_up")

    def rows(self, path: str) -> list[JsonObject]:
        raise UnusableDelivery("api_not_set_up")


NO_API: ProcessorApi = _NoApi()


def look_up(api: ProcessorApi, path: str) -> JsonObject:
    """The object at a path, for details that are useful but not required. Empty if the API is not
    set up or does not return the object.

    Raises `ApiUnavailable`, so that the processor sends the delivery again.
    """
    try:
        return api.get(path)
    except UnusableDelivery:
        return JsonObject(None)
