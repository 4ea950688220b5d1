"""Evaluates an order: loads what is known of it, decides what is due, commits the difference."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared import metrics
from shared.domain.evaluation.decision import Decision, Evaluated, Withdrawn, decide
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import bought_before, count_payments
from shared.domain.rewards.terms import Advocate, Buyer, Referral
from shared.log import logger
from shared.orders.commit import commit_decision
from shared.orders.context import OrderContext, complete_context, load_context
from shared.orders.fraud_signals import counts_sign_ups
from shared.orders.introductions import introduce
from shared.orders.lapses import load_lapses
from shared.orders.moving import leave_old_buyer
from shared.orders.parking import list_parked_order
from shared.orders.turns import Turns
from shared.orders.update import OrderUpdate
from shared.store import engine, keys
from shared.store.engine import Write
from shared.store.ledger.orders import KnownOrder, OrderItem, RefItem, known_of
from shared.store.ledger.used_room import window_of
from shared.store.reading import Reading

_turns = Turns()
"""The turns of advocates: without them, orders of one batch that change the same account would
conflict."""


class Evaluation(NamedTuple):
    """The context of an evaluation, and its decision."""

    context: OrderContext
    decision: Decision


def evaluate_order(update: OrderUpdate, *, dry_run: bool = False) -> Evaluation:
    """Merges an update into an order and posts what its facts now require; a dry run writes
    nothing.

    Raises `InvalidDocument` and `TableBusy`.
    """
    return engine.retrying(lambda: _evaluate(update, dry_run))


def _evaluate(update: OrderUpdate, dry_run: bool) -> Evaluation:
    """One attempt: loads, decides and commits. Loads again after the order left its old buyer,
    after other orders of the same sale were merged into it, and after another order of the same
    advocate was written.
    """
    ended_before = _turns.ended
    context = load_context(update)
    if dry_run:
        return Evaluation(*load_lapses_and_decide(context))
    if context.moves:
        leave_old_buyer(context)
        context = load_context(update)
    if _absorb_others(context):
        context = load_context(update)

    advocate = context.chain[0].id if context.chain else None
    with _turns.take(advocate, ended_before) as is_outdated:
        context = load_context(update) if is_outdated else context
        if context.moves:
            raise engine.WriteConflict
        context, decision = load_lapses_and_decide(context)
        _commit(context, decision)
    return Evaluation(context, decision)


def _commit(context: OrderContext, decision: Decision) -> None:
    """Writes the decision, and with it the guest and the referral that it is based on."""
    commit_decision(context, decision, introduction=introduction_of(context))
    list_parked_order(context, decision)


def finish_order(order_id: str, at: datetime) -> None:
    """Posts the remaining part of an order that is marked as unfinished; raises `TableBusy`.

    The facts do not change. An order without the mark is left as it is.
    """
    engine.retrying(lambda: _finish(order_id, at))


def _finish(order_id: str, at: datetime) -> None:
    reading = Reading()
    known = known_of(order_id, reading.item(OrderItem, keys.order(order_id)))
    if known is None or not known.unfinished or known.merged_into:
        return
    _commit(*load_lapses_and_decide(complete_context(reading, known, known.order, at)))


def introduction_of(context: OrderContext) -> list[Write]:
    """Writes of the guest or referral that the order makes (specification: one-transaction)."""
    buyer = context.buyer
    if not context.is_sale or buyer is None or not buyer.changed:
        return []
    return introduce(buyer, context.evidence, counts_sign_ups(context.program))


def _absorb_others(context: OrderContext) -> bool:
    """Merges other orders that are the same sale into this one.

    Returns whether there were any, so that the context must be loaded again.
    """
    if not context.is_sale:
        return False
    for other in context.absorbed:
        _absorb(other, context.known, context.at)
    return bool(context.absorbed)


def _absorb(other: KnownOrder, into: KnownOrder, at: datetime) -> None:
    """Merges an order into another one that is the same sale, and takes back what the merged order
    had posted.
    """
    context = complete_context(Reading(), other, other.order.as_cancelled(), at)
    commit_decision(*load_lapses_and_decide(context), merged_into=into)


def load_lapses_and_decide(context: OrderContext) -> tuple[OrderContext, Decision]:
    """The decision, and the context it is based on.

    If the decision changes a reward whose credit may have expired, the reward's history is read
    into the context first and the decision is made again.
    """
    decision = decide_order(context)
    lapses = load_lapses(context, decision)
    if not lapses:
        return context, decision
    context = replace(context, lapses=lapses)
    return context, decide_order(context)


def decide_order(context: OrderContext) -> Decision:
    """The decision about an order whose context is loaded; reads and writes nothing."""
    advocates = [_as_advocate(context, member) for member in context.chain]
    return decide(
        context.order,
        context.program,
        context.before,
        _as_buyer(context),
        advocates,
        context.at,
        context.signals,
        context.lapses,
    )


def _as_advocate(context: OrderContext, member: Member) -> Advocate:
    account, limit = context.account_of(member), context.program.rules.max_per_advocate
    used = account.used.get(window_of(limit), 0) if limit else 0
    return member.as_advocate(account.volume, used + context.closed_room.get(member.id, 0))


def _as_buyer(context: OrderContext) -> Buyer | None:
    if context.buyer is None or context.purchases is None:
        return None
    member, purchases = context.buyer.member, (context.purchases, *context.closed_purchases)
    return Buyer(
        member=member.id,
        email_hash=member.email_hash,
        blocked=member.blocked,
        signed_up_at=member.signed_up_at,
        referral=_as_counted(member.referral, context.order),
        payments=count_payments(purchases),
        bought_before=bought_before(purchases, context.order.id),
        ordered_as=context.order.email_hash,
    )


def _as_counted(referral: Referral | None, order: OrderFacts) -> Referral | None:
    """The buyer's referral. It counts as made by staff if staff named its advocate for this order."""
    if referral and referral.advocate == order.advocate:
        return referral._replace(by_staff=True)
    return referral


def find_order(name: str, at: datetime) -> Evaluation | None:
    """An order as it stands at `at`, found by its id or a processor's id: its context, and the
    decision about it. `None` if there is no such order. Writes nothing.
    """
    reading = Reading()
    reading.fetch((OrderItem, keys.order(name)), (RefItem, keys.ref(name)))
    known = known_of(name, reading.item(OrderItem, keys.order(name)))
    ref = reading.item(RefItem, keys.ref(name))
    elsewhere = known.merged_into if known else ref.order if ref else None
    if elsewhere:
        return find_order(elsewhere, at)
    if known is None:
        return None
    context = complete_context(reading, known, known.order, at)
    return Evaluation(context, decide_order(context))


def report_outcome(evaluation: Evaluation) -> None:
    """Logs an evaluation, and counts the order in the metrics once: as rewarded, refused or parked."""
    known, decision = evaluation.context.known, evaluation.decision
    logger.info(
        "an order was evaluated",
        order_id=evaluation.context.order.id,
        state=decision.state,
        parked=decision.parked,
        changes=len(decision.deltas) if isinstance(decision, Evaluated | Withdrawn) else 0,
    )
    if decision.parked and decision.parked != known.parked:
        metrics.count_parked(decision.parked)
    if isinstance(decision, Evaluated) and known.state != decision.state:
        earned = any(reward.net > 0 for reward in decision.posted.rewards)
        metrics.count(metrics.ORDERS_REWARDED if earned else metrics.ORDERS_REFUSED)
