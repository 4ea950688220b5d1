"""What happens when the disk of the local cloud is full: the errors of its AWS services, and the
response to the user.

AWS has no such error, so the product would answer with an internal error. The process of the
functions therefore notices that an AWS call failed for this reason, and answers with status 507 in
place of the product.
"""

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

STORAGE_FULL = "StorageFullException"
"""The name of the error in responses of the local AWS services."""
STORAGE_FULL_MESSAGE = "The disk that keeps the local cloud's data is full; nothing was written."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_DATABASE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}

_refused: ContextVar[list[bool]] = ContextVar("_refused")


def is_storage_full(problem: BaseException) -> bool:
    """Returns whether an exception of a file or of SQLite means that the disk is full."""
    if isinstance(problem, sqlite3.OperationalError):
        return problem.sqlite_errorcode in _FULL_DATABASE
    return isinstance(problem, OSError) and problem.errno in _FULL


def watch_aws_calls() -> None:
    """Makes all botocore clients created after this call report refused calls to
    `storage_refusals`.
    """
    from botocore.handlers import BUILTIN_HANDLERS

    def note(parsed: Mapping[str, Any], **_: object) -> None:
        if parsed.get("Error", {}).get("Code") == STORAGE_FULL:
            _refused.get([]).append(True)

    BUILTIN_HANDLERS.append(("after-call", note))


@contextmanager
def storage_refusals() -> Iterator[list[bool]]:
    """Yields a list that gets one element for each AWS call in the block that failed because the
    disk is full.
    """
    token = _refused.set([])
    try:
        yield _refused.get()
    finally:
        _refused.reset(token)


def storage_full_result(event: Any) -> dict[str, Any] | None:
    """Returns a response with status 507 if the event is an HTTP request, otherwise None."""
    from local.cloud.http_events import problem_response

    if not isinstance(event, dict) or "routeKey" not in event:
        return None
    response = problem_response(
        507,
        "insufficient_storage",
        "The disk that holds the data is full. Free some space, then send the request again;"
        " it is safe to repeat.",
    )
    return {
        "statusCode": response.status,
        "headers": dict(response.headers),
        "body": response.body.decode(),
    }
