"""Counts the requests that a rate limit covers, by limit, caller and time window, in the
attributions table.
"""

from shared.store import keys
from shared.store.engine import add_to
from shared.store.items import AttributionsItem, IntegerAttribute

KEPT_SECONDS = 300


class RequestCountItem(AttributionsItem):
    """The number of requests. The table deletes the item after `expires_at` (epoch seconds)."""

    times = IntegerAttribute()
    expires_at = IntegerAttribute()


def count(limit: str, caller: str, window: int, ends_at: int) -> int:
    """Counts one request and returns the number of requests in this window. `ends_at` is the end of
    the window (epoch seconds).
    """
    item = RequestCountItem(*keys.request_count(limit, caller, window))
    add_to(
        item, RequestCountItem.times.add(1), RequestCountItem.expires_at.set(ends_at + KEPT_SECONDS)
    )
    return item.times
