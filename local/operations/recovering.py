"""Runs a recovery in this process, page by page: the same as the nightly one, but with progress on
the terminal.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from local.operations.deployed_stack import CannotOperate, client, load_stack, refusals
from shared.domain.instants import instant_text

if TYPE_CHECKING:
    from shared.store.programs.recoveries import Recovery

FUNCTION = "ReconcileLedger"
"""The function whose environment variables are used; it does the nightly recovery."""


def use_stack_environment(name: str) -> None:
    """Gives this process the environment variables of a stack's function, so that it uses the
    tables, bus and settings of the stack.

    Raises `NoStack` or `CannotOperate`.
    """
    stack = load_stack(name)
    with refusals(f"the settings of stack {name}"):
        described = client("lambda").get_function_configuration(
            FunctionName=stack.physical(FUNCTION)
        )
    os.environ.update(described["Environment"]["Variables"])


def recover(
    provider: str,
    since: datetime | None,
    now: Callable[[], datetime],
    say: Callable[[str], None],
    pace: float,
) -> int:
    """Compares the processor's list with the facts, and tells again what is missing.

    * `since`: the beginning of the list; None for the beginning of the last complete recovery.
    * `pace`: requests a second, on average.

    Returns 1 if the list could not be read to its end, otherwise 0. After an interruption the same
    command continues with the page that was not finished. Raises `CannotOperate`.
    """
    os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"
    # Imported late: it takes half a second, and --help should not wait for it.
    from shared.processors.recovery import CannotRecover, begin_recovery, listed_since, listing_of
    from shared.store import engine
    from shared.store.programs.recoveries import DONE, RUNNING

    engine.open_tables()
    try:
        recovery = begin_recovery(provider, since, now())
    except CannotRecover as refused:
        raise CannotOperate(str(refused)) from None
    goes_on = f", going on after page {recovery.pages}" if recovery.pages else ""
    first = listed_since(recovery, listing_of(provider)[1], now())
    say(f"{provider}: what changed since {instant_text(first)}{goes_on}")
    while recovery.state == RUNNING:
        recovery = _go_on(recovery, now(), say, pace)
    say(f"{provider}: {recovery.text or 'compared to the end'}")
    return 0 if recovery.state == DONE else 1


def _go_on(
    recovery: "Recovery", at: datetime, say: Callable[[str], None], pace: float
) -> "Recovery":
    """The recovery after one more page. If the nightly recovery has moved it on at the same time,
    the stored state is returned.
    """
    from shared.processors.recovery import recover_page
    from shared.store.engine import WriteConflict
    from shared.store.programs.recoveries import RUNNING, find_recovery

    try:
        step = recover_page(recovery, at, pace=pace)
    except WriteConflict:
        return find_recovery(recovery.provider) or recovery
    say(_progress(step.recovery))
    if step.recovery.state == RUNNING:
        time.sleep(step.pause_seconds)
    return step.recovery


def _progress(recovery: "Recovery") -> str:
    return (
        f"  page {recovery.pages}: {recovery.known} known, {recovery.told} told again, "
        f"{recovery.parked} parked, {recovery.idle} that say nothing of an order"
        + (f"; {recovery.text}" if recovery.text else "")
    )
