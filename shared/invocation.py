"""What surrounds each call of a function: its ids in the log, the tables named, its counts written;
and what is made before the first of them.
"""

import gc
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from shared import log, metrics
from shared.settings import LambdaRuntime
from shared.store.connection import connection
from shared.store.engine import open_tables

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

type Event = Mapping[str, Any]


@cache
def make_ready() -> None:
    """What the first request need not wait for, once, while Lambda starts a function: it has more
    of a processor then. Elsewhere many functions share a process, and nothing is made for them.

    What was made until here lives as long as the process, so no garbage is looked for in it.
    """
    if LambdaRuntime.load().aws_lambda_function_name:
        _ = connection().client
        _differ_from_copies()
        gc.freeze()
    gc.enable()


def _differ_from_copies() -> None:
    """A function that begins from a snapshot (SnapStart) begins like all others of that snapshot:
    pauses at random are random again from there on. Keys and tokens are the kernel's and differ.
    """
    try:
        # Lambda's own runtime has it, and nothing else.
        from snapshot_restore_py import register_after_restore  # type: ignore[import-not-found]
    except ImportError:
        return
    register_after_restore(random.seed)


@contextmanager
def invocation(context: "LambdaContext | None", correlation_id: str | None) -> Iterator[None]:
    """One call of a function, by Lambda's context of it; `None` where no Lambda calls (tests)."""
    log.forget_ids()
    log.name_ids(correlation_id=correlation_id)
    if context is not None:
        log.name_ids(
            function_name=context.function_name, function_request_id=context.aws_request_id
        )
    open_tables()
    try:
        yield
    finally:
        metrics.flush()
        log.forget_ids()


def lambda_handler[Answer](handle: Callable[[Event], Answer]) -> Callable[..., Answer]:
    """A function that Lambda calls with an event and its context, made of one that needs the event.

    An event of the bus or a schedule has an `id`: it is named in the log until a record names the
    request that it goes back to.
    """
    make_ready()

    @wraps(handle)
    def handler(event: Event, context: "LambdaContext | None" = None) -> Answer:
        with invocation(context, event.get("id")):
            return handle(event)

    return handler
