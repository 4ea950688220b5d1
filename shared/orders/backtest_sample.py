"""The shop's own last orders for a backtest, loaded at a bounded cost.

Only a part of the ledger may be read; `LoadedSample` says how large it was, for the page to tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.backtest.sample import Sample, SampleMember, sample_time
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.members.member import Member
from shared.domain.orders.facts import NEVER, OrderFacts, Versioned
from shared.domain.programs.program import Program
from shared.orders import attribution
from shared.store import keys
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.orders import KnownOrder, OrderItem, order_from
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.ledger.scan import scan_ledger
from shared.store.reading import Reading

DAYS = 90
MOST_ITEMS = 60_000
"""Items of the ledger that are read, about; the function has 29 seconds for everything."""
MOST_ORDERS = 6_000
ITEMS_A_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class LoadedSample:
    """The orders of the last `DAYS` days, and their members by internal id.

    `looked_at` is how many items of the ledger were read at most; `whole` says that these were
    all.
    """

    sample: Sample
    members: dict[str, Member]
    looked_at: int
    whole: bool


def load_sample(at: datetime, programs: Sequence[Program]) -> LoadedSample:
    """The orders of the `DAYS` days before `at`, with chains as deep as any program rewards."""
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
    return LoadedSample(Sample(before, orders, effects.posted), members, looked_at, whole)


def _with_buyer_id(known: KnownOrder, members: Mapping[str, Member]) -> OrderFacts:
    """The facts, with the internal id of the buyer as the only evidence; none of an unknown one."""
    buyer, order = known.buyer if known.buyer in members else None, known.order
    return order._replace(
        told_customer=Versioned(order.first_seen or NEVER, buyer) if buyer else None,
        told_email_hash=order.told_email_hash if buyer else None,
        ref_token=None,
        codes=(),
    )


def _load_orders(since: datetime) -> tuple[list[KnownOrder], int, bool]:
    """Orders since then, how many items were read at most, and whether these were all."""
    request = {
        "FilterExpression": "begins_with(pk, :kind)",
        "ExpressionAttributeValues": {":kind": {"S": keys.order("").pk}},
    }
    orders: list[KnownOrder] = []
    looked_at, after = 0, None
    while looked_at < MOST_ITEMS and len(orders) < MOST_ORDERS:
        page, after = scan_ledger(request, ITEMS_A_PAGE, after)
        looked_at += ITEMS_A_PAGE
        known = (order_from(OrderItem.from_raw_data(raw)) for raw in page)
        orders += [order for order in known if _is_in_sample(order, since)]
        if after is None:
            return orders, looked_at, True
    return orders, looked_at, False


def _is_in_sample(known: KnownOrder, since: datetime) -> bool:
    order, at = known.order, sample_time(known.order)
    if known.merged_into is not None or order.hint or order.test or at is None:
        return False
    return at >= since


def _load_members(reading: Reading, buyer_ids: Iterable[str], depth: int) -> dict[str, Member]:
    """Buyers and the advocates above them by today's referrals, in one round trip a level."""
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
    """What the orders added to volume (by advocate), counted orders (by buyer) and rewards."""

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


def _before_orders(
    reading: Reading, member: Member, currency: str, effects: _OrderEffects
) -> SampleMember:
    """A member without what the orders added."""
    account_item = reading.item(AccountItem, keys.account(member.id, currency))
    account = account_of(member.id, currency, account_item)
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
