"""Evaluating an order: load what is known of it, decide what is due, commit the difference."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared import metrics
from shared.domain.evaluation.decision import Decision, Evaluated, Withdrawn, decide
from shared.domain.members.member import Member
from shared.domain.rewards.terms import Advocate, Buyer
from shared.log import logger
from shared.orders import attribution
from shared.orders.commit import commit_decision
from shared.orders.context import OrderContext, complete_context, load_context
from shared.orders.fraud_signals import counts_sign_ups
from shared.orders.lapses import load_lapses
from shared.orders.moving import leave_old_buyer
from shared.orders.parking import list_parked_order
from shared.orders.update import OrderUpdate
from shared.store import engine, keys
from shared.store.ledger.accounts import window_of
from shared.store.ledger.orders import KnownOrder, OrderItem, RefItem, known_of
from shared.store.reading import Reading


class Evaluation(NamedTuple):
    """What an order was evaluated on, and what came of it."""

    context: OrderContext
    decision: Decision


def evaluate_order(update: OrderUpdate, *, dry_run: bool = False) -> Evaluation:
    """Evaluate an order with one more update of it; a dry run writes nothing.

    Raises `InvalidDocument` and `TableBusy`.
    """
    return engine.retrying(lambda: _evaluate(update, dry_run))


def _evaluate(update: OrderUpdate, dry_run: bool) -> Evaluation:
    context = load_context(update)
    if not dry_run and context.moves:
        leave_old_buyer(context)
        context = load_context(update)
    if not dry_run and _introduce(context):
        context = replace(load_context(update), evidence=context.evidence)
    if not dry_run and context.moves:
        raise engine.WriteConflict

    context, decision = decide_whole(context)

    if not dry_run:
        commit_decision(context, decision)
        list_parked_order(context, decision)
    return Evaluation(context, decision)


def finish_order(order_id: str, at: datetime) -> None:
    """Post what an order that was left unfinished still has due; raises `TableBusy`.

    Nothing new is told of it, and one that was finished meanwhile stays as it is.
    """
    engine.retrying(lambda: _finish(order_id, at))


def _finish(order_id: str, at: datetime) -> None:
    reading = Reading()
    known = known_of(order_id, reading.item(OrderItem, keys.order(order_id)))
    if known is None or not known.unfinished or known.merged_into:
        return
    context = complete_context(reading, known, known.order, at)
    if _introduce(context):
        raise engine.WriteConflict
    context, decision = decide_whole(context)
    commit_decision(context, decision)
    list_parked_order(context, decision)


def _introduce(context: OrderContext) -> bool:
    """Write the members and merges that must exist before this order can count.

    Returns whether anything changed, so that the context must be loaded again.
    """
    if not context.is_sale:
        return False
    for other in context.absorbed:
        _absorb(other, context.known, context.at)
    buyer = context.buyer
    if buyer is not None and buyer.changed:
        attribution.commit_buyer(buyer, context.evidence, counts_sign_ups(context.program))
        return True
    return bool(context.absorbed)


def _absorb(other: KnownOrder, into: KnownOrder, at: datetime) -> None:
    """Merge an order into the one that it turns out to be: what it posted is taken back."""
    context = complete_context(Reading(), other, other.order.as_cancelled(), at)
    commit_decision(*decide_whole(context), merged_into=into)


def decide_whole(context: OrderContext) -> tuple[OrderContext, Decision]:
    """The decision, and its context with what expired unspent of the rewards that it changes.

    Only a change of a reward whose end has come reads a history.
    """
    decision = decide_order(context)
    lapses = load_lapses(context, decision)
    if not lapses:
        return context, decision
    context = replace(context, lapses=lapses)
    return context, decide_order(context)


def decide_order(context: OrderContext) -> Decision:
    """The decision about an order whose context was loaded; nothing is read or written."""
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
    account, cap = context.account_of(member), context.program.rules.max_per_advocate
    used = account.used.get(window_of(cap), 0) if cap else 0
    return member.as_advocate(account.volume, used)


def _as_buyer(context: OrderContext) -> Buyer | None:
    if context.buyer is None or context.purchases is None:
        return None
    member, purchases = context.buyer.member, context.purchases
    return Buyer(
        member=member.id,
        email_hash=member.email_hash,
        blocked=member.blocked,
        signed_up_at=member.signed_up_at,
        referral=member.referral,
        payments=purchases.payments,
        bought_before=purchases.before(context.order.id),
        ordered_as=context.order.email_hash,
    )


def find_order(name: str, at: datetime) -> Evaluation | None:
    """An order as it is at `at`, found by its id or by a processor's name; nothing is written."""
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
    """Log an evaluation, and count the order once: as rewarded, as refused, as parked."""
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
