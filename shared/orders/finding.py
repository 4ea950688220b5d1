"""Which order an update is about (specification: order-id)."""

from shared.domain.orders.facts import OrderFacts
from shared.store import keys
from shared.store.ledger.orders import KnownOrder, OrderItem, RefItem, known_of
from shared.store.reading import Reading


def find_orders(reading: Reading, facts: OrderFacts) -> tuple[KnownOrder, list[KnownOrder]]:
    """The order that an update is about, and other stored orders that are the same sale
    (specification: order-id).

    An id that the shop gave is preferred to ids of processors.
    """
    meant = [item.order for name in facts.refs if (item := reading.item(RefItem, keys.ref(name)))]
    has_own_name = facts.id not in facts.refs
    names = dict.fromkeys(
        [facts.id, *meant, *facts.refs] if has_own_name else [*meant, *facts.refs]
    )
    stored = {
        known.order.id: known
        for name in names
        for known in _follow_merges(reading, name)
        if known.revision
    }
    main_name = facts.id if has_own_name else next(iter(stored), facts.id)
    main = _follow_merges(reading, main_name)[-1]
    return main, [known for known in stored.values() if known.order.id != main.order.id]


def _follow_merges(reading: Reading, name: str) -> list[KnownOrder]:
    """An order, then each order into which the one before was merged. The last one may be new."""
    orders: dict[str, KnownOrder] = {}
    while name not in orders:
        known = known_of(name, reading.item(OrderItem, keys.order(name)))
        orders[name] = known or KnownOrder(OrderFacts(name))
        name = orders[name].merged_into or name
    return list(orders.values())
