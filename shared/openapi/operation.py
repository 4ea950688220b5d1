"""One operation of the API, and its description in OpenAPI, including what all operations have in
common.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shared.api.access import ROUTES, scopes_of
from shared.api.bodies import CAPTURE_FORM, CREDIT_CODE_FORM, NO_FIELDS
from shared.api.staff_actions import OPTIONAL_REASON
from shared.domain.record import Record
from shared.domain.shape import Definitions, JsonSchema
from shared.links.click_form import CODE
from shared.openapi.parts import ID, MONTH, SHORT, Schema, ref
from shared.webhooks import PROVIDERS

JSON, PROBLEM_JSON = "application/json", "application/problem+json"
HTML, FORM = "text/html; charset=utf-8", "application/x-www-form-urlencoded"
STRING: Schema = {"type": "string"}
CURSOR: Schema = {"type": "string", "description": "`next_cursor` of the previous page"}
PAGED: Mapping[str, JsonSchema] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    "cursor": CURSOR,
}
PATH_PARTS: Mapping[str, JsonSchema] = {
    "code": CODE.published,
    "ref_token": SHORT,
    "id": ID,
    "month": MONTH,
    "delivery": ID,
    "name": SHORT,
    "prefix": SHORT,
    "provider": {"enum": list(PROVIDERS)},
}
OFFER_FORM: Schema = {
    "type": "object",
    "properties": {"email": STRING | {"description": "Receives this page by email, once"}},
}
MAY_BE_LEFT_OUT = (CAPTURE_FORM, CREDIT_CODE_FORM, NO_FIELDS, OPTIONAL_REASON, OFFER_FORM)
"""Bodies that a request may leave out."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What one route receives and returns.

    * `name`: the operation id, `<resource>.<verb>`, by which clients call it.
    * `answer`, `status`, `media`: the successful answer; `media` is its content type.
    * `files`: other content types that it may return.
    * `body`: a `Record` if we read the body field by field, or else a schema. `None` if it has no
      body.
    * `sent_as`: the content type of the body.
    * `refusals`: statuses with which it may refuse, in addition to those of every operation.
    * `more_statuses`: other statuses that it may return, with what they mean.
    * `repeats`: whether it accepts an Idempotency-Key.
    """

    name: str
    summary: str
    answer: JsonSchema | None = None
    status: int = 200
    body: Record[Any] | Schema | None = None
    refusals: tuple[int, ...] = ()
    query: Mapping[str, JsonSchema] = field(default_factory=dict)
    more_statuses: Mapping[int, str] = field(default_factory=dict)
    repeats: bool = False
    media: str = JSON
    files: tuple[str, ...] = ()
    sent_as: str = JSON

    @property
    def resource(self) -> str:
        return self.name.partition(".")[0]


class Subject(NamedTuple):
    """The operations about one subject, by route, and the schemas that they name."""

    calls: Mapping[str, Operation]
    schemas: Mapping[str, JsonSchema] = {}


def describe_operation(route: str, call: Operation, definitions: Definitions) -> Schema:
    """The Operation Object of OpenAPI. A body with a name is added to `definitions`."""
    path = route.split(" ")[1]
    described: Schema = {
        "operationId": call.name,
        "tags": [call.resource],
        "summary": call.summary,
        "parameters": _parameters(path, call),
        "description": "Open to: " + (", ".join(sorted(scopes_of(route))) or "everybody"),
        "responses": _responses(route, path, call),
        "security": [{"key": []}] if route in ROUTES else [],
    }
    if call.body is not None:
        body = definitions.refer(call.body) if isinstance(call.body, Record) else call.body
        described["requestBody"] = {
            "required": call.body not in MAY_BE_LEFT_OUT,
            "content": {call.sent_as: {"schema": body}},
        }
    return described


def _parameters(path: str, call: Operation) -> list[Schema]:
    parts: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": PATH_PARTS[name]}
        for name in re.findall(r"{(\w+)}", path)
    ]
    queries: list[Schema] = [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in call.query.items()
    ]
    headers = []
    if call.repeats:
        headers.append(
            _header("Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 255})
        )
    if 428 in call.refusals:
        headers.append(
            _header(
                "If-Match",
                STRING | {"description": ('The version that you changed, such as `"3"`')},
            )
        )
    return [*parts, *queries, *headers]


def _header(name: str, schema: JsonSchema) -> Schema:
    return {"name": name, "in": "header", "required": False, "schema": schema}


def _responses(route: str, path: str, call: Operation) -> Schema:
    """The successful answer and every refusal, by status."""
    refused = (
        {HTML: {"schema": STRING}}
        if call.media == HTML
        else {PROBLEM_JSON: {"schema": ref("Problem")}}
    )
    responses: dict[str, Schema] = {
        str(status): {"description": "Refused", "content": refused}
        for status in _refusals(route, path, call)
    }
    responses["429"] = {
        "description": "Too many requests. Try again after `Retry-After`, or after a second",
        "content": {JSON: {"schema": ref("Refused")}, **refused},
    }
    if route in ROUTES:
        responses |= {"401": _refused_by_gateway(), "403": _refused_by_gateway()}
    for status, meaning in {call.status: call.summary, **call.more_statuses}.items():
        responses[str(status)] = {"description": meaning}
        if call.answer is not None and status < 300:
            files = {kind: {"schema": STRING} for kind in call.files}
            responses[str(status)]["content"] = {call.media: {"schema": call.answer}, **files}
    if not any(status.startswith("2") for status in responses):
        responses["default"] = {"description": "Errors of the gateway, such as 504"}
    return dict(sorted(responses.items()))


def _refusals(route: str, path: str, call: Operation) -> set[int]:
    """Statuses that the operation names, and statuses that follow from its path, body and query."""
    refusals = {*call.refusals, 500, 503}
    if "{id}" in path or call.body or (call.query and call.answer):
        refusals.add(422)
    if call.body or "cursor" in call.query:
        refusals.add(400)
    if not route.startswith("GET "):
        refusals.add(413)
    if call.repeats:
        refusals |= {400, 409}
    return refusals


def _refused_by_gateway() -> Schema:
    """The schema of a 401 or 403: the gateway's own form if the authorizer refused, our problem
    document if the session has ended.
    """
    return {
        "description": "This key may not do this",
        "content": {JSON: {"schema": ref("Refused")}, PROBLEM_JSON: {"schema": ref("Problem")}},
    }
