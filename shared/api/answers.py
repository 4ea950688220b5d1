"""How the API shows orders, members and entries, sentences included.

The fields are in the specification: order-calls, entries, member-calls.
"""

from collections.abc import Mapping
from datetime import datetime

from shared.domain.evaluation.decision import Decision, Evaluated, FrozenOrder, PostedState
from shared.domain.evaluation.reasons import refusal_reason, reward_reason
from shared.domain.instants import instant_text
from shared.domain.ledger.entry import Entry
from shared.domain.ledger.ledger import Account, PostedReward
from shared.domain.ledger.reason import Reason, ReasonInputs
from shared.domain.members.member import Member
from shared.domain.members.names import Names
from shared.domain.orders.facts import Dispute, OrderFacts, Refund, Versioned
from shared.domain.orders.fraud_signals import grade_of, review_deadline
from shared.domain.orders.kept import kept
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import Due, NoExchangeRate, rate_for
from shared.domain.rewards.terms import Terms
from shared.orders.context import OrderContext
from shared.orders.deductions import EarnedOrder
from shared.orders.evidence import shown_evidence
from shared.words import SIGNALS, sentence

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
        "evidence": [_shown(piece, names) for piece in evidence],
        "winner": _shown(winner, names) if winner else None,
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
    """How far the review of an order is, and what happens if nobody decides before its deadline.

    `None` for terms that never held a reward.
    """
    if terms.held_at is None:
        return None
    return {
        "state": "held" if terms.held else terms.verdict or REFUSED,
        "held_at": instant_text(terms.held_at),
        "deadline": instant_text(review_deadline(program.review, terms.held_at)),
        "at_deadline": program.review.at_deadline,
    }


def order_document(context: OrderContext, decision: Decision, names: Names) -> dict[str, object]:
    """Order facts as they are known, with what is kept in the program's currency."""
    order, buyer = context.order, context.buyer
    return {
        "id": order.id,
        "customer": {"id": names.public(buyer.member.id) if buyer else order.customer},
        "ref_token": order.ref_token,
        "code": order.codes[0] if order.codes else None,
        "status": order.current_status,
        "placed_at": _text(order.placed_at),
        "paid_at": _text(order.paid_at),
        "completed_at": _text(order.completed_at),
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
        "test": order.test,
        "refs": list(order.refs),
        "kept": _kept(context, decision),
    }


def _kept(context: OrderContext, decision: Decision) -> int | None:
    """What is kept of the order, in minor units of the program's currency.

    `None` where no totals were told, and where no exchange rate was.
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
    return refund._asdict() | {"at": _text(refund.at), "status": order.counted_status(version)}


def _dispute(version: Versioned[Dispute]) -> dict[str, object]:
    return version.value._asdict() | {"at": _text(version.value.at)}


def _rewards(context: OrderContext, decision: Decision, names: Names) -> list[dict[str, object]]:
    """The rewards above 0, the buyer's own first."""
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
            "available_on": _text(reward.available_on),
            "reason": shown_reason(_reason(decision.posted, reward, dues.get(reward.key)), names),
        }
        for reward in rewards
        if reward.net > 0
    ]


def _reason(posted: PostedState, reward: PostedReward, due: Due | None) -> Reason:
    """The reason of a reward; without steps where the order cannot be evaluated any more."""
    terms = posted.terms if isinstance(posted, FrozenOrder) else None
    if due and terms:
        return reward_reason(due, terms)
    buyer = terms.buyer if terms else reward.member
    return _bare_reason(reward.code, {"friend": buyer, "level": reward.level})


def _bare_reason(code: str, inputs: ReasonInputs) -> Reason:
    """A reason of which no steps are known."""
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


def shown_reason(reason: Reason, names: Names) -> dict[str, object]:
    """A reason with its sentence, and members by their public ids."""
    known = reason["inputs"]
    inputs: dict[str, object] = {**known}
    if "friend" in known:
        inputs["friend"] = names.public(known["friend"])
    if "advocate" in known:
        inputs["advocate"] = names.public(known["advocate"])
    return {
        "code": reason["code"],
        "text": sentence(reason, names.login),
        "inputs": inputs,
        "steps": reason["steps"],
        "program_version": reason.get("program_version"),
    }


def _shown(evidence: Mapping[str, str], names: Names) -> dict[str, object]:
    document: dict[str, object] = {
        name: evidence.get(name) for name in ("kind", "value", "at", "lost")
    }
    return document | {"advocate": names.public(evidence.get("advocate"))}


def entry_answer(entry: Entry, names: Names) -> dict[str, object]:
    """One line of a member's history."""
    reason = shown_reason(entry.reason, names)
    return {
        "id": f"{names.public(entry.member)}-{entry.currency}-{entry.sequence}",
        "at": _text(entry.at),
        "kind": entry.kind,
        "amount": entry.amount,
        "currency": entry.currency,
        "available_on": _text(entry.available_on),
        "order": entry.order,
        "text": reason["text"],
        "reason": reason,
        "balance_after": entry.balance_after,
    }


def member_answer(
    member: Member, account: Account, program: Program, base_url: str, names: Names
) -> dict[str, object]:
    """A member as `PUT` answers; `group` is the id of the group that applies now."""
    group = program.group(member.group, account.volume)
    return {
        "id": member.public_id,
        "login": member.login,
        "code": member.code,
        "link": f"{base_url}/r/{member.code}" if member.code else None,
        "group": group.id if group else None,
        "referred_by": names.public(member.referral.advocate) if member.referral else None,
        "status": member.status,
        "balance": account.balance,
    }


def whole_member_answer(
    member: Member, account: Account, program: Program, base_url: str, names: Names
) -> dict[str, object]:
    """A member as `GET` answers: the group with its texts, the volume, and what still goes on."""
    group = program.group(member.group, account.volume)
    texts = (
        {"id": group.id, "name": group.name, "description": group.description} if group else None
    )
    answer = member_answer(member, account, program, base_url, names)
    return answer | {"group": texts, "volume": account.volume, "finishing": member.finishing}


def balance_answer(
    currency: str, available: int, held: int, waiting: Mapping[datetime | None, int]
) -> dict[str, object]:
    """One account, in minor units: what can be spent, what is held, and what waits for which date.

    Credit that waits for a review has no date and comes last.
    """
    dates = sorted(waiting, key=lambda date: (date is None, date))
    return {
        "currency": currency,
        "available": available,
        "pending": sum(waiting.values()),
        "held": held,
        "by_date": [{"available_on": _text(date), "amount": waiting[date]} for date in dates],
    }


def review_answer(order: EarnedOrder, names: Names) -> dict[str, object]:
    """An order under review: its rewards that wait, the signals, and the deadline."""
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


def _text(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None
