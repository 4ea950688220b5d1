"""One update of an order: its facts are parsed once, its order is found, and the facts are merged
into it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.orders.facts import TICK, OrderFacts
from shared.domain.orders.facts_document import MOST_DISPUTES, MOST_REFUNDS, parse_order
from shared.domain.orders.merging import merge_facts, newest_at, restamp
from shared.domain.orders.sources import Source
from shared.store import keys
from shared.store.ledger.orders import KnownOrder, OrderItem, RefItem, known_of
from shared.store.reading import Reading


class OrderUpdate(NamedTuple):
    """Order facts that arrived at `at`.

    * `dated`: the sender named the instant of the facts. Facts without one count as newer than all
      known facts.
    * `past`: an order whose first update is `past` earns nothing (specification: past-orders).
    """

    facts: OrderFacts
    at: datetime
    dated: bool
    past: bool = False


def parse_update(
    document: object,
    at: datetime,
    hash_email: Callable[[str], str],
    *,
    order_id: str | None = None,
    as_of: datetime | None = None,
    whole: bool = False,
    source: Source = Source.SHOP,
) -> OrderUpdate:
    """The facts of a document that arrived at `at`; raises `InvalidDocument`.

    * `as_of`: the sender's own time of the facts.
    * `whole`: the facts must be complete.
    * `source`: who sent them.

    Facts with only a processor's ids are filed under the first of these ids until the order is
    found.
    """
    if order_id is None and isinstance(document, Mapping) and not document.get("id"):
        refs = document.get("refs")
        order_id = refs[0] if isinstance(refs, list) and refs else None
    facts = parse_order(document, order_id, as_of or at, hash_email, whole=whole, source=source)
    return OrderUpdate(facts, at, as_of is not None)


def find_same_sale(reading: Reading, facts: OrderFacts) -> tuple[KnownOrder, list[KnownOrder]]:
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


def merge_update(
    update: OrderUpdate, known: KnownOrder, others: Sequence[KnownOrder]
) -> OrderFacts:
    """The facts of an order with an update merged in. `others` are stored orders that are the same
    sale; their facts are merged in too.

    Raises `InvalidDocument` if the order gets more refunds or disputes than the limits.
    """
    facts = update.facts
    if not update.dated and known.revision and (newest := newest_at(known.order)) >= update.at:
        facts = restamp(facts, newest + TICK)
    order = facts._replace(id=known.order.id, login=None)
    for stored in (known, *others):
        order = merge_facts(stored.order, order) if stored.revision else order
    _check_size(order)
    return order._replace(id=known.order.id)


def _check_size(order: OrderFacts) -> None:
    """Raises `InvalidDocument` if the facts do not fit into one item (specification: limits)."""
    if len(order.refunds) > MOST_REFUNDS:
        text = f"is limited to {MOST_REFUNDS} per order; send their sum as refunded_total"
        raise InvalidDocument([FieldError("refunds", text)])
    if len(order.disputes) > MOST_DISPUTES:
        text = f"is limited to {MOST_DISPUTES} per order; send one dispute with the whole sum"
        raise InvalidDocument([FieldError("disputes", text)])


def tells_nothing_new(update: OrderUpdate) -> bool:
    """Whether the stored order would stay as it is if this update were merged into it.

    Reads the order under every name that the update has for it, and writes nothing. Raises
    `InvalidDocument` as an evaluation would.
    """
    reading = Reading()
    names = dict.fromkeys((update.facts.id, *update.facts.refs))
    reading.fetch(
        *((OrderItem, keys.order(name)) for name in names),
        *((RefItem, keys.ref(name)) for name in update.facts.refs),
    )
    known, others = find_same_sale(reading, update.facts)
    if not known.revision or any(other.merged_into is None for other in others):
        return False
    refs = [reading.item(RefItem, keys.ref(name)) for name in update.facts.refs]
    named = all(item is None or item.order == known.order.id for item in refs)
    return named and merge_update(update, known, others) == known.order
