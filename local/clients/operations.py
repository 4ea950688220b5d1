"""Reads the operations of the API from the OpenAPI document, in the form that the client templates
use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from shared.domain.shape import JsonSchema
from shared.openapi.parts import COMPONENTS

IDEMPOTENCY_KEY, IF_MATCH = "Idempotency-Key", "If-Match"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path, query or header parameter; `name` is its name in the API."""

    name: str
    schema: JsonSchema


@dataclass(frozen=True, slots=True)
class ClientOperation:
    """One method of a client.

    * `answer`: the schema of the response; None if it has no body, or no JSON or text body.
    * `open_to`: who may call it, as text.
    * `redirects`: whether the response is a redirect.
    * `repeatable`: whether a repeated request has no further effect.
    """

    resource: str
    verb: str
    method: str
    path: str
    summary: str
    open_to: str
    path_parts: tuple[Parameter, ...]
    query: tuple[Parameter, ...]
    headers: tuple[str, ...]
    body: JsonSchema | None
    body_required: bool
    answer: JsonSchema | None
    redirects: bool
    repeatable: bool

    @property
    def lists(self) -> str | None:
        """The name of the component whose pages the operation returns; None if it does not return a
        page of a list.
        """
        match self.answer:
            case {"properties": {"items": {"items": {"$ref": str(ref)}}, **others}} if list(
                others
            ) == ["next_cursor"]:
                return ref.removeprefix(COMPONENTS)
        return None

    @property
    def takes_key(self) -> bool:
        return IDEMPOTENCY_KEY in self.headers

    @property
    def makes_key(self) -> bool:
        """Whether a client makes an idempotency key by itself. For a `PUT` it does not, because a
        repeated `PUT` is safe without one.
        """
        return self.takes_key and self.method == "POST"

    @property
    def takes_version(self) -> bool:
        return IF_MATCH in self.headers


@dataclass(frozen=True, slots=True)
class Resource:
    """The operations on one subject; they are an attribute of a client."""

    name: str
    text: str
    operations: tuple[ClientOperation, ...]

    @property
    def class_name(self) -> str:
        return self.name.capitalize() + "Operations"


def read_resources(document: Mapping[str, Any]) -> list[Resource]:
    """The resources, ordered by name; the operations of each are in the order of the document."""
    told = [
        _read_operation(path, method, call)
        for path, methods in document["paths"].items()
        for method, call in methods.items()
    ]
    texts = {tag["name"]: tag["description"] for tag in document["tags"]}
    told.sort(key=attrgetter("resource"))
    return [
        Resource(name, texts[name], tuple(calls))
        for name, calls in groupby(told, attrgetter("resource"))
    ]


def _read_operation(path: str, method: str, call: Mapping[str, Any]) -> ClientOperation:
    resource, _, verb = call["operationId"].partition(".")
    status, answer = _answer(call["responses"])
    body = call.get("requestBody", {"required": False})
    headers = tuple(found.name for found in _parameters(call, "header"))
    creates = method == "post" and status == 201 and IDEMPOTENCY_KEY not in headers
    return ClientOperation(
        resource=resource,
        verb=verb,
        method=method.upper(),
        path=path,
        summary=call["summary"],
        open_to=call["description"],
        path_parts=_parameters(call, "path"),
        query=_parameters(call, "query"),
        headers=headers,
        body=_schema(body.get("content")),
        body_required=body["required"],
        answer=answer,
        redirects=status >= 300,
        repeatable=not creates,
    )


def _parameters(call: Mapping[str, Any], place: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(told["name"], told["schema"])
        for told in call["parameters"]
        if told["in"] == place
    )


def _answer(responses: Mapping[str, Any]) -> tuple[int, JsonSchema | None]:
    """The lowest success or redirect status, and the schema of its response."""
    status = min(int(status) for status in responses if status[0] in "23")
    return status, _schema(responses[str(status)].get("content"))


def _schema(content: Mapping[str, Any] | None) -> JsonSchema | None:
    if not content:
        return None
    schemas = [media["schema"] for media in content.values()]
    different = [schema for place, schema in enumerate(schemas) if schema not in schemas[:place]]
    return different[0] if len(different) == 1 else {"anyOf": different}
