"""The orders that a member placed: whom each rewarded with how much, and why it rewarded others
nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from shared.console.listing import RowPage
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.members.names import Names
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.directory import ORDERS, RowRange, bought_by, read_page
from shared.store.directory_changes import rows_of_order
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.reading import Reading
from shared.words import SENTENCES, translate


class OrderReward(NamedTuple):
    """What an order earned a member, in minor units of the program's currency. Level 0 is the
    buyer.
    """

    member: str
    login: str
    level: int
    amount: int
    available_on: datetime | None


class OrderRefusal(NamedTuple):
    """Why a level earned nothing. `member` is `None` if the whole order has no advocate."""

    member: str | None
    login: str | None
    level: int | None
    text: str


class MemberOrder(NamedTuple):
    """One order of the member. `state` is one of `SHOWN_STATES`; `parked` says why it is parked."""

    known: KnownOrder
    state: str
    parked: str | None
    rewards: Sequence[OrderReward]
    refusals: Sequence[OrderRefusal]


def list_member_orders(
    member_id: str, language: str, limit: int, after: str
) -> RowPage[MemberOrder]:
    """A page of the orders that the member with this internal id placed, newest first.

    Costs three requests to the tables, however many orders are on the page.
    """
    partition = keys.directory(ORDERS, bought_by(member_id))
    found = read_page(RowRange(partition, descending=True), limit, after)
    reading, names = Reading(), [row.order or "" for row in found.rows]
    reading.fetch(*((OrderItem, keys.order(name)) for name in names))
    stored = (known_of(name, reading.item(OrderItem, keys.order(name))) for name in names)
    orders = [
        known
        for row, known in zip(found.rows, stored, strict=True)
        if known and row.key in rows_of_order(known)
    ]
    people = _load_names(reading, orders)
    rows = [_member_order(known, people, language) for known in orders]
    return RowPage(rows, found.last, found.total)


def _load_names(reading: Reading, orders: Sequence[KnownOrder]) -> Names:
    """Everybody whom an order of the page rewards or refuses."""
    ids = dict.fromkeys(
        name
        for known in orders
        for name in (*(reward.member for reward in known.posted.rewards), *_chain(known))
    )
    reading.fetch(*attribution.member_keys(ids))
    members = (attribution.find_member(reading, name) for name in ids)
    return Names([member for member in members if member])


def _chain(known: KnownOrder) -> list[str]:
    posted = known.posted
    chain = posted.terms.chain if isinstance(posted, FrozenOrder) else ()
    return [advocate.member for advocate in chain]


def _member_order(known: KnownOrder, people: Names, language: str) -> MemberOrder:
    rewards = [
        OrderReward(
            people.public(reward.member) or reward.member,
            people.login(reward.member),
            reward.level,
            reward.net,
            reward.available_on,
        )
        for reward in known.posted.rewards
        if reward.net
    ]
    parked = known.parked and _sentence(known.parked, language)
    refusals = [_refusal(code, level, known, people, language) for code, level in known.refused]
    return MemberOrder(known, known.shown_state, parked, rewards, refusals)


def _refusal(
    code: str, level: int | None, known: KnownOrder, people: Names, language: str
) -> OrderRefusal:
    chain = _chain(known)
    member = chain[level - 1] if level and level <= len(chain) else None
    text = _sentence(code, language)
    if member is None:
        return OrderRefusal(None, None, level, text)
    return OrderRefusal(people.public(member) or member, people.login(member), level, text)


def _sentence(code: str, language: str) -> str:
    return translate(SENTENCES[code], language) if code in SENTENCES else code
