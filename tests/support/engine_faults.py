"""Faulty answers of DynamoDB, in place of those of the engine."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from shared.store import engine

Respond = Callable[[object], AWSResponse | None]


class Died(Exception):
    """Stands for a function that was killed, or whose time ran out."""


class Raw:
    """The body of an HTTP answer, in the form that botocore reads."""

    def __init__(self, text: bytes):
        self.text = text

    def stream(self, **_):
        yield self.text


def answer(request, code: str, status: int = 400, **more) -> AWSResponse:
    body = json.dumps(
        {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}
    ).encode()
    return AWSResponse(
        request.url, status, {"content-type": "application/x-amz-json-1.0"}, Raw(body)
    )


def conflict(request) -> AWSResponse | None:
    """Answer that another transaction is in the way, which the engine of the tests never does.

    Returns None for a request without a transaction.
    """
    count = len(json.loads(request.body).get("TransactItems", ()))
    reasons = [{"Code": "TransactionConflict"}, *({"Code": "None"} for _ in range(count - 1))]
    return (
        answer(request, "TransactionCanceledException", CancellationReasons=reasons)
        if count
        else None
    )


def throttle(request) -> AWSResponse:
    return answer(request, "ThrottlingException")


def broken(request) -> AWSResponse:
    return answer(request, "InternalServerError", 500)


def die_before(request) -> None:
    raise Died


def die_after(request) -> None:
    send(request)
    raise Died


def lose(request) -> AWSResponse:
    """Execute the request, and answer that something went wrong."""
    send(request)
    return answer(request, "InternalServerError", 500)


def late(request) -> None:
    """Execute the request; its answer comes too late. Raises ReadTimeoutError."""
    send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def send(request) -> None:
    engine.connection().client._endpoint.http_session.send(request)


class Requests:
    """Counts the requests to the tables; `respond` answers those whose number `hit` chooses."""

    def __init__(self, respond: Respond, hit: Callable[[int], bool]):
        self.respond, self.hit = respond, hit
        self.sent = 0
        self.struck = False

    def __call__(self, request, **_) -> AWSResponse | None:
        self.sent += 1
        if not self.hit(self.sent):
            return None
        self.struck = True
        return self.respond(request)


@contextmanager
def inject_fault(
    respond: Respond, hit: Callable[[int], bool], operation: str = "*"
) -> Iterator[Requests]:
    """Answer some requests to the tables by `respond`; `hit` chooses them by number, from 1 on."""
    requests, events = Requests(respond, hit), engine.connection().client.meta.events
    name = f"before-send.dynamodb.{operation}"
    events.register(name, requests)
    try:
        yield requests
    finally:
        events.unregister(name, requests)
