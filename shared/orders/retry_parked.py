"""What was parked is told to the bus once more, when somebody of the staff says so."""

from shared import bus
from shared.domain.staff_action import StaffAction
from shared.problem import Conflict, NotFound, Unavailable
from shared.store.engine import WriteConflict
from shared.store.programs import parked
from shared.store.programs.parked import NotParked, ParkedItem


def retry(parked_id: str, act: StaffAction) -> ParkedItem:
    """Raises `NotFound`, `Conflict` where there is nothing (left) to try, `Unavailable`."""
    row = _waiting(parked_id)
    try:
        parked.mark_retried(row, act)
        bus.tell("OrderChanged", row.detail, act.at)
    except WriteConflict:
        raise _settled() from None
    except bus.BusRefused:
        raise Unavailable(
            "bus_refused", "The event bus did not take it; try again in a second."
        ) from None
    return row


def _waiting(parked_id: str) -> ParkedItem:
    """Something parked that can be tried again."""
    try:
        row = parked.find(parked_id)
    except NotParked:
        raise NotFound(
            "unknown_parked", "Nothing is parked under this id; GET /v1/parked lists what is."
        ) from None
    if row.settled:
        raise _settled()
    if row.detail is None:
        raise Conflict(
            "not_retryable",
            "Nothing was kept of it that could be tried again; its text says what to do instead.",
        )
    return row


def _settled() -> Conflict:
    return Conflict("settled", "It was used meanwhile; there is nothing left to try.")
