"""Refusals: exceptions with a stable code and a sentence that says what to do. `STATUSES` maps them
to HTTP statuses.
"""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from types import MappingProxyType

from shared.bus import BusRefused
from shared.domain.document import FieldError, InvalidDocument
from shared.queue import QueueRefused
from shared.secrets import OtherPepper
from shared.store.cursors import InvalidCursor
from shared.store.engine import TableBusy
from shared.store.outages import is_passing

RETRY_AFTER_SECONDS = 1


class Problem(Exception):
    """A request that is refused. `more` are further fields of the answer, such as `available`."""

    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, code: str, detail: str, **more: object):
        super().__init__(code)
        self.code, self.detail, self.more = code, detail, more


class BadRequest(Problem):
    """The request cannot be read."""


class Unauthorized(Problem):
    """The caller is unknown, or the credentials have ended."""


class Forbidden(Problem):
    """The caller may not do this."""


class NotFound(Problem):
    """What the request names does not exist, or the caller may not know that it exists."""


class Conflict(Problem):
    """The request contradicts the current state."""


class PreconditionFailed(Problem):
    """The version that the caller saw is no longer the current one."""


class TooLarge(Problem):
    """The body is larger than this route accepts."""


class Unprocessable(Problem):
    """The document can be read but not used. `faults` name its fields."""

    def __init__(self, code: str, detail: str, faults: Collection[FieldError] = (), **more: object):
        super().__init__(
            code,
            detail,
            errors=[{"field": fault.field, "message": fault.message} for fault in faults],
            **more,
        )


class PreconditionRequired(Problem):
    """The caller must say which version they saw."""


class TooManyRequests(Problem):
    """The caller sends too many requests and may try again after some seconds."""

    def __init__(self, code: str, detail: str, retry_after_seconds: int = RETRY_AFTER_SECONDS):
        super().__init__(code, detail)
        self.headers = {"retry-after": str(retry_after_seconds)}


class Unavailable(Problem):
    """The request cannot be carried out now, but may succeed later."""


STATUSES = {
    BadRequest: HTTPStatus.BAD_REQUEST,
    Unauthorized: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    TooLarge: HTTPStatus.CONTENT_TOO_LARGE,
    Unprocessable: HTTPStatus.UNPROCESSABLE_CONTENT,
    PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
HEADERS = {
    Unauthorized: {"www-authenticate": "Bearer"},
    Unavailable: {"retry-after": str(RETRY_AFTER_SECONDS)},
}
EXPECTED = (Problem, InvalidDocument, TableBusy, InvalidCursor)
"""Exceptions that the code behind a route raises on purpose. Any other exception is a fault of
ours.
"""


def refusal_of(error: Exception) -> Problem:
    """The refusal for an exception of the domain or the store. For a fault of ours, it gives no
    details.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, InvalidDocument):
        return Unprocessable(
            "invalid",
            "Correct the fields listed in errors and send the request again.",
            error.faults,
        )
    if isinstance(error, InvalidCursor):
        return invalid_cursor()
    if isinstance(error, TableBusy):
        return Unavailable(
            "busy", "Another request is changing the same data. Try again in a second."
        )
    if isinstance(error, OtherPepper):
        return Unavailable(
            "other_pepper",
            "This system's pepper is not the one its data was written with. Restore the "
            "earlier secret document, then send the request again. Nothing was changed.",
        )
    if isinstance(error, BusRefused | QueueRefused) or is_passing(error):
        return Unavailable(
            "unavailable",
            "A service this request needs is not answering. Try again in a second; it is safe "
            "to repeat.",
        )
    return Problem(
        "internal_error", "Something went wrong on our side. It is safe to send the request again."
    )


def invalid_cursor() -> BadRequest:
    """The refusal of a cursor that does not belong to the list."""
    return BadRequest(
        "invalid_cursor", "Use next_cursor of the previous page as the cursor, or leave it out."
    )


def no_such_route() -> NotFound:
    """The refusal of a request whose address or method does not exist."""
    return NotFound(
        "no_such_route", "There is nothing at this address. GET /openapi.json lists all routes."
    )


def unknown_member() -> NotFound:
    """The refusal for a member who does not exist or whom the caller may not see. It does not say
    which.
    """
    return NotFound(
        "unknown_member", "No member has this id. Register them first with PUT /v1/members/{id}."
    )


def member_erased() -> Conflict:
    """The refusal for a member who was erased."""
    return Conflict("member_erased", "This member was erased and cannot be used again.")


def status_of(refusal: Problem) -> HTTPStatus:
    return STATUSES.get(type(refusal), HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(refusal: Problem) -> dict[str, object]:
    """A refusal as an RFC 9457 document."""
    status = status_of(refusal)
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": refusal.code,
        "detail": refusal.detail,
        **refusal.more,
    }
