"""Moves an order away from a member who turned out not to be its buyer (specification:
another-buyer).
"""

from dataclasses import replace

from shared.domain.evaluation.moving import Left, leave_buyer
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.members.evidence import REFERRAL
from shared.domain.members.member import Member
from shared.domain.orders.purchases import Purchases
from shared.orders import attribution
from shared.orders.buyer_purchases import counted_referral
from shared.orders.commit import put_changed, reward_writes
from shared.orders.context import OrderContext, load_old_buyer
from shared.orders.lapses import load_lapses
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.referrals import FriendItem, ReferralItem, put_end
from shared.store.engine import Write, WriteConflict
from shared.store.ledger.orders import KnownOrder, put_order
from shared.store.ledger.purchases import PurchasesItem, purchases_of, put_purchases
from shared.store.reading import Reading


def leave_old_buyer(context: OrderContext) -> None:
    """Takes back in one transaction what the order posted for its old buyer; raises
    `WriteConflict`.

    Afterwards the order is open again and keeps all its facts. The next evaluation finds the right
    buyer.
    """
    if not isinstance(context.known.posted, FrozenOrder):
        return _leave_waiting(context)
    old = load_old_buyer(context)
    before = old.before
    if old.stale or not isinstance(before, FrozenOrder):
        raise WriteConflict
    left = leave_buyer(old.program, before)
    left = leave_buyer(old.program, before, load_lapses(old, left))
    accounts = dict(old.accounts)
    writes = [put_order(_left_order(old, left)), *reward_writes(old, left, accounts)]
    if old.purchases is not None and old.buyer is not None:
        purchases = _without_order(old, left, old.purchases)
        edge_writes = _end_edge(old, before.terms.referral, old.buyer.member, purchases)
        if edge_writes:
            purchases = purchases.without(before.terms.referral or "")
        writes += [*edge_writes, put_purchases(purchases)]
    engine.write([*writes, *put_changed(old, accounts)])


def _leave_waiting(context: OrderContext) -> None:
    """Removes an order that has posted nothing from the purchases of its old buyer."""
    known, reading = context.known, Reading()
    name = known.buyer or ""
    reading.fetch(*attribution.member_keys([name]), (PurchasesItem, keys.purchases(name)))
    buyer = attribution.find_member(reading, name)
    item = reading.item(PurchasesItem, keys.purchases(name))
    purchases = purchases_of(name, item).without_order(known.order.id)
    after = replace(known, order=context.order, buyer=None, evidence=(), unfinished=True)
    referral = buyer.referral if buyer else None
    edge_writes: list[Write] = []
    if buyer and referral and referral.made_at == known.order.first_seen:
        edge_writes = _end_edge(context, referral.id, buyer, purchases)
        purchases = purchases.without(referral.id) if edge_writes else purchases
    engine.write([put_order(after), *edge_writes, put_purchases(purchases)])


def _left_order(old: OrderContext, left: Left) -> KnownOrder:
    return replace(
        old.known,
        order=old.order,
        posted=left.posted,
        state=left.state,
        parked=None,
        buyer=None,
        evidence=(),
        refused=(),
        unfinished=True,
    )


def _without_order(old: OrderContext, left: Left, purchases: Purchases) -> Purchases:
    after = purchases.without_order(old.order.id).with_payments(left.payments)
    referral = counted_referral(old, left.terms)
    if referral is None:
        return after
    return after.with_volume(referral, old.program.currency, left.volume)


def _end_edge(
    old: OrderContext, made: str | None, buyer: Member, purchases: Purchases
) -> list[Write]:
    """Ends a referral that this order's evidence had made, if no other order counts under it."""
    referral = buyer.referral
    if referral is None or referral.id != made or not _made_edge(old.known):
        return []
    if purchases.payments or any(purchases.given.values()):
        return []
    reading = Reading()
    edge_key, line_key = keys.referral(referral.id), keys.friend(referral.advocate, buyer.id)
    reading.fetch((ReferralItem, edge_key), (FriendItem, line_key))
    item = reading.item(ReferralItem, edge_key)
    if item is None or item.ended_at:
        return []
    end = put_end(item, reading.item(FriendItem, line_key), old.at, {})
    return [*end, members.put_member(replace(buyer, referral=None, upline=()))]


def _made_edge(known: KnownOrder) -> bool:
    """Whether the order's own evidence made its buyer's referral."""
    winner = next((piece for piece in known.evidence if "lost" not in piece), None)
    return winner is not None and winner["kind"] != REFERRAL
