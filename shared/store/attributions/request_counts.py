"""How often somebody asked for what costs us something, by what, by whom and by window, in the attributions table."""

from pynamodb.attributes import NumberAttribute

from shared.store import keys
from shared.store.engine import AttributionsItem

KEPT_SECONDS = 300


class RequestCountItem(AttributionsItem):
    """`expires_at` (epoch seconds) is the table's time to live."""

    times = NumberAttribute()
    expires_at = NumberAttribute()


def add(what: str, who: str, window: int, ends_at: int) -> int:
    """How often it was asked for, this time included."""
    item = RequestCountItem(*keys.asked(what, who, window))
    item.update(
        [RequestCountItem.times.add(1), RequestCountItem.expires_at.set(ends_at + KEPT_SECONDS)]
    )
    return int(item.times)
