"""How long there is to answer: what cannot be done in time is told to come again, before the function is stopped in the middle."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LAST_REQUEST_SECONDS = 6.0
"""With less left no request is begun: it may take an attempt's whole patience and the pause after it, and the answer wants a moment too."""
_ends: ContextVar[float | None] = ContextVar("ends", default=None)


class OutOfTime(Exception):
    """The caller may try again; what was not begun was not done."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Requests to the tables that this thread makes inside must be answered in so many seconds."""
    before = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(before)


def check(**_: object) -> None:
    """Raises `OutOfTime`; where nobody said how long there is, there is time."""
    ends = _ends.get()
    if ends is not None and ends - time.monotonic() < LAST_REQUEST_SECONDS:
        raise OutOfTime
