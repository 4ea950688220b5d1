"""The time limit for requests to the tables.

A request that might not finish in time is refused before it begins. So Lambda does not stop the
function in the middle of a request.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LAST_REQUEST_SECONDS = 6.0
"""No request begins if less time than this is left. It covers the timeouts of one attempt, the
pause after it, and sending the answer.
"""
_ends: ContextVar[float | None] = ContextVar("ends", default=None)


class OutOfTime(Exception):
    """Too little time is left for another request. The refused request was not sent, so the caller
    may safely try again.
    """


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limits this thread's requests to the tables to `seconds` from now."""
    before = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(before)


def check(**_: object) -> None:
    """Raises `OutOfTime` if too little time is left. Outside of `within` there is no limit.

    botocore calls this before each request.
    """
    ends = _ends.get()
    if ends is not None and ends - time.monotonic() < LAST_REQUEST_SECONDS:
        raise OutOfTime
