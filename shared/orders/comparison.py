"""Whether an update says anything of an order that is not known yet."""

from shared.orders.context import merge_update
from shared.orders.finding import find_orders
from shared.orders.update import OrderUpdate
from shared.store import keys
from shared.store.ledger.orders import OrderItem, RefItem
from shared.store.reading import Reading


def tells_nothing_new(update: OrderUpdate) -> bool:
    """Whether the order, by all names that the update has for it, would stay as it is.

    Nothing is written. Raises `InvalidDocument` as an evaluation would.
    """
    reading = Reading()
    names = dict.fromkeys((update.facts.id, *update.facts.refs))
    reading.fetch(
        *((OrderItem, keys.order(name)) for name in names),
        *((RefItem, keys.ref(name)) for name in update.facts.refs),
    )
    known, others = find_orders(reading, update.facts)
    if not known.revision or any(other.merged_into is None for other in others):
        return False
    refs = [reading.item(RefItem, keys.ref(name)) for name in update.facts.refs]
    named = all(item is None or item.order == known.order.id for item in refs)
    return named and merge_update(update, known, others) == known.order
