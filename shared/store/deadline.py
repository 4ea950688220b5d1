"""How long there is to answer.

What cannot be done in time is refused before the function is stopped in the middle of it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LAST_REQUEST_SECONDS = 6.0
"""With less time left no request begins: it may take one attempt's timeouts and the pause after it,
and the answer takes a moment too.
"""
_ends: ContextVar[float | None] = ContextVar("ends", default=None)


class OutOfTime(Exception):
    """There is no time for another request; the caller may try again, since what did not begin was
    not done.
    """


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give this thread's requests to the tables so many seconds."""
    before = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(before)


def check(**_: object) -> None:
    """Raises `OutOfTime`; without `within` there is no limit.

    A botocore event calls it before each request.
    """
    ends = _ends.get()
    if ends is not None and ends - time.monotonic() < LAST_REQUEST_SECONDS:
        raise OutOfTime
