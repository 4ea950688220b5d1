"""Refusals: each an exception with a stable code and a sentence that says what to do; one table gives their HTTP statuses."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from types import MappingProxyType

from shared.bus import BusRefused
from shared.domain.document import FieldError, InvalidDocument
from shared.queue import QueueRefused
from shared.store.cursors import InvalidCursor
from shared.store.engine import TableBusy
from shared.store.outages import passing

RETRY_AFTER_SECONDS = 1


class Problem(Exception):
    """A request that is not done; `more` are further members of the answer, such as `available`."""

    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, code: str, detail: str, **more: object):
        super().__init__(code)
        self.code, self.detail, self.more = code, detail, more


class BadRequest(Problem):
    """The request itself cannot be read."""


class Unauthorized(Problem):
    """Nobody known asks, or no longer."""


class Forbidden(Problem):
    """The one who asks may not."""


class NotFound(Problem):
    """There is no such thing, or it is not for the one who asks."""


class Conflict(Problem):
    """What is asked does not go with what is there."""


class PreconditionFailed(Problem):
    """What is there is not what the caller saw."""


class TooLarge(Problem):
    """More than is taken at once."""


class Unprocessable(Problem):
    """A readable document that cannot be used; `faults` name its fields."""

    def __init__(self, code: str, detail: str, faults: Collection[FieldError] = (), **more: object):
        super().__init__(
            code,
            detail,
            errors=[{"field": fault.field, "message": fault.message} for fault in faults],
            **more,
        )


class PreconditionRequired(Problem):
    """The caller must say which version was seen."""


class TooManyRequests(Problem):
    """Too often; after some seconds it may be done."""

    def __init__(self, code: str, detail: str, retry_after_seconds: int = RETRY_AFTER_SECONDS):
        super().__init__(code, detail)
        self.headers = {"retry-after": str(retry_after_seconds)}


class Unavailable(Problem):
    """Not now; later it may be done."""


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
"""What a handler raises on purpose; everything else is a fault of ours."""


def refusal_of(error: Exception) -> Problem:
    """What the domain and the store raise, as a refusal; a fault of ours says nothing about itself."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, InvalidDocument):
        return Unprocessable(
            "invalid", "Correct the fields named in errors and send it again.", error.faults
        )
    if isinstance(error, InvalidCursor):
        return invalid_cursor()
    if isinstance(error, TableBusy):
        return Unavailable(
            "busy", "Others are writing the same at this moment; send it again in a second."
        )
    if isinstance(error, BusRefused | QueueRefused) or passing(error):
        return Unavailable(
            "unavailable",
            "What this needs does not answer now; nothing was half done, so send it again in a second.",
        )
    return Problem(
        "internal_error",
        "Something went wrong on our side; nothing was half done, so it is safe to send it again.",
    )


def invalid_cursor() -> BadRequest:
    """A cursor that no list gave, or another one."""
    return BadRequest(
        "invalid_cursor", "Take the cursor from next_cursor of the page before, or leave it out."
    )


def no_such_route() -> NotFound:
    """Nothing is at this address, or not by this method."""
    return NotFound(
        "no_such_route", "There is nothing at this address; GET /openapi.json lists what there is."
    )


def unknown_member() -> NotFound:
    """The one answer for a member who is not there, and for one who is not the caller's."""
    return NotFound("unknown_member", "No member has this id; register them first with PUT.")


def member_erased() -> Conflict:
    """Nothing is told to, or done for, somebody who asked to be forgotten."""
    return Conflict("member_erased", "The member was erased on request and stays closed.")


def status_of(refusal: Problem) -> HTTPStatus:
    return STATUSES.get(type(refusal), HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(refusal: Problem) -> dict:
    """The RFC 9457 document."""
    status = status_of(refusal)
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": refusal.code,
        "detail": refusal.detail,
        **refusal.more,
    }
