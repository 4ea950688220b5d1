"""Waits for background work of AWS."""

import time
from collections.abc import Callable

from local.operations.deployed_stack import CannotOperate

POLL_SECONDS = 1.0


def wait_for(what: str, is_done: Callable[[], bool], minutes: float) -> None:
    """Calls `is_done` every second until it returns true. Raises `CannotOperate` after `minutes`."""
    deadline = time.monotonic() + 60 * minutes
    while not is_done():
        if time.monotonic() > deadline:
            raise CannotOperate(
                f"{what} is not done after {minutes:g} minutes; run the command again to continue"
            )
        time.sleep(POLL_SECONDS)
