"""The Lambda handler of the API: calls the function of a route and turns errors into problem
documents.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.api.cross_origin import reading_headers
from shared.api.json_text import write_json
from shared.api.request import LARGEST_BODY, Request
from shared.invocation import Event, invocation, make_ready
from shared.log import describe_fault, logger
from shared.problem import EXPECTED, HEADERS, no_such_route, problem, refusal_of, status_of
from shared.store.deadline import within

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

LONGEST_ANSWER_SECONDS = 30
"""How long the gateway waits for an answer. Used only for calls without a Lambda context; other
calls have their own remaining time.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a route: a JSON document, or no body.

    If `content_type` is set, the body is text or bytes of that type.
    """

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    content_type: str | None = None


type Route = Callable[[Request], Answer]


class Api:
    """A Lambda handler. The gateway names the route, and the handler calls the function of that
    route.

    `for_pages` says whether pages of the shop may read the answers (`shared.api.cross_origin`).
    """

    def __init__(self, for_pages: bool = True) -> None:
        make_ready()
        self.for_pages = for_pages
        self.routes: dict[str, Route] = {}
        self.largest: dict[str, int] = {}

    def route[F: Route](self, key: str, largest: int = LARGEST_BODY) -> Callable[[F], F]:
        """Registers the function of a route of the template, such as `PUT /v1/members/{id}`.

        `largest` is the largest body that the route accepts, in bytes.
        """

        def register(function: F) -> F:
            self.routes[key], self.largest[key] = function, largest
            return function

        return register

    def __call__(self, event: Event, context: "LambdaContext | None" = None) -> dict[str, object]:
        seconds = (
            context.get_remaining_time_in_millis() / 1000 if context else LONGEST_ANSWER_SECONDS
        )
        with invocation(context, event["requestContext"].get("requestId")), within(seconds):
            return self._respond(event)

    def _respond(self, event: Event) -> dict[str, object]:
        request = Request(event, self.largest.get(event["routeKey"], LARGEST_BODY))
        try:
            answer = self._answer_or_refuse(request)
            return response(_let_page_read(request, answer) if self.for_pages else answer)
        except Exception as error:  # every fault becomes a 500; an alarm counts them
            fault = {"route": request.route, **describe_fault(error)}
            logger.error("unhandled fault", extra=fault)
            return response(self.refusal(request, error))

    def _answer_or_refuse(self, request: Request) -> Answer:
        try:
            return self._answer(request)
        except EXPECTED as error:
            return self.refusal(request, error)

    def refusal(self, request: Request, error: Exception) -> Answer:
        """The answer to an error: a problem document. The handlers of pages override this method."""
        return refused(error)

    def _answer(self, request: Request) -> Answer:
        """The answer of the route's function. Raises an error if the caller's credentials have
        ended or the body is too large, even if the function reads neither.
        """
        function = self.routes.get(request.route)
        if function is None:
            raise no_such_route()
        _ = request.caller, request.raw
        return function(request)


def _let_page_read(request: Request, answer: Answer) -> Answer:
    """The answer, with the headers that let the shop's own pages read it."""
    allowing = reading_headers(request)
    if not allowing or allowing.keys() & answer.headers.keys():
        return answer
    vary = ", ".join(filter(None, (answer.headers.get("vary"), "origin")))
    return replace(answer, headers={**answer.headers, **allowing, "vary": vary})


def response(answer: Answer) -> dict[str, object]:
    """An answer in the form that API Gateway expects."""
    content_type = answer.content_type or "application/json"
    content = {} if answer.body is None else {"content-type": content_type}
    document: dict[str, object] = {
        "statusCode": int(answer.status),
        "headers": {**content, "cache-control": "no-store", **answer.headers},
        "body": _body_text(answer),
        "cookies": list(answer.cookies),
    }
    if isinstance(answer.body, bytes):
        document["isBase64Encoded"] = True
    return document


def _body_text(answer: Answer) -> str:
    if answer.body is None:
        return ""
    if isinstance(answer.body, bytes):
        return base64.b64encode(answer.body).decode()
    if answer.content_type and isinstance(answer.body, str):
        return answer.body
    return write_json(answer.body)


def refused(error: Exception) -> Answer:
    """The problem document for an error."""
    refusal = refusal_of(error)
    headers = {
        "content-type": "application/problem+json",
        **HEADERS.get(type(refusal), {}),
        **refusal.headers,
    }
    return Answer(problem(refusal), status_of(refusal).value, headers)
