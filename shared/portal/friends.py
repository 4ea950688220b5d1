"""Whom an advocate brought, and why nothing came of it yet: from each friend's first orders, without an amount or a date of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.decision import EVALUATED, FrozenOrder
from shared.domain.instants import parse_instant
from shared.domain.orders.purchases import Purchases
from shared.members.friends import masked
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.referrals import FriendItem, friends
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading

ENDED, BOUGHT, SIGNED_UP, ORDERED = "ended", "bought", "signed_up", "ordered"


class FriendRow(NamedTuple):
    """`state` is one of those above, or the code of a refusal of reasons; `volume` what is kept of what they bought."""

    login: str | None
    since: datetime
    state: str
    volume: int


def friends_of(
    advocate_id: str, currency: str, limit: int, after: str
) -> tuple[list[FriendRow], str | None]:
    """A page of an advocate's friends by their ids, and where the next begins: three round trips, however many they are."""
    rows, last = friends(advocate_id, limit, after)
    reading = Reading()
    reading.fetch(
        *attribution.member_keys(name for name, _ in rows),
        *((PurchasesItem, keys.purchases(name)) for name, _ in rows),
    )
    bought = {
        name: purchases_of(name, reading.item(PurchasesItem, keys.purchases(name)))
        for name, _ in rows
    }
    reading.fetch(
        *(
            (OrderItem, keys.order(placed.order))
            for row in bought.values()
            for placed in row.earliest
        )
    )
    return [
        _friend(reading, advocate_id, currency, name, line, bought[name]) for name, line in rows
    ], last


def _friend(
    reading: Reading,
    advocate_id: str,
    currency: str,
    name: str,
    line: FriendItem,
    bought: Purchases,
) -> FriendRow:
    member = attribution.find_member(reading, name)
    orders = [
        known_of(placed.order, reading.item(OrderItem, keys.order(placed.order)))
        for placed in bought.earliest
    ]
    volume = bought.given.get(currency, 0) if bought.referral == line.referral else 0
    state = (
        ENDED
        if line.ended_at
        else state_of(advocate_id, volume, [order for order in orders if order])
    )
    return FriendRow(
        masked(member.login if member else None), parse_instant(line.made_at), state, volume
    )


def state_of(advocate_id: str, volume: int, orders: Iterable[KnownOrder]) -> str:
    """How far a friend is, for the advocate: what speaks against the newest order that earned the advocate nothing."""
    if volume:
        return BOUGHT
    state = SIGNED_UP
    for order in orders:
        state = _refusal(advocate_id, order) or ORDERED
    return state


def _refusal(advocate_id: str, order: KnownOrder) -> str | None:
    posted = order.posted if order.state == EVALUATED else None
    chain = posted.terms.chain if isinstance(posted, FrozenOrder) else ()
    levels = [number for number, seat in enumerate(chain, 1) if seat.member == advocate_id]
    return next((code for code, level in order.refused if level in levels), None)
