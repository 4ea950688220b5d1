"""The fraud signals of an order, computed from items that its evaluation reads anyway (decision
61).
"""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.domain.members.evidence import REF_TOKEN, Evidence
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.fraud_signals import (
    NO_TRACES,
    BuyerTraces,
    FriendAndAdvocate,
    detect_signals,
    grade_of,
)
from shared.domain.programs.program import Program
from shared.domain.programs.signal_codes import ALLOW, MANY_SIGN_UPS
from shared.orders.closed_members import load_purchases
from shared.store import keys
from shared.store.attributions import sign_ups
from shared.store.engine import ItemRequest
from shared.store.ledger.purchases import PurchasesItem
from shared.store.reading import Reading


def keys_to_read(order: OrderFacts, buyer: Member) -> list[ItemRequest]:
    """The items with payment fingerprints and browsers of the advocate's own orders, if the order
    has something to compare them with.
    """
    if buyer.referral is None or not any(_buyer_traces(order, buyer)):
        return []
    return [(PurchasesItem, keys.purchases(buyer.referral.advocate))]


def collect_signals(
    reading: Reading,
    order: OrderFacts,
    buyer: Member,
    chain: Sequence[Member],
    evidence: Iterable[Evidence],
    program: Program,
) -> tuple[str, ...]:
    """The codes of all signals of an order at the moment when its terms are frozen.

    Empty if buyer and advocate are the same member, because such an order is refused anyway.
    """
    if not chain or chain[0].id == buyer.id:
        return ()
    traces, referral = _buyer_traces(order, buyer), buyer.referral
    clicks = [piece.at for piece in evidence if piece.kind == REF_TOKEN and piece.at]
    if referral and referral.clicked_at:
        clicks.append(referral.clicked_at)
    pair = FriendAndAdvocate(
        traces,
        _advocate_traces(reading, chain[0]) if any(traces) else NO_TRACES,
        order.first_seen,
        tuple(clicks),
        referral.made_at if referral else None,
        _sign_ups(buyer, program),
    )
    return detect_signals(pair, program.review)


def collect_late_signals(
    reading: Reading,
    known: OrderFacts,
    order: OrderFacts,
    chain: Sequence[Member],
    program: Program,
) -> tuple[str, ...]:
    """The signals of a payment fingerprint that arrived after the terms were frozen."""
    if not chain or order.payment is None or order.payment == known.payment:
        return ()
    traces = BuyerTraces(payments=(order.payment,))
    pair = FriendAndAdvocate(traces, _advocate_traces(reading, chain[0]))
    return detect_signals(pair, program.review)


def _buyer_traces(order: OrderFacts, buyer: Member) -> BuyerTraces:
    return BuyerTraces(buyer.browsers, ()).seen(order.ref_token, order.payment)


def _advocate_traces(reading: Reading, advocate: Member) -> BuyerTraces:
    traces = [purchases.traces for purchases in load_purchases(reading, advocate)]
    browsers = itertools.chain.from_iterable(one.browsers for one in traces)
    payments = itertools.chain.from_iterable(one.payments for one in traces)
    return BuyerTraces((*advocate.browsers, *browsers), tuple(payments))


def _sign_ups(buyer: Member, program: Program) -> tuple[datetime, ...]:
    """When other friends of the buyer's advocate signed up, near the time of the buyer's own
    sign-up.

    Costs one request, made only if the program holds or refuses many sign-ups. Referrals made by
    staff do not count.
    """
    referral = buyer.referral
    if referral is None or referral.by_staff or not counts_sign_ups(program):
        return ()
    return tuple(sign_ups.list_sign_ups_around(buyer.id, referral))


def counts_sign_ups(program: Program) -> bool:
    """Whether the program holds or refuses rewards because of many sign-ups with one advocate."""
    return grade_of(MANY_SIGN_UPS, program.review) != ALLOW
