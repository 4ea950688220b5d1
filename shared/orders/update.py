"""One update of an order: facts from one sender, parsed once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.facts_document import parse_order
from shared.domain.orders.sources import Source


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
