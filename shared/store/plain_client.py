"""A botocore client for DynamoDB that leaves out work which no request about items needs
(decision 234).

Credentials, signing, connections and retries stay botocore's own. What is replaced, botocore
offers to be replaced: components of a session, and listeners to a client's events.
"""

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.exceptions import UnknownServiceError
from botocore.hooks import BaseEventHooks
from botocore.loaders import Loader
from botocore.parsers import JSONParser, ResponseParserFactory
from botocore.session import Session

ITEM_OPERATIONS = (
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
)
"""The operations whose requests and answers are JSON as Python has it, except for binary values."""
_ITEM_ANSWERS = {f"{operation}Output" for operation in ITEM_OPERATIONS}
_BINARY = re.compile(rb'"BS?"\s*:')
_ENDPOINT_RULES = "endpoint-rule-set-1"


class PlainParser(JSONParser):
    """Reads the body of an answer about items as JSON and leaves it as it is. botocore's own parser
    would build a copy, field by field.

    That parser still reads every error, every other answer, and items with binary values.
    """

    def parse(self, response: Mapping[str, Any], shape: Any) -> Any:
        body = response["body"]
        is_about_items = shape is not None and shape.name in _ITEM_ANSWERS
        if not is_about_items or response["status_code"] != 200 or _BINARY.search(body):
            return super().parse(response, shape)
        try:
            answer = json.loads(body)
        except ValueError:
            return super().parse(response, shape)
        number = response["headers"].get("x-amzn-requestid", "")
        answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "RequestId": number}
        return answer


class PlainParsers(ResponseParserFactory):
    """Creates parsers of answers. All answers in JSON share one `PlainParser`; botocore would make
    a parser for each.
    """

    def __init__(self) -> None:
        super().__init__()
        self._json = PlainParser()

    def create_parser(self, protocol_name: str) -> Any:
        return self._json if protocol_name == "json" else super().create_parser(protocol_name)


class RegionalLoader(Loader):
    """Loads botocore's data without the rules that choose an endpoint for each single request.

    Without them botocore finds the region's endpoint once, when it makes the client.
    """

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        if type_name == _ENDPOINT_RULES:
            raise UnknownServiceError(service_name=service_name, known_service_names="none")
        return super().load_service_model(service_name, type_name, api_version)


def simplify(session: Session) -> None:
    """Replaces components of a session, for the clients that it makes from now on."""
    session.register_component("data_loader", RegionalLoader())
    session.register_component("response_parser_factory", PlainParsers())


def send_as_given(events: BaseEventHooks) -> None:
    """Makes a client send the parameters of `ITEM_OPERATIONS` as they are. botocore would send a
    copy that it makes along its model. `events` are the client's.
    """
    events.register("provide-client-params", _copy)  # type: ignore[arg-type]  # may answer
    events.register_last("before-parameter-build", _set_aside)
    for operation in ITEM_OPERATIONS:
        events.register_first(f"before-call.dynamodb.{operation}", _put_back)


@cache
def _encoder() -> json.JSONEncoder:
    return json.JSONEncoder(
        separators=(",", ":"), default=lambda binary: base64.b64encode(binary).decode()
    )


def _copy(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    return dict(params)


def _set_aside(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
    """Leaves botocore nothing to copy; other listeners of the event have seen the parameters."""
    if model.name in ITEM_OPERATIONS:
        context["given"] = _encoder().encode(params).encode()
        params.clear()


def _put_back(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = context.pop("given")
