"""Which staff member makes a change, and for which reason."""

from dataclasses import dataclass

from shared.api.request import Request
from shared.domain.record import Record
from shared.domain.staff_action import StaffAction, StaffReason


@dataclass(frozen=True, slots=True)
class GivenReason:
    """A body with a reason and no other field."""

    reason: StaffReason


@dataclass(frozen=True, slots=True)
class OptionalReason:
    """A body that may contain a reason. The body may also be left out."""

    reason: StaffReason | None = None


GIVEN_REASON = Record(GivenReason, "ReasonGiven")
OPTIONAL_REASON = Record(OptionalReason, "ReasonIfAny")


def staff_action_of(request: Request, what: str, why: str | None = None) -> StaffAction:
    """The action `what` of the caller of an API route, at the time of the request, for the reason
    `why`.
    """
    return StaffAction(request.caller.key or request.caller.scope, what, request.now, why)


def read_reason(request: Request) -> str:
    """The reason in a body that has no other field. Raises `InvalidDocument`."""
    return GIVEN_REASON.parse(request.body()).reason


def read_reason_if_any(request: Request) -> str | None:
    """The reason in the body; `None` if the reason or the whole body is left out."""
    return OPTIONAL_REASON.parse(request.body_if_any()).reason
