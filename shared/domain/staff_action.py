"""Changes that staff makes, as the audit log records them."""

import re
from datetime import datetime
from typing import Annotated, NamedTuple

from shared.domain.document import LONGEST_TEXT, parse_text
from shared.domain.shape import Kind

UNNAMED = "[e-mail]"
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")


class StaffAction(NamedTuple):
    """A change that staff made.

    * `actor`: the beginning of the API key that was used, or `staff:` and the id of a staff member.
    * `kind`: the code of the change.
    * `reason`: the reason that the actor gave.
    """

    actor: str
    kind: str
    at: datetime
    reason: str | None = None


def _parse_reason(value: object) -> str:
    """The reason without e-mail addresses, because the audit log is never erased."""
    reason = parse_text(value).strip()
    if not reason:
        raise ValueError(f"must give a reason of 1 to {LONGEST_TEXT} characters")
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
