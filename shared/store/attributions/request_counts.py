"""How often somebody asked for what costs us something, by what, by whom and by window, in the
attributions table.
"""

from shared.store import keys
from shared.store.engine import add_to
from shared.store.items import AttributionsItem, IntegerAttribute

KEPT_SECONDS = 300


class RequestCountItem(AttributionsItem):
    """`expires_at` (epoch seconds) is the table's time to live."""

    times = IntegerAttribute()
    expires_at = IntegerAttribute()


def count(limit: str, caller: str, window: int, ends_at: int) -> int:
    """Count one request in a window that ends at `ends_at` (epoch seconds), and return how many
    there are now.
    """
    item = RequestCountItem(*keys.request_count(limit, caller, window))
    add_to(
        item, RequestCountItem.times.add(1), RequestCountItem.expires_at.set(ends_at + KEPT_SECONDS)
    )
    return item.times
