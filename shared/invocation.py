"""What happens around each call of a function: ids in the log, tables opened, metrics written; and
what is prepared before the first call.
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
    """Prepares once, while Lambda starts a function, what the first request would wait for; Lambda
    gives a function more CPU then. Outside Lambda, where many functions share a process, nothing is
    prepared.

    The objects created so far live as long as the process, so the garbage collector skips them.
    """
    if LambdaRuntime.load().aws_lambda_function_name:
        _ = connection().client
        _differ_from_copies()
        gc.freeze()
    gc.enable()


def _differ_from_copies() -> None:
    """Seed `random` again after a function is restored from a snapshot (SnapStart). All copies of a
    snapshot start with the same state, so their random pauses would be equal. Keys and tokens come
    from the kernel and differ anyway.
    """
    try:
        # Only Lambda's own runtime has this module.
        from snapshot_restore_py import register_after_restore  # type: ignore[import-not-found]
    except ImportError:
        return
    register_after_restore(random.seed)


@contextmanager
def invocation(context: "LambdaContext | None", correlation_id: str | None) -> Iterator[None]:
    """One call of a function. `context` is Lambda's; `None` if the function is not called by Lambda
    (tests).
    """
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
    """Turn a function of an event into a Lambda handler of an event and its context.

    The `id` of an event from the bus or a schedule is the correlation id in the log, until a record
    names the API request that caused it.
    """
    make_ready()

    @wraps(handle)
    def handler(event: Event, context: "LambdaContext | None" = None) -> Answer:
        with invocation(context, event.get("id")):
            return handle(event)

    return handler
