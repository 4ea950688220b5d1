"""Orders and reviews as the API returns them, with sentences that people can read.

The fields are in the specification: order-calls, entries, member-calls.
"""

from shared.api.shown import evidence_answer, instant_or_none, shown_reason
from shared.domain.evaluation.decision import Decision, Evaluated
from shared.domain.evaluation.posted import FrozenOrder, PostedState
from shared.domain.evaluation.reasons import refusal_reason, reward_reason
from shared.domain.instants import instant_text
from shared.domain.ledger.ledger import PostedReward
from shared.domain.ledger.reason import Reason, ReasonInputs
from shared.domain.members.code import shared_codes
from shared.domain.members.names import Names
from shared.domain.orders.facts import DailyRate, Dispute, OrderFacts, Refund, Versioned
from shared.domain.orders.fraud_signals import grade_of, review_deadline
from shared.domain.orders.kept import kept
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import Due, NoExchangeRate, rate_for
from shared.domain.rewards.terms import Terms
from shared.orders.context import OrderContext
from shared.orders.deductions import EarnedOrder
from shared.orders.evidence import shown_evidence
from shared.words import SIGNALS

REWARDED, REFUSED = "rewarded", "refused"


def order_answer(context: OrderContext, decision: Decision) -> dict[str, object]:
    """An order with its state, rewards, refusals and evidence."""
    names = Names([context.buyer.member] if context.buyer else [], context.chain)
    rewards = _rewards(context, decision, names)
    posted = decision.posted
    terms = posted.terms if isinstance(posted, FrozenOrder) else None
    evidence = shown_evidence(context)
    winner = next((piece for piece in evidence if "lost" not in piece), None)
    state = decision.state
    if isinstance(decision, Evaluated):
        state = REWARDED if rewards else REFUSED
    return {
        "order": order_document(context, decision, names),
        "state": state,
        "rewards": rewards,
        "refusals": _refusals(decision, context.program, names),
        "evidence": [evidence_answer(piece, names) for piece in evidence],
        "winner": evidence_answer(winner, names) if winner else None,
        "signals": shown_signals(terms, context.program),
        "review": review_state(terms, context.program) if terms else None,
    }


def shown_signals(terms: Terms | None, program: Program) -> list[dict[str, object]]:
    """Every fraud signal of the terms, with what the program does about it."""
    signals = terms.signals if terms else ()
    return [
        {"code": code, "grade": grade_of(code, program.review), "text": SIGNALS[code]}
        for code in signals
    ]


def review_state(terms: Terms, program: Program) -> dict[str, object] | None:
    """The state of an order's review: `held`, `approved` or `refused`, the deadline, and what
    happens if nobody decides before the deadline.

    `None` for terms that never held a reward.
    """
    if terms.held_at is None:
        return None
    return {
        "state": "held" if terms.under_review else terms.verdict or REFUSED,
        "held_at": instant_text(terms.held_at),
        "deadline": instant_text(review_deadline(program.review, terms.held_at)),
        "at_deadline": program.review.at_deadline,
    }


def order_document(context: OrderContext, decision: Decision, names: Names) -> dict[str, object]:
    """The merged facts of an order. `kept` is what the shop kept, in minor units of the program's
    currency.
    """
    order, buyer = context.order, context.buyer
    return {
        "id": order.id,
        "customer": {"id": names.public(buyer.member.id) if buyer else order.customer},
        "ref_token": order.ref_token,
        "code": next(iter([*shared_codes(order.codes), *order.codes]), None),
        "status": order.current_status,
        "placed_at": instant_or_none(order.placed_at),
        "paid_at": instant_or_none(order.paid_at),
        "completed_at": instant_or_none(order.completed_at),
        **_totals(order),
        "refunds": [
            {"id": name, **_refund(order, version)} for name, version in order.refunds.items()
        ],
        "refunds_complete": order.refunds_complete is not None,
        "refunded_total": order.refunded_total or None,
        "disputes": [{"id": name, **_dispute(version)} for name, version in order.disputes.items()],
        "disputed": bool(order.disputed and order.disputed.value),
        "captured_total": order.captured_total.value if order.captured_total else None,
        "fx_rate": order.fx_rate.value if order.fx_rate else None,
        "fx_currency": order.fx_currency.value if order.fx_currency else None,
        "daily_rate": _daily_rate(order.daily_rate) if order.daily_rate else None,
        "test": order.test,
        "refs": list(order.refs),
        "kept": _kept(context, decision),
    }


def _daily_rate(rate: DailyRate) -> dict[str, str]:
    """The rate that the order got from the owner's table."""
    return {
        "date": rate.day.isoformat(),
        "rate": rate.rate,
        "from": rate.source,
        "into": rate.target,
    }


def _kept(context: OrderContext, decision: Decision) -> int | None:
    """What the shop kept of the order, in minor units of the program's currency.

    `None` if the order is parked, has no totals, or needs an exchange rate that is not known.
    """
    if isinstance(decision, Evaluated):
        return decision.outcome.kept
    order, program = context.order, context.program
    if decision.parked or order.totals is None:
        return None
    try:
        return kept(order, program, program.base, rate_for(order, program))
    except NoExchangeRate:
        return None


def _totals(order: OrderFacts) -> dict[str, object]:
    totals = order.counted_totals
    return {
        "currency": totals.currency if totals else None,
        "items_total": totals.items if totals else None,
        "discount_total": totals.discount if totals else None,
        "tax_total": totals.tax if totals else None,
        "shipping_total": totals.shipping if totals else None,
        "other_total": totals.other if totals else None,
        "credit_used": order.credit,
    }


def _refund(order: OrderFacts, version: Versioned[Refund]) -> dict[str, object]:
    refund = version.value
    return refund._asdict() | {
        "at": instant_or_none(refund.at),
        "status": order.counted_status(version),
    }


def _dispute(version: Versioned[Dispute]) -> dict[str, object]:
    return version.value._asdict() | {"at": instant_or_none(version.value.at)}


def _rewards(context: OrderContext, decision: Decision, names: Names) -> list[dict[str, object]]:
    """The rewards above 0. The buyer's own reward comes first."""
    dues = (
        {due.key: due for due in decision.outcome.dues} if isinstance(decision, Evaluated) else {}
    )
    rewards = sorted(decision.posted.rewards, key=lambda reward: (reward.level, reward.code))
    return [
        {
            "member": names.public(reward.member),
            "level": reward.level,
            "amount": reward.net,
            "currency": context.program.currency,
            "available_on": instant_or_none(reward.available_on),
            "reason": shown_reason(_reason(decision.posted, reward, dues.get(reward.key)), names),
        }
        for reward in rewards
        if reward.net > 0
    ]


def _reason(posted: PostedState, reward: PostedReward, due: Due | None) -> Reason:
    """The reason of a reward. It has no steps if the order can no longer be evaluated."""
    terms = posted.terms if isinstance(posted, FrozenOrder) else None
    if due and terms:
        return reward_reason(due, terms)
    buyer = terms.buyer if terms else reward.member
    return _bare_reason(reward.code, {"friend": buyer, "level": reward.level})


def _bare_reason(code: str, inputs: ReasonInputs) -> Reason:
    """A reason without calculation steps."""
    return {"code": code, "inputs": inputs, "steps": [], "program_version": None}


def _refusals(decision: Decision, program: Program, names: Names) -> list[dict[str, object]]:
    if decision.parked:
        reason = shown_reason(_bare_reason(decision.parked, {}), names)
        return [{"member": None, "level": None, "reason": reason}]
    if not isinstance(decision, Evaluated):
        return []
    terms, outcome = decision.posted.terms, decision.outcome
    return [
        {
            "member": names.public(refusal.member),
            "level": refusal.level,
            "reason": shown_reason(refusal_reason(refusal, terms, outcome.kept, program), names),
        }
        for refusal in outcome.refusals
    ]


def review_answer(order: EarnedOrder, names: Names) -> dict[str, object]:
    """An order under review: the rewards that are held, the fraud signals, and the deadline."""
    terms, program = order.posted.terms, order.program
    rewards = [reward for reward in order.posted.rewards if reward.reviewed and reward.net]
    return {
        "id": order.id,
        "order": order.id,
        "member": names.public(terms.chain[0].member),
        "friend": names.public(terms.buyer),
        "amount": sum(reward.net for reward in rewards),
        "currency": program.currency,
        "rewards": [
            {"member": names.public(reward.member), "level": reward.level, "amount": reward.net}
            for reward in rewards
        ],
        "signals": shown_signals(terms, program),
        **(review_state(terms, program) or {}),
    }
