"""What the API says of orders, members and entries: the design's fields, sentences included (design, sections 4, 6 and 7)."""

from collections.abc import Mapping
from datetime import datetime

from shared.domain.evaluation.decision import EVALUATED, Decision
from shared.domain.evaluation.reasons import refusal_reason, reward_reason
from shared.domain.instants import instant_text
from shared.domain.ledger.ledger import Account, Entry, PostedReward
from shared.domain.members.member import Member
from shared.domain.members.names import Names
from shared.domain.orders.facts import OrderFacts, Versioned, kept
from shared.domain.orders.fraud_signals import deadline, grade
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import Due, NoExchangeRate, Refusal, Terms, rate_for
from shared.orders.context import OrderContext
from shared.orders.deductions import Earned
from shared.words import SIGNALS, sentence

REWARDED, REFUSED = "rewarded", "refused"


def order_answer(sale: OrderContext, decision: Decision) -> dict:
    """An order with its state, rewards, refusals and evidence."""
    names = Names([sale.friend.member] if sale.friend else [], sale.chain)
    rewards = _rewards(sale, decision, names)
    return {
        "order": order_document(sale, decision, names),
        "state": decision.state
        if decision.state != EVALUATED
        else REWARDED
        if rewards
        else REFUSED,
        "rewards": rewards,
        "refusals": _refusals(decision, names),
        "evidence": [_shown(sign, names) for sign in sale.evidence],
        "winner": next((_shown(sign, names) for sign in sale.evidence if "lost" not in sign), None),
        "signals": shown_signals(decision.posted.terms, sale.program),
        "review": _review(decision.posted.terms, sale.program),
    }


def shown_signals(terms: Terms | None, program: Program) -> list[dict]:
    """Every sign that friend and advocate are one person, with what the program does about it."""
    signals = terms.signals if terms else ()
    return [
        {"code": code, "grade": grade(code, program.review), "text": SIGNALS[code]}
        for code in signals
    ]


def _review(terms: Terms | None, program: Program) -> dict | None:
    return review_state(terms, program) if terms and terms.held_at else None


def review_state(terms: Terms, program: Program) -> dict:
    """How far the review of an order is, and what happens where nobody decides until its deadline."""
    state = "held" if terms.held else terms.verdict or REFUSED
    until = deadline(program.review, terms.held_at)
    return {
        "state": state,
        "held_at": instant_text(terms.held_at),
        "deadline": instant_text(until),
        "at_deadline": program.review.at_deadline,
    }


def order_document(sale: OrderContext, decision: Decision, names: Names) -> dict:
    """Order facts as they are known, with what is kept in the program's currency."""
    order = sale.order
    return {
        "id": order.id,
        "customer": {"id": names.public(sale.friend.member.id) if sale.friend else order.customer},
        "ref_token": order.ref_token,
        "code": order.codes[0] if order.codes else None,
        "status": order.standing,
        "placed_at": _text(order.placed_at),
        "paid_at": _text(order.paid_at),
        "completed_at": _text(order.completed_at),
        **_totals(order),
        "refunds": [{"id": name, **_refund(told)} for name, told in order.refunds.items()],
        "refunded_total": order.refunded_total or None,
        "disputed": bool(order.disputed and order.disputed.value),
        "fx_rate": order.fx_rate.value if order.fx_rate else None,
        "test": order.test,
        "refs": list(order.refs),
        "kept": _kept(sale, decision),
    }


def _kept(sale: OrderContext, decision: Decision) -> int | None:
    """Also of an order that earns nothing yet; `None` where no totals were told, and where they cannot be had in the program's currency."""
    if decision.outcome:
        return decision.outcome.kept
    if decision.parked or sale.order.totals is None:
        return None
    try:
        return kept(sale.order, sale.program, sale.program.base, rate_for(sale.order, sale.program))
    except NoExchangeRate:
        return None


def _totals(order: OrderFacts) -> dict:
    totals = order.totals.value if order.totals else None
    return {
        "currency": totals.currency if totals else None,
        "items_total": totals.items if totals else None,
        "discount_total": totals.discount if totals else None,
        "tax_total": totals.tax if totals else None,
        "shipping_total": totals.shipping if totals else None,
        "credit_used": order.credit_used.value if order.credit_used else 0,
    }


def _refund(told: Versioned) -> dict:
    return told.value._asdict() | {"at": _text(told.value.at)}


def _rewards(sale: OrderContext, decision: Decision, names: Names) -> list[dict]:
    """The rewards as they stand, the buyer's own first; those of 0 are left out."""
    dues = (
        {(due.member, due.level, due.code): due for due in decision.outcome.dues}
        if decision.outcome
        else {}
    )
    rows = sorted(decision.posted.standings, key=lambda row: (row.level, row.code))
    return [
        _reward(sale.program, row, dues.get(row[:3]), decision, names)
        for row in rows
        if row.net > 0
    ]


def _reward(
    program: Program, row: PostedReward, due: Due | None, decision: Decision, names: Names
) -> dict:
    terms = decision.posted.terms
    reason = (
        reward_reason(due, terms)
        if due
        else {"code": row.code, "inputs": {"friend": terms.buyer, "level": row.level}, "steps": []}
    )
    return {
        "member": names.public(row.member),
        "level": row.level,
        "amount": row.net,
        "currency": program.currency,
        "available_on": _text(row.available_on),
        "reason": shown_reason(reason, names),
    }


def _refusals(decision: Decision, names: Names) -> list[dict]:
    if decision.parked:
        return [
            {
                "member": None,
                "level": None,
                "reason": shown_reason({"code": decision.parked, "inputs": {}, "steps": []}, names),
            }
        ]
    if decision.outcome is None:
        return []
    return [_refusal(refusal, decision, names) for refusal in decision.outcome.refusals]


def _refusal(refusal: Refusal, decision: Decision, names: Names) -> dict:
    reason = refusal_reason(refusal, decision.posted.terms, decision.outcome.kept)
    return {
        "member": names.public(refusal.member),
        "level": refusal.level,
        "reason": shown_reason(reason, names),
    }


def shown_reason(reason: Mapping, names: Names) -> dict:
    """A reason with its sentence, members by the ids that people know."""
    inputs = {
        name: names.public(value) if name in ("friend", "advocate") else value
        for name, value in reason["inputs"].items()
    }
    return {
        "code": reason["code"],
        "text": sentence(reason, names.login),
        "inputs": inputs,
        "steps": reason["steps"],
        "program_version": reason.get("program_version"),
    }


def _shown(sign: Mapping, names: Names) -> dict:
    told = {name: sign.get(name) for name in ("kind", "value", "at", "lost")}
    return told | {"advocate": names.public(sign.get("advocate"))}


def entry_answer(entry: Entry, names: Names) -> dict:
    """One line of a history."""
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
) -> dict:
    """A member as `PUT` answers; `group` is the one that applies now, assigned or by volume."""
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
) -> dict:
    """The same with what `GET` adds."""
    group = program.group(member.group, account.volume)
    shown = (
        {"id": group.id, "name": group.name, "description": group.description} if group else None
    )
    return member_answer(member, account, program, base_url, names) | {
        "group": shown,
        "volume": account.volume,
    }


def balance_answer(
    currency: str, at: datetime, available: int, held: int, waiting: Mapping[datetime | None, int]
) -> dict:
    """Credit at an instant: what can be spent, what matures when, and in the end what waits for a review and has no date."""
    dates = sorted(waiting, key=lambda date: (date is None, date))
    return {
        "currency": currency,
        "available": available,
        "pending": sum(waiting.values()),
        "held": held,
        "by_date": [{"available_on": _text(date), "amount": waiting[date]} for date in dates],
    }


def review_answer(found: Earned, names: Names) -> dict:
    """An order under review: what waits, whose it is, which signals, until when."""
    order_id, posted, program = found.order.order.id, found.order.posted, found.program
    rewards = [row for row in posted.standings if row.reviewed and row.net]
    return {
        "id": order_id,
        "order": order_id,
        "member": names.public(posted.terms.chain[0].member),
        "friend": names.public(posted.terms.buyer),
        "amount": sum(row.net for row in rewards),
        "currency": program.currency,
        "rewards": [
            {"member": names.public(row.member), "level": row.level, "amount": row.net}
            for row in rewards
        ],
        "signals": shown_signals(posted.terms, program),
        **review_state(posted.terms, program),
    }


def _text(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None
