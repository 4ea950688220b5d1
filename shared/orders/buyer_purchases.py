"""What an order changes in the purchases of its buyer."""

from shared.domain.evaluation.decision import Decision, Evaluated, Withdrawn
from shared.domain.orders.purchases import Purchases
from shared.domain.rewards.terms import Terms
from shared.orders.context import OrderContext
from shared.store.engine import Write
from shared.store.ledger.purchases import put_purchases


def counted_referral(context: OrderContext, terms: Terms) -> str | None:
    """The referral under which the order was made; `None` if it is no longer open. Only an open one
    lets the order count for the advocate's volume.
    """
    referral = context.buyer.member.referral if context.buyer else None
    is_open = terms.chain and referral and referral.id == terms.referral
    return terms.referral if is_open else None


def purchases_writes(
    context: OrderContext, decision: Decision, *, merged: bool = False
) -> list[Write]:
    """The write of the buyer's purchases, if the decision changes them. An order that is `merged` into
    another one is no purchase of its own.
    """
    after = _purchases_after(context, decision, merged)
    return [put_purchases(after)] if after and after != context.purchases else []


def _purchases_after(context: OrderContext, decision: Decision, merged: bool) -> Purchases | None:
    """The buyer's purchases with this order: its traces, counted orders and volume."""
    after, order = context.purchases, context.order
    if after is None:
        return None
    if merged:
        after = after.without_order(order.id)
    elif context.is_sale:
        after = after.with_order(order.id, order.first_seen)
        after = after.with_traces(order.ref_token, order.payment)
    if isinstance(decision, Evaluated | Withdrawn):
        after = after.with_payments(decision.payments)
        referral = counted_referral(context, decision.posted.terms)
        if referral:
            after = after.with_volume(referral, context.program.currency, decision.volume)
    return after
