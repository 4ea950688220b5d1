"""Orders as known, with their frozen terms and what they posted, and the names processors have for them, in the ledger table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from shared.domain.evaluation.decision import NOTHING_POSTED, PostedState
from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.ledger import PostedReward
from shared.domain.orders.facts import OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.rewards.reward import CUSTOMER, REFERRAL, FrozenAdvocate, Terms
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
    refused = CompactJson(null=True)
    evidence = CompactJson(null=True)


class RefItem(LedgerItem):
    """A processor's name for a sale, and the order it means."""

    order = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order as the ledger knows it; one never told has revision 0. `refused` are the codes and levels of its refusals."""

    order: OrderFacts
    posted: PostedState = NOTHING_POSTED
    state: str = "waiting"
    parked: str | None = None
    buyer: str | None = None
    merged_into: str | None = None
    evidence: tuple[dict, ...] = ()
    refused: tuple[tuple[str, int | None], ...] = ()
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
        refused=tuple(
            (code, level) for code, levels in (item.refused or {}).items() for level in levels
        ),
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
        refused=_by_code(after.refused) or None,
        evidence=list(after.evidence) or None,
    )
    return Write(item, _as_read(after))


def _by_code(refused: Iterable[tuple[str, int | None]]) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for code, level in refused:
        found.setdefault(code, []).append(level)
    return found


def order_as_read(known: KnownOrder) -> Write:
    """Only where the order still is what was read, or is still not there."""
    return Write(OrderItem(*keys.order(known.order.id)), _as_read(known), check_only=True)


def _as_read(known: KnownOrder) -> Condition:
    return OrderItem.revision == known.revision if known.revision else OrderItem.pk.does_not_exist()


def put_ref(name: str, order_id: str) -> Write:
    return Write(RefItem(*keys.ref(name), order=order_id))


def _text(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None


def _facts_from(order: OrderFacts) -> dict:
    """Short names, and nothing that is not told: the whole order should fit one write unit. `told` is the time of most of it."""
    told = _most_common(_text(version.at) for version in _versions(order))

    def row(version: Versioned | None, *value) -> list | None:
        return (
            [None if _text(version.at) == told else _text(version.at), *value] if version else None
        )

    totals = order.totals
    facts = {
        "customer": order.customer,
        "email": order.email_hash,
        "token": order.ref_token,
        "codes": list(order.codes),
        "placed": _text(order.placed_at),
        "paid": _text(order.paid_at),
        "completed": _text(order.completed_at),
        "told": told,
        "status": order.status and row(order.status, order.status.value),
        "cancelled": order.cancelled,
        "disputed": order.disputed and row(order.disputed, order.disputed.value),
        "totals": totals and row(totals, totals.rank, *totals.value),
        "credit": order.credit_used and row(order.credit_used, order.credit_used.value),
        "rate": order.fx_rate and row(order.fx_rate, order.fx_rate.value),
        "refunds": {
            name: row(version, *_refund_from(version.value))
            for name, version in order.refunds.items()
        },
        "refunded": order.refunded_total,
        "test": order.test,
        "hint": order.hint,
        "refs": list(order.refs),
        "paid_with": order.payment,
    }
    return {name: fact for name, fact in facts.items() if fact}


def _versions(order: OrderFacts) -> list[Versioned]:
    told = (
        order.status,
        order.disputed,
        order.totals,
        order.credit_used,
        order.fx_rate,
        *order.refunds.values(),
    )
    return [version for version in told if version]


def _refund_from(refund: Refund) -> list:
    return [refund.amount, refund.items_amount, _text(refund.at), refund.status]


def _order_of(order_id: str, facts: dict) -> OrderFacts:
    def at(row: list) -> datetime:
        return parse_instant(row[0] or facts["told"])

    def told(name: str) -> Versioned | None:
        return Versioned(at(facts[name]), facts[name][1]) if name in facts else None

    totals = facts.get("totals")
    return OrderFacts(
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
        totals=Versioned(at(totals), OrderTotals(*totals[2:]), totals[1]) if totals else None,
        credit_used=told("credit"),
        fx_rate=told("rate"),
        refunds={
            name: Versioned(at(row), _refund_of(row))
            for name, row in facts.get("refunds", {}).items()
        },
        refunded_total=facts.get("refunded", 0),
        test=facts.get("test", False),
        hint=facts.get("hint", False),
        refs=tuple(facts.get("refs", ())),
        payment=facts.get("paid_with"),
    )


def _refund_of(row: list) -> Refund:
    return Refund(row[1], row[2], parse_instant(row[3]), row[4])


def _most_common(texts: Iterable[str | None]) -> str | None:
    found = Counter(texts).most_common(1)
    return found[0][0] if found else None


def _terms_from(terms: Terms) -> dict:
    row = {
        "version": terms.version,
        "earned_at": _text(terms.earned_at),
        "buyer": terms.buyer,
        "blocked": terms.buyer_blocked,
        "referral": terms.referral,
        "chain": [_seat_from(seat) for seat in terms.chain],
        "payments": terms.payments,
        "refusal": terms.refusal,
        "signed_up": _text(terms.signed_up_at),
        "signals": list(terms.signals),
        "held_at": _text(terms.held_at),
        "verdict": terms.verdict,
    }
    return {name: term for name, term in row.items() if term}


def _terms_of(row: dict) -> Terms:
    return Terms(
        version=row["version"],
        earned_at=parse_instant(row["earned_at"]),
        buyer=row.get("buyer"),
        buyer_blocked=row.get("blocked", False),
        referral=row.get("referral"),
        chain=tuple(_seat_of(seat) for seat in row.get("chain", ())),
        payments=row.get("payments", 0),
        refusal=row.get("refusal"),
        signed_up_at=_instant(row.get("signed_up")),
        signals=tuple(row.get("signals", ())),
        held_at=_instant(row.get("held_at")),
        verdict=row.get("verdict"),
    )


def _seat_from(seat: FrozenAdvocate) -> str | list:
    """The member alone, where nothing else is to be said of the seat."""
    return seat.member if seat == FrozenAdvocate(seat.member) else list(seat)


def _seat_of(row: str | list) -> FrozenAdvocate:
    return FrozenAdvocate(row) if isinstance(row, str) else FrozenAdvocate(*row)


def _posted_from(posted: PostedState) -> dict:
    """`on` is the date of most rewards; the others name their own."""
    on = _most_common(_text(standing.available_on) for standing in posted.standings)
    rows = [_standing_from(standing, posted.terms, on) for standing in posted.standings]
    row = {"rewards": rows, "on": on, "volume": posted.volume, "slot": posted.slot}
    return {name: value for name, value in row.items() if value}


def _posted_of(terms: dict | None, posted: dict | None) -> PostedState:
    if posted is None:
        return NOTHING_POSTED
    frozen = _terms_of(terms) if terms else None
    standings = tuple(
        _standing_of(row, frozen, posted.get("on")) for row in posted.get("rewards", ())
    )
    return PostedState(frozen, standings, posted.get("volume", 0), posted.get("slot", False))


def _standing_from(standing: PostedReward, terms: Terms | None, on: str | None) -> list:
    """Level and what was posted; after them only what the terms and the level do not tell already."""
    date, usual = _text(standing.available_on), _usual(terms, standing.level)
    row = [
        standing.level,
        standing.posted,
        standing.taken,
        None if standing.code == usual.code else standing.code,
        None if standing.member == usual.member else standing.member,
        None if date == on else [date],
    ]
    while not row[-1] and len(row) > 2:
        row.pop()
    return row


def _standing_of(row: list, terms: Terms | None, on: str | None) -> PostedReward:
    level, posted, taken, code, member, date = row + [None] * (6 - len(row))
    usual = _usual(terms, level)
    return PostedReward(
        member or usual.member,
        level,
        code or usual.code,
        posted,
        taken or 0,
        _instant(date[0] if date else on),
    )


def _usual(terms: Terms | None, level: int) -> PostedReward:
    """Whose reward a level most often is, and which."""
    names = [terms.buyer, *(seat.member for seat in terms.chain)] if terms else []
    return PostedReward(
        names[level] if level < len(names) else None, level, REFERRAL if level else CUSTOMER
    )
