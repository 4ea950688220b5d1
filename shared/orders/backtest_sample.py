"""The shop's newest orders, loaded for a backtest at a bounded cost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.backtest.sample import Sample, SampleMember, sample_time
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.orders.facts import NEVER, OrderFacts, Versioned
from shared.domain.programs.program import Program
from shared.orders import attribution
from shared.orders.daily_rates import read_rates_for
from shared.store import keys
from shared.store.attributions.directory import DirectoryItem, list_rows, orders_since
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading

DAYS = 90
MOST_ORDERS = 6_000
MOST_LOOKED_AT = 9_000
"""How many orders are read at most, including tests and hints. The function has 29 seconds for
everything.
"""
ORDERS_A_PAGE = 500


@dataclass(frozen=True, slots=True)
class LoadedSample:
    """The orders of the last `DAYS` days, and their members by internal id.

    * `looked_at`: how many orders were read, newest first.
    * `whole`: these are all orders of the period.
    * `volumes`: what friends have bought by now, in minor units, by member.
    """

    sample: Sample
    members: dict[str, Member]
    looked_at: int
    whole: bool
    volumes: Mapping[str, int]


def load_sample(at: datetime, programs: Sequence[Program]) -> LoadedSample:
    """The orders of the `DAYS` days before `at`, with as many advocates above each buyer as any of
    the programs rewards.
    """
    known_orders, looked_at, whole = _load_orders(at - timedelta(days=DAYS))
    reading = Reading()
    members = _load_members(
        reading,
        (known.buyer for known in known_orders if known.buyer),
        max(program.depth() or 1 for program in programs),
    )
    currency = programs[0].currency
    reading.fetch(
        *((AccountItem, keys.account(name, currency)) for name in members),
        *((PurchasesItem, keys.purchases(name)) for name in members),
    )
    effects = _OrderEffects(known_orders)
    before = [_before_orders(reading, member, currency, effects) for member in members.values()]
    orders = [_with_buyer_id(known, members) for known in known_orders]
    volumes = {name: _account(reading, name, currency).volume for name in members}
    rates = read_rates_for(orders, programs[0])
    sample = Sample(before, orders, effects.posted, rates)
    return LoadedSample(sample, members, looked_at, whole, volumes)


def _with_buyer_id(known: KnownOrder, members: Mapping[str, Member]) -> OrderFacts:
    """The facts with the buyer's internal id as their only evidence; without evidence if the buyer
    is unknown.
    """
    buyer, order = known.buyer if known.buyer in members else None, known.order
    return order._replace(
        told_customer=Versioned(order.first_seen or NEVER, buyer) if buyer else None,
        told_email_hash=order.told_email_hash if buyer else None,
        ref_token=None,
        codes=(),
        told_advocate=None,
    )


def _load_orders(since: datetime) -> tuple[list[KnownOrder], int, bool]:
    """The newest orders since an instant, how many were read, and whether these are all.

    Orders are listed by when they were first seen; an order may earn up to `DAYS` days later.
    """
    wanted = orders_since(since - timedelta(days=DAYS))
    orders: list[KnownOrder] = []
    looked_at, after = 0, ""
    while len(orders) < MOST_ORDERS and looked_at < MOST_LOOKED_AT:
        rows = list_rows(wanted, ORDERS_A_PAGE, after)
        orders += [known for known in _known(rows) if _is_in_sample(known, since)]
        looked_at += len(rows)
        if len(rows) < ORDERS_A_PAGE:
            return orders, looked_at, True
        after = rows[-1].sk
    return orders, looked_at, False


def _known(rows: Sequence[DirectoryItem]) -> Iterator[KnownOrder]:
    """The orders behind directory rows, in the same order and each once."""
    reading, names = Reading(), list(dict.fromkeys(row.order for row in rows if row.order))
    reading.fetch(*((OrderItem, keys.order(name)) for name in names))
    for name in names:
        known = known_of(name, reading.item(OrderItem, keys.order(name)))
        if known:
            yield known


def _is_in_sample(known: KnownOrder, since: datetime) -> bool:
    order, at = known.order, sample_time(known.order)
    if known.merged_into is not None or order.hint or order.test or at is None:
        return False
    return at >= since


def _load_members(reading: Reading, buyer_ids: Iterable[str], depth: int) -> dict[str, Member]:
    """Buyers and the advocates above them by today's referrals, with one request for each level."""
    members: dict[str, Member] = {}
    names = list(dict.fromkeys(buyer_ids))
    for _ in range(depth + 1):
        reading.fetch(*attribution.member_keys(names))
        level = [member for name in names if (member := attribution.find_member(reading, name))]
        members |= {member.id: member for member in level}
        above = (member.referral.advocate for member in level if member.referral)
        names = [name for name in dict.fromkeys(above) if name not in members]
    return members


class _OrderEffects:
    """How much the sample's orders added to volumes (by advocate), counted orders (by buyer) and
    rewards.
    """

    def __init__(self, known_orders: Sequence[KnownOrder]) -> None:
        self.volume: dict[str, int] = {}
        self.payments: dict[str, int] = {}
        self.posted = 0
        for known in known_orders:
            posted = known.posted
            self.posted += sum(reward.net for reward in posted.rewards)
            if isinstance(posted, FrozenOrder) and posted.terms.chain and posted.terms.buyer:
                advocate, buyer = posted.terms.chain[0].member, posted.terms.buyer
                self.volume[advocate] = self.volume.get(advocate, 0) + posted.volume
                self.payments[buyer] = self.payments.get(buyer, 0) + posted.slot


def _account(reading: Reading, member_id: str, currency: str) -> Account:
    item = reading.item(AccountItem, keys.account(member_id, currency))
    return account_of(member_id, currency, item)


def _before_orders(
    reading: Reading, member: Member, currency: str, effects: _OrderEffects
) -> SampleMember:
    """A member as they were before the sample's orders: the effects of these orders are subtracted."""
    account = _account(reading, member.id, currency)
    purchases = purchases_of(member.id, reading.item(PurchasesItem, keys.purchases(member.id)))
    return SampleMember(
        id=member.id,
        email_hash=member.email_hash,
        signed_up_at=member.signed_up_at,
        referral=member.referral,
        group=member.group,
        blocked_at=member.blocked_at,
        volume=max(0, account.volume - effects.volume.get(member.id, 0)),
        payments=max(0, purchases.payments - effects.payments.get(member.id, 0)),
        earliest=purchases.earliest,
    )
