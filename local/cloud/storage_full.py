"""A full disk under the local cloud: how its parts of AWS say so, and how a request is answered.

AWS has no such error, so the product takes it for a fault of its own. The process of the functions
therefore notes that a call was refused for this, and answers the request in the product's place.
"""

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

STORAGE_FULL = "StorageFullException"
"""The error's name in answers of the local cloud's AWS."""
STORAGE_FULL_MESSAGE = "The disk that keeps the local cloud's data is full; nothing was written."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_DATABASE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}

_refused: ContextVar[list[bool]] = ContextVar("_refused")


def is_storage_full(problem: BaseException) -> bool:
    """Return whether a file or the database could not take what was written to it."""
    if isinstance(problem, sqlite3.OperationalError):
        return problem.sqlite_errorcode in _FULL_DATABASE
    return isinstance(problem, OSError) and problem.errno in _FULL


def watch_aws_calls() -> None:
    """Let every botocore client that is made from now on note refusals in `storage_refusals`."""
    from botocore.handlers import BUILTIN_HANDLERS

    def note(parsed: Mapping[str, Any], **_: object) -> None:
        if parsed.get("Error", {}).get("Code") == STORAGE_FULL:
            _refused.get([]).append(True)

    BUILTIN_HANDLERS.append(("after-call", note))


@contextmanager
def storage_refusals() -> Iterator[list[bool]]:
    """Yield a list that gets an element for each call of the block that a full disk refused."""
    token = _refused.set([])
    try:
        yield _refused.get()
    finally:
        _refused.reset(token)


def storage_full_result(event: Any) -> dict[str, Any] | None:
    """Return the answer of HTTP 507 where the event is a request, else None."""
    from local.cloud.http_events import problem_response

    if not isinstance(event, dict) or "routeKey" not in event:
        return None
    response = problem_response(
        507,
        "insufficient_storage",
        "The disk that keeps the data is full; nothing was half done. Free some space on it and"
        " send it again.",
    )
    return {
        "statusCode": response.status,
        "headers": dict(response.headers),
        "body": response.body.decode(),
    }
