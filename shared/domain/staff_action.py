"""Changes by staff, as the audit log tells them."""

import re
from datetime import datetime
from typing import Annotated, NamedTuple

from shared.domain.document import LONGEST_TEXT, parse_text
from shared.domain.shape import Kind

UNNAMED = "[e-mail]"
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")


class StaffAction(NamedTuple):
    """A change by staff.

    `actor` is the beginning of the API key that was used, or `staff:` and the id of a staff
    member. `kind` is a word for the change, `reason` what the actor gave as one.
    """

    actor: str
    kind: str
    at: datetime
    reason: str | None = None


def _parse_reason(value: object) -> str:
    """A reason as the audit log keeps it for good: without e-mail addresses."""
    reason = parse_text(value).strip()
    if not reason:
        raise ValueError(f"must be 1 to {LONGEST_TEXT} characters that say why")
    return _ADDRESS.sub(UNNAMED, reason)


REASON = Kind(
    _parse_reason,
    {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_TEXT,
        "description": "Why; kept in the audit, so name people by their ids",
    },
)
StaffReason = Annotated[str, REASON]
