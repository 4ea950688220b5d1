"""Periods of time that limit which orders a program or its limit for advocates covers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from shared.domain.document import SourceDocument
from shared.domain.kinds import Amount, Instant
from shared.domain.record import Named, Record


@dataclass(frozen=True, slots=True)
class Window:
    """The period from `since` up to, but not including, `until`; `None` means no limit on that
    side.
    """

    since: Annotated[Instant | None, Named("from")] = None
    until: Instant | None = None

    def covers(self, at: datetime) -> bool:
        if self.since is not None and at < self.since:
            return False
        return self.until is None or at < self.until

    def is_over(self, at: datetime) -> bool:
        return self.until is not None and self.until <= at


@dataclass(frozen=True, slots=True)
class AdvocateLimit:
    """The most that one advocate can earn from orders whose earning moment is in the period from
    `since` up to, but not including, `until`.

    In the program document it is called `max_per_advocate`.
    """

    amount: Amount
    since: Annotated[Instant | None, Named("from")] = None
    until: Instant | None = None

    def covers(self, earned_at: datetime) -> bool:
        if self.since is not None and earned_at < self.since:
            return False
        return self.until is None or earned_at < self.until


def _check_order(window: Window | AdvocateLimit, source: SourceDocument) -> None:
    if window.since and window.until and window.until <= window.since:
        source.fault("until", 'must be later than "from"')


ADVOCATE_LIMIT = Record(AdvocateLimit, "limit", _check_order)
ACTIVE = Record(
    Window,
    "active",
    _check_order,
    {"description": "Orders that earn outside of it are refused; credit can still be spent"},
)
