"""What every change by staff comes with: who does it, and the reason."""

from shared.api.bodies import GIVEN_REASON, OPTIONAL_REASON
from shared.api.request import Request
from shared.domain.staff_action import StaffAction


def staff_action_of(request: Request, what: str, why: str | None = None) -> StaffAction:
    """What the caller of an API route does now."""
    return StaffAction(request.caller.key or request.caller.scope, what, request.now, why)


def read_reason(request: Request) -> str:
    """The reason in a body that holds nothing else; raises `InvalidDocument`."""
    return GIVEN_REASON.parse(request.body()).reason


def read_reason_if_any(request: Request) -> str | None:
    """The reason where there is one; it may be left out, and so may the body."""
    return OPTIONAL_REASON.parse(request.body_if_any()).reason
