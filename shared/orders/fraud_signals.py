"""Signs that a friend is the advocate in disguise, gathered from what an order's evaluation reads anyway (decision 61)."""

from collections.abc import Iterable, Sequence

from shared.domain.members.evidence import REF_TOKEN, Evidence
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.fraud_signals import (
    ALLOW,
    MANY_SIGN_UPS,
    NO_TRACES,
    BuyerTraces,
    FriendAndAdvocate,
    grade,
    signals,
)
from shared.domain.programs.program import Program
from shared.store import keys
from shared.store.attributions import sign_ups
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading


def wanted(order: OrderFacts, friend: Member) -> list[tuple]:
    """What a read fetches along: what the advocate's own orders came with, where there is something to compare it with."""
    advocate = friend.referral.advocate if friend.referral else None
    return (
        [(PurchasesItem, keys.purchases(advocate))]
        if advocate and any(_of_friend(order, friend))
        else []
    )


def noticed(
    reading: Reading,
    order: OrderFacts,
    friend: Member,
    chain: Sequence[Member],
    signs: Iterable[Evidence],
    program: Program,
) -> tuple[str, ...]:
    """Every signal that an order shows when its terms are frozen; none where friend and advocate are one member."""
    if not chain or chain[0].id == friend.id:
        return ()
    theirs, edge = _of_friend(order, friend), friend.referral
    clicks = [sign.at for sign in signs if sign.kind == REF_TOKEN and sign.at]
    return signals(
        FriendAndAdvocate(
            theirs,
            _of_advocate(reading, chain[0]) if any(theirs) else NO_TRACES,
            order.first_seen,
            (*clicks, edge.clicked_at) if edge and edge.clicked_at else tuple(clicks),
            edge.made_at if edge else None,
            _sign_ups(friend, program),
        ),
        program.review,
    )


def noticed_late(
    reading: Reading,
    known: OrderFacts,
    order: OrderFacts,
    chain: Sequence[Member],
    program: Program,
) -> tuple[str, ...]:
    """What a fingerprint tells that comes after the terms were frozen; everything else was known then."""
    if not chain or order.payment is None or order.payment == known.payment:
        return ()
    return signals(
        FriendAndAdvocate(BuyerTraces(payments=(order.payment,)), _of_advocate(reading, chain[0])),
        program.review,
    )


def _of_friend(order: OrderFacts, friend: Member) -> BuyerTraces:
    return BuyerTraces(friend.browsers, ()).seen(order.ref_token, order.payment)


def _of_advocate(reading: Reading, advocate: Member) -> BuyerTraces:
    bought = purchases_of(
        advocate.id, reading.item(PurchasesItem, keys.purchases(advocate.id))
    ).traces
    return BuyerTraces((*advocate.browsers, *bought.browsers), bought.payments)


def _sign_ups(friend: Member, program: Program) -> tuple:
    """One more read, where the program does something about them. What staff made by hand is no rush."""
    edge = friend.referral
    if edge is None or edge.by_staff or not counts_sign_ups(program):
        return ()
    return tuple(sign_ups.around(edge.advocate, edge.made_at))


def counts_sign_ups(program: Program) -> bool:
    """Whether anybody wants to know how many friends of one advocate sign up."""
    return grade(MANY_SIGN_UPS, program.review) != ALLOW
