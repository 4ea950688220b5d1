"""What every change by staff comes with: who pulls the lever, and the reason."""

import re

from shared.api.http import Request
from shared.domain.document import LONGEST_TEXT, REQUIRED, Document, text
from shared.domain.staff_action import StaffAction

_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
UNNAMED = "[e-mail]"


def staff_action_of(request: Request, what: str, why: str | None = None) -> StaffAction:
    """What the caller does now."""
    return StaffAction(request.caller.key or request.caller.scope, what, request.now, why)


def read_reason(request: Request) -> str:
    """The reason in a body that holds nothing else; raises `InvalidDocument`."""
    source = Document(request.body())
    reason = reason_in(source)
    source.refuse_unknown()
    source.finish()
    return reason


def read_reason_if_any(request: Request) -> str | None:
    """The same where a reason, and so the body, may be left out."""
    source = Document(request.body() if request.raw else {})
    reason = reason_in(source, None)
    source.refuse_unknown()
    source.finish()
    return reason


def reason_in(source: Document, default=REQUIRED) -> str:
    """A reason as the audit keeps it for good: without e-mail addresses."""
    return source.field("reason", default, _reason)


def _reason(value: object) -> str:
    reason = text(value).strip()
    if not reason:
        raise ValueError(f"must be 1 to {LONGEST_TEXT} characters that say why")
    return _ADDRESS.sub(UNNAMED, reason)
