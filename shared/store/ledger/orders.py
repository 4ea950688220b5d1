"""Orders with their frozen terms and what they have posted, and the processors' ids of orders, in
the ledger table.
"""

from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from shared.domain.evaluation.decision import EVALUATED, NOTHING_POSTED
from shared.domain.evaluation.posted import PostedState
from shared.domain.orders.facts import OrderFacts
from shared.store import keys
from shared.store.codec import TUPLE
from shared.store.engine import Check, Write
from shared.store.items import JsonAttribute, LedgerItem, unchanged
from shared.store.ledger.order_forms import FACTS_FORM, POSTED_FORM, REFUSED_FORM, RefusedReward

REWARDED, REFUSED, WAITING, PARKED = "rewarded", "refused", "waiting", "parked"
SHOWN_STATES = (REWARDED, REFUSED, WAITING, PARKED)


class OrderItem(LedgerItem):
    """An order. Every transaction of the order raises `revision`, and fails if the order has
    changed since it was read.
    """

    revision = NumberAttribute()
    state = UnicodeAttribute()
    parked = UnicodeAttribute(null=True)
    buyer = UnicodeAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)
    unfinished = BooleanAttribute(null=True)
    facts = JsonAttribute(FACTS_FORM)
    posted = JsonAttribute(POSTED_FORM, default=lambda: NOTHING_POSTED)
    refused = JsonAttribute(REFUSED_FORM, default=tuple)
    evidence: JsonAttribute[tuple[dict[str, Any], ...]] = JsonAttribute(TUPLE, default=tuple)


class RefItem(LedgerItem):
    """A processor's id of an order, and the order that has it."""

    order = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order as the ledger stores it. Revision 0 means that it is not stored yet.

    `unfinished` says that another evaluation must post the remaining part of what is due.
    """

    order: OrderFacts
    posted: PostedState = NOTHING_POSTED
    state: str = "waiting"
    parked: str | None = None
    buyer: str | None = None
    merged_into: str | None = None
    evidence: tuple[dict[str, Any], ...] = ()
    refused: tuple[RefusedReward, ...] = ()
    unfinished: bool = False
    revision: int = 0

    @property
    def shown_state(self) -> str:
        """The state of the order in lists: one of `SHOWN_STATES`."""
        if self.parked:
            return PARKED
        if self.state != EVALUATED:
            return WAITING
        earned = any(reward.net > 0 for reward in self.posted.rewards)
        return REWARDED if earned else REFUSED


def known_of(order_id: str, item: OrderItem | None) -> KnownOrder | None:
    return None if item is None else order_from(item)


def order_from(item: OrderItem) -> KnownOrder:
    return KnownOrder(
        order=item.facts._replace(id=item.pk.partition("#")[2]),
        posted=item.posted,
        state=item.state,
        parked=item.parked,
        buyer=item.buyer,
        merged_into=item.merged_into,
        evidence=item.evidence,
        refused=item.refused,
        unfinished=bool(item.unfinished),
        revision=int(item.revision),
    )


def put_order(after: KnownOrder) -> Write:
    """The write that stores an order. It fails if the order has changed since it was read."""
    item = OrderItem(
        *keys.order(after.order.id),
        revision=after.revision + 1,
        state=after.state,
        parked=after.parked,
        buyer=after.buyer,
        merged_into=after.merged_into,
        unfinished=after.unfinished or None,
        facts=after.order,
        posted=after.posted,
        refused=after.refused,
        evidence=after.evidence,
    )
    return Write(item, unchanged(after.revision))


def order_as_read(known: KnownOrder) -> Write:
    """The check that an order has not changed since it was read. If it was not stored then, it must
    still not be stored.
    """
    return Check(OrderItem(*keys.order(known.order.id)), unchanged(known.revision))


def put_ref(name: str, order_id: str) -> Write:
    return Write(RefItem(*keys.ref(name), order=order_id))
