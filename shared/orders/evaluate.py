"""An order is told: gather what is known, decide what is due, apply the difference."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.decision import Decision, decide
from shared.domain.members.member import Member
from shared.domain.rewards.reward import Advocate, Buyer
from shared.orders import attribution, commit
from shared.orders.context import OrderContext, OrderUpdate, complete_context, load_context
from shared.orders.fraud_signals import counts_sign_ups
from shared.store import engine, keys
from shared.store.ledger.accounts import window_of
from shared.store.ledger.orders import KnownOrder, OrderItem, RefItem, known_of
from shared.store.programs import parked
from shared.store.reading import Reading
from shared.words import SENTENCES


class Evaluation(NamedTuple):
    sale: OrderContext
    decision: Decision


def evaluate_order(
    telling: OrderUpdate, hash_email: Callable[[str], str], *, keep: bool = True
) -> Evaluation:
    """Evaluate an order with what was just told of it; with `keep` false nothing is written. Raises `InvalidDocument` and `TableBusy`."""
    return engine.retrying(lambda: _tell(telling, hash_email, keep))


def _tell(telling: OrderUpdate, hash_email: Callable[[str], str], keep: bool) -> Evaluation:
    sale = load_context(telling, hash_email)
    if keep and _introduce(sale):
        sale = replace(load_context(telling, hash_email), signs=sale.signs)

    decision = evaluation(sale)

    if keep:
        commit.apply(sale, decision)
        _list(sale, decision)
    return Evaluation(sale, decision)


def _list(sale: OrderContext, decision: Decision) -> None:
    """What cannot be evaluated is shown to staff until a later telling makes it usable."""
    if decision.parked:
        parked.park_order(sale.order.id, sale.at, decision.parked, SENTENCES[decision.parked])
    elif sale.known.parked:
        parked.unpark_order(sale.order.id)


def look(name: str, at: datetime) -> Evaluation | None:
    """An order as it stands, found by its id or by any name a processor has for it; nothing is written."""
    reading = Reading()
    reading.fetch((OrderItem, keys.order(name)), (RefItem, keys.ref(name)))
    known = known_of(name, reading.item(OrderItem, keys.order(name)))
    ref = reading.item(RefItem, keys.ref(name))
    elsewhere = known.merged_into if known else ref.order if ref else None
    if elsewhere:
        return look(elsewhere, at)
    if known is None:
        return None
    sale = complete_context(reading, known, known.order, at)
    return Evaluation(sale, evaluation(sale))


def _introduce(sale: OrderContext) -> bool:
    """Write whoever and whatever has to be known before this order can count; true where that changed anything."""
    if not sale.usable:
        return False
    for other in sale.absorbed:
        _absorb(other, sale.known, sale.at)
    meet = sale.friend is not None and sale.friend.changed
    if meet:
        attribution.keep(sale.friend, list(sale.signs), counts_sign_ups(sale.program))
    return meet or bool(sale.absorbed)


def _absorb(other: KnownOrder, into: KnownOrder, at: datetime) -> None:
    """An order that turns out to be another: what it posted is taken back, its facts count there."""
    voided = other.order._replace(cancelled=True)
    sale = complete_context(Reading(), other, voided, at)
    commit.apply(sale, evaluation(sale), merged_into=into)


def evaluation(sale: OrderContext) -> Decision:
    cap = sale.program.rules.max_per_advocate
    advocates = [_advocate(sale, member, cap) for member in sale.chain]
    return decide(
        sale.order, sale.program, sale.before, _buyer(sale), advocates, sale.at, sale.signals
    )


def _advocate(sale: OrderContext, member: Member, cap) -> Advocate:
    account = sale.accounts[member.id, sale.program.currency]
    return member.as_advocate(account.volume, account.used.get(window_of(cap), 0) if cap else 0)


def _buyer(sale: OrderContext) -> Buyer | None:
    if sale.friend is None:
        return None
    friend = sale.friend.member
    return Buyer(
        member=friend.id,
        email_hash=friend.email_hash,
        blocked=friend.blocked,
        signed_up_at=friend.signed_up_at,
        referral=friend.referral,
        payments=sale.purchases.payments,
        bought_before=sale.purchases.before(sale.order.id),
        ordered_as=sale.order.email_hash,
    )
