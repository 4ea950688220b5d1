"""Parks what cannot be used: it is shown to staff and can be tried again (specification: parked)."""

from datetime import datetime

from shared import bus, metrics
from shared.domain.evaluation.decision import TEST_ORDER, Decision
from shared.domain.staff_action import StaffAction
from shared.invocation import Event
from shared.orders.context import OrderContext
from shared.problem import Conflict, NotFound, Unavailable
from shared.store.engine import WriteConflict
from shared.store.programs import parked, sightings
from shared.store.programs.parked import NotParked, ParkedItem
from shared.words import SENTENCES

INVALID_FACTS, UNKNOWN_EVENT, UNKNOWN_SCHEMA_VERSION = (
    "invalid_facts",
    "unknown_event",
    "unknown_schema_version",
)
LONGEST_TEXT = 1_000


def list_parked_order(context: OrderContext, decision: Decision) -> None:
    """Lists an order for staff if it cannot be evaluated. Takes it off the list once a later update
    has made it usable. A test order is also noted as seen, for the set-up page.
    """
    order_id = context.order.id
    if decision.parked:
        parked.park_order(order_id, context.at, decision.parked, SENTENCES[decision.parked])
        if decision.parked == TEST_ORDER:
            sightings.note(sightings.TEST_ORDER, context.at)
    elif context.known.parked:
        parked.unpark_order(order_id)


def park_event(
    event: Event,
    at: datetime,
    reason: str,
    text: str,
    *,
    topic: str | None = None,
    order: str | None = None,
) -> None:
    """Adds an unusable bus event to the list that staff sees. The event is not tried again
    automatically.
    """
    parked.park(
        event["id"],
        at,
        reason=reason,
        text=text[:LONGEST_TEXT],
        provider=event["source"],
        topic=topic,
        order=order,
    )
    metrics.count_parked(reason)


def retry_parked(parked_id: str, action: StaffAction) -> ParkedItem:
    """Puts a parked delivery or order on the bus again, because staff asked for it.

    Raises `NotFound`, `Conflict` if it cannot be tried again or was already used, and
    `Unavailable`.
    """
    item = _retryable(parked_id)
    try:
        parked.mark_retried(item, action)
        bus.put_event("OrderChanged", item.detail, action.at)
    except WriteConflict:
        raise _settled() from None
    except bus.BusRefused:
        raise Unavailable(
            "bus_refused", "The event bus did not accept it. Try again in a second."
        ) from None
    return item


def _retryable(parked_id: str) -> ParkedItem:
    try:
        item = parked.find_parked(parked_id)
    except NotParked:
        raise NotFound(
            "unknown_parked", "Nothing is parked under this id. GET /v1/parked lists what is."
        ) from None
    if item.settled:
        raise _settled()
    if item.detail is None:
        raise Conflict("not_retryable", "This cannot be retried. Its text says what to do instead.")
    return item


def _settled() -> Conflict:
    return Conflict("settled", "This was already processed. There is nothing left to retry.")
