"""What surrounds each call of a function: its ids in the log, the tables named, its counts written."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from shared import log, metrics
from shared.store.engine import open_tables

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

type Event = Mapping[str, Any]


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


def lambda_handler[Answer](handle: Callable[[Event], Answer]) -> Callable[..., Answer]:
    """A function that Lambda calls with an event and its context, made of one that needs the event.

    An event of the bus or a schedule has an `id`: it is named in the log until a record names the
    request that it goes back to.
    """

    @wraps(handle)
    def handler(event: Event, context: "LambdaContext | None" = None) -> Answer:
        with invocation(context, event.get("id")):
            return handle(event)

    return handler
