"""Orders as known, with their frozen terms and what they posted, and the names processors have for them, in the ledger table."""

from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.evaluation import NOTHING_POSTED, Posted
from shared.domain.ledger import Standing
from shared.domain.moment import instant_text, parse_instant
from shared.domain.order import Order, Refund, Told, Totals
from shared.domain.reward import Seat, Terms
from shared.store import keys
from shared.store.engine import CompactJson, LedgerItem, Write


class OrderItem(LedgerItem):
    """`revision` is raised by every transaction of this order, which writes only where it is what was read."""

    revision = NumberAttribute()
    state = UnicodeAttribute()
    parked = UnicodeAttribute(null=True)
    buyer = UnicodeAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)
    facts = CompactJson()
    terms = CompactJson(null=True)
    posted = CompactJson(null=True)
    evidence = CompactJson(null=True)


class RefItem(LedgerItem):
    """A processor's name for a sale, and the order it means."""

    order = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order as the ledger knows it; one never told has revision 0."""

    order: Order
    posted: Posted = NOTHING_POSTED
    state: str = "waiting"
    parked: str | None = None
    buyer: str | None = None
    merged_into: str | None = None
    evidence: tuple[dict, ...] = ()
    revision: int = 0


def known_of(order_id: str, item: OrderItem | None) -> KnownOrder | None:
    if item is None:
        return None
    return KnownOrder(
        order=_order_of(order_id, item.facts),
        posted=_posted_of(item.terms, item.posted),
        state=item.state,
        parked=item.parked,
        buyer=item.buyer,
        merged_into=item.merged_into,
        evidence=tuple(item.evidence or ()),
        revision=int(item.revision),
    )


def put_order(after: KnownOrder) -> Write:
    """The order as it becomes, where it still is what was read."""
    item = OrderItem(
        *keys.order(after.order.id),
        revision=after.revision + 1,
        state=after.state,
        parked=after.parked,
        buyer=after.buyer,
        merged_into=after.merged_into,
        facts=_facts_from(after.order),
        terms=_terms_from(after.posted.terms) if after.posted.terms else None,
        posted=_posted_from(after.posted) if after.posted != NOTHING_POSTED else None,
        evidence=list(after.evidence) or None,
    )
    unchanged = OrderItem.revision == after.revision if after.revision else OrderItem.pk.does_not_exist()
    return Write(item, unchanged)


def put_ref(name: str, order_id: str) -> Write:
    return Write(RefItem(*keys.ref(name), order=order_id))


def _text(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None


def _told_from(told: Told | None, *value) -> list | None:
    return [_text(told.at), *value] if told else None


def _facts_from(order: Order) -> dict:
    """Short names, and nothing that is not told: the whole order should fit one write unit."""
    totals = order.totals
    facts = {
        "customer": order.customer,
        "email": order.email_hash,
        "token": order.ref_token,
        "codes": list(order.codes),
        "placed": _text(order.placed_at),
        "paid": _text(order.paid_at),
        "completed": _text(order.completed_at),
        "status": order.status and _told_from(order.status, order.status.value),
        "cancelled": order.cancelled,
        "disputed": order.disputed and _told_from(order.disputed, order.disputed.value),
        "totals": totals and _told_from(totals, totals.rank, *totals.value),
        "credit": order.credit_used and _told_from(order.credit_used, order.credit_used.value),
        "rate": order.fx_rate and _told_from(order.fx_rate, order.fx_rate.value),
        "refunds": {name: _refund_from(told) for name, told in order.refunds.items()},
        "refunded": order.refunded_total,
        "test": order.test,
        "hint": order.hint,
        "refs": list(order.refs),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _refund_from(told: Told[Refund]) -> list:
    refund = told.value
    return _told_from(told, refund.amount, refund.items_amount, _text(refund.at), refund.status)


def _order_of(order_id: str, facts: dict) -> Order:
    def told(name: str) -> Told | None:
        return Told(parse_instant(facts[name][0]), facts[name][1]) if name in facts else None

    totals = facts.get("totals")
    return Order(
        id=order_id,
        customer=facts.get("customer"),
        email_hash=facts.get("email"),
        ref_token=facts.get("token"),
        codes=tuple(facts.get("codes", ())),
        placed_at=_instant(facts.get("placed")),
        paid_at=_instant(facts.get("paid")),
        completed_at=_instant(facts.get("completed")),
        status=told("status"),
        cancelled=facts.get("cancelled", False),
        disputed=told("disputed"),
        totals=Told(parse_instant(totals[0]), Totals(*totals[2:]), totals[1]) if totals else None,
        credit_used=told("credit"),
        fx_rate=told("rate"),
        refunds={name: _refund_of(row) for name, row in facts.get("refunds", {}).items()},
        refunded_total=facts.get("refunded", 0),
        test=facts.get("test", False),
        hint=facts.get("hint", False),
        refs=tuple(facts.get("refs", ())),
    )


def _refund_of(row: list) -> Told[Refund]:
    return Told(parse_instant(row[0]), Refund(row[1], row[2], parse_instant(row[3]), row[4]))


def _terms_from(terms: Terms) -> dict:
    row = {
        "version": terms.version,
        "earned_at": _text(terms.earned_at),
        "buyer": terms.buyer,
        "blocked": terms.buyer_blocked,
        "referral": terms.referral,
        "chain": [list(seat) for seat in terms.chain],
        "payments": terms.payments,
        "refusal": terms.refusal,
        "signed_up": _text(terms.signed_up_at),
    }
    return {name: term for name, term in row.items() if term}


def _posted_from(posted: Posted) -> dict:
    rows = [[*standing[:5], _text(standing.available_on)] for standing in posted.standings]
    return {"rewards": rows, "volume": posted.volume, "slot": posted.slot}


def _posted_of(terms: dict | None, posted: dict | None) -> Posted:
    if posted is None:
        return NOTHING_POSTED
    return Posted(
        terms=_terms_of(terms) if terms else None,
        standings=tuple(Standing(*row[:5], _instant(row[5])) for row in posted["rewards"]),
        volume=posted["volume"],
        slot=posted["slot"],
    )


def _terms_of(row: dict) -> Terms:
    return Terms(
        version=row["version"],
        earned_at=parse_instant(row["earned_at"]),
        buyer=row.get("buyer"),
        buyer_blocked=row.get("blocked", False),
        referral=row.get("referral"),
        chain=tuple(Seat(*seat) for seat in row.get("chain", ())),
        payments=row.get("payments", 0),
        refusal=row.get("refusal"),
        signed_up_at=_instant(row.get("signed_up")),
    )
