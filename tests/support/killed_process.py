"""A process of functions that is killed by SIGKILL at its n-th request to the tables."""

import os
import signal
from collections.abc import Mapping
from importlib import import_module
from multiprocessing import get_context

from shared.store import engine
from tests.support.engine_faults import inject_fault, send

KILLED = -signal.SIGKILL
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [__name__, "functions.reward_order", "functions.serve_holds", "functions.serve_membership"]
)
LONGEST_LIFE_SECONDS = 120


def kill_at_call(handler: str, event: Mapping, call: int, answered: bool) -> bool:
    """Run a handler in a process of its own, and kill the process at a call to the tables.

    `answered` chooses whether it dies before the call is sent or after it was answered. Returns
    False where the handler ended before it made so many calls.
    """
    place = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("AWS_") or name.endswith(("_TABLE", "_NAME", "_ARN"))
    }
    process = CONTEXT.Process(target=_live, args=(place, handler, event, call, answered))
    process.start()
    process.join(LONGEST_LIFE_SECONDS)
    assert process.exitcode in (KILLED, 0), f"{handler} ended with {process.exitcode}"
    return process.exitcode == KILLED


def handle(handler: str, event: Mapping) -> dict:
    return import_module(f"functions.{handler}").handler(event, None)


def _live(
    place: Mapping[str, str], handler: str, event: Mapping, call: int, answered: bool
) -> None:
    def die(request) -> None:
        if answered:
            send(request)
        os.kill(os.getpid(), signal.SIGKILL)

    os.environ.update(place)
    engine.open_tables()
    with inject_fault(die, call.__eq__):
        handle(handler, event)
