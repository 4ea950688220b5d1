"""What somebody did, as the audit tells it."""

from datetime import datetime
from typing import NamedTuple


class StaffAction(NamedTuple):
    """`who` is how the key begins that was used, or `staff:` and an id, `what` a word for the change, `why` the reason that was given."""

    who: str
    what: str
    at: datetime
    why: str | None = None
