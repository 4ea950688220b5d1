"""What every change by staff comes with: who does it, and the reason."""

from dataclasses import dataclass

from shared.api.request import Request
from shared.domain.record import Record
from shared.domain.staff_action import StaffAction, StaffReason


@dataclass(frozen=True, slots=True)
class GivenReason:
    """A body that holds a reason and nothing else."""

    reason: StaffReason


@dataclass(frozen=True, slots=True)
class OptionalReason:
    """A body that may hold a reason, and may be left out."""

    reason: StaffReason | None = None


GIVEN_REASON = Record(GivenReason, "ReasonGiven")
OPTIONAL_REASON = Record(OptionalReason, "ReasonIfAny")


def staff_action_of(request: Request, what: str, why: str | None = None) -> StaffAction:
    """What the caller of an API route does now."""
    return StaffAction(request.caller.key or request.caller.scope, what, request.now, why)


def read_reason(request: Request) -> str:
    """The reason in a body that holds nothing else; raises `InvalidDocument`."""
    return GIVEN_REASON.parse(request.body()).reason


def read_reason_if_any(request: Request) -> str | None:
    """The reason where there is one; it may be left out, and so may the body."""
    return OPTIONAL_REASON.parse(request.body_if_any()).reason
