"""How often one caller may do what costs us something: send a mail, search through all tables."""

from datetime import datetime
from typing import NamedTuple

from shared.problem import TooManyRequests
from shared.store.attributions import request_counts


class RateLimit(NamedTuple):
    """At most `most` requests of one caller in each window of `window_seconds`."""

    name: str
    most: int
    window_seconds: int

    def window(self, at: datetime) -> int:
        """The number of the window that contains an instant."""
        return int(at.timestamp()) // self.window_seconds

    def ends_at(self, at: datetime) -> int:
        """The end of the window that contains an instant, in Unix seconds."""
        return (self.window(at) + 1) * self.window_seconds

    def seconds_left(self, at: datetime) -> int:
        """Seconds until the window that contains an instant ends, at least 1."""
        return self.ends_at(at) - int(at.timestamp())


EXPORT = RateLimit("export", 10, 3_600)
EXPORT_PARTS = RateLimit("export_parts", 3_000, 3_600)
"""Further parts of the exports of a large shop."""
BALANCE_MAIL = RateLimit("balance_mail", 3, 3_600)
SIGN_IN_MAIL = RateLimit("sign_in_mail", 3, 3_600)
"""Counted for each mailbox."""
SIGN_IN_PER_IP = RateLimit("sign_in_ip", 20, 3_600)
"""Counted for each internet address, whichever mailboxes the requests name."""
JOIN_MAIL = RateLimit("join_mail", 3, 86_400)
"""Counted for each mailbox."""
OFFER_MAIL = RateLimit("offer_mail", 1, 86_400)
OFFER_PER_IP = RateLimit("offer_ip", 5, 3_600)


def is_allowed(limit: RateLimit, caller: str, now: datetime) -> bool:
    """Counts this request and returns whether it is within the limit. `caller` is a member's id, or
    a hash of an e-mail or internet address.
    """
    count = request_counts.count(limit.name, caller, limit.window(now), limit.ends_at(now))
    return count <= limit.most


def require_allowed(limit: RateLimit, caller: str, now: datetime) -> None:
    """Counts this request. Raises `TooManyRequests` if it is above the limit."""
    if not is_allowed(limit, caller, now):
        seconds = limit.seconds_left(now)
        minutes = seconds // 60 + 1
        raise TooManyRequests(
            "too_many_requests", f"Too many requests. Try again in {minutes} minutes.", seconds
        )
