"""The shop's own last orders for a backtest, loaded at a bounded cost.

Only a part of the ledger is looked through, and whoever shows the result says how large it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.backtest.sample import Sample, SampleMember, told_at
from shared.domain.evaluation.decision import FrozenOrder
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts
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
"""Items of the ledger that are looked at, at most; a function has 29 seconds for all."""
MOST_ORDERS = 6_000
ITEMS_A_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class LoadedSample:
    """The orders of the last `DAYS` days and their members by internal id.

    `looked_at` is how many items were looked at, at most; `whole` says that no order is missing.
    """

    past: Sample
    members: dict[str, Member]
    looked_at: int
    whole: bool


def load_sample(at: datetime, programs: Sequence[Program]) -> LoadedSample:
    """The orders before `at`, and their members as deep as any of the programs rewards."""
    known, looked_at, whole = _load_orders(at - timedelta(days=DAYS))
    reading = Reading()
    members = _load_members(
        reading,
        (order.buyer for order in known if order.buyer),
        max(program.depth() or 1 for program in programs),
    )
    currency = programs[0].currency
    reading.fetch(
        *((AccountItem, keys.account(name, currency)) for name in members),
        *((PurchasesItem, keys.purchases(name)) for name in members),
    )
    counted = _CountedOrders(known)
    before = [_before(reading, member, currency, counted) for member in members.values()]
    orders = [_named_by_id(order, members) for order in known]
    return LoadedSample(Sample(before, orders, counted.posted), members, looked_at, whole)


def _named_by_id(known: KnownOrder, members: Mapping[str, Member]) -> OrderFacts:
    """An order that names its buyer by internal id, or not at all where the buyer is unknown."""
    buyer, order = known.buyer if known.buyer in members else None, known.order
    return order._replace(
        customer=buyer, email_hash=order.email_hash if buyer else None, ref_token=None, codes=()
    )


def _load_orders(since: datetime) -> tuple[list[KnownOrder], int, bool]:
    """Orders told since then, how many items were looked at, and whether those were all."""
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
        orders += [order for order in known if _belongs(order, since)]
        if after is None:
            return orders, looked_at, True
    return orders, looked_at, False


def _belongs(known: KnownOrder, since: datetime) -> bool:
    order, last_told_at = known.order, told_at(known.order)
    if known.merged_into is not None or order.hint or order.test or last_told_at is None:
        return False
    return last_told_at >= since


def _load_members(reading: Reading, buyer_ids: Iterable[str], depth: int) -> dict[str, Member]:
    """Buyers and the advocates above them, as the referrals are now; a round trip a level."""
    members: dict[str, Member] = {}
    names = list(dict.fromkeys(buyer_ids))
    for _ in range(depth + 1):
        reading.fetch(*attribution.member_keys(names))
        level = [member for name in names if (member := attribution.find_member(reading, name))]
        members |= {member.id: member for member in level}
        above = (member.referral.advocate for member in level if member.referral)
        names = [name for name in dict.fromkeys(above) if name not in members]
    return members


class _CountedOrders:
    """What the orders have added to accounts and purchases, so that it can be taken out again."""

    def __init__(self, known: Sequence[KnownOrder]):
        self.volume: dict[str, int] = {}
        self.payments: dict[str, int] = {}
        self.posted = 0
        for order in known:
            posted = order.posted
            self.posted += sum(reward.net for reward in posted.rewards)
            if isinstance(posted, FrozenOrder) and posted.terms.chain and posted.terms.buyer:
                advocate, buyer = posted.terms.chain[0].member, posted.terms.buyer
                self.volume[advocate] = self.volume.get(advocate, 0) + posted.volume
                self.payments[buyer] = self.payments.get(buyer, 0) + posted.slot


def _before(
    reading: Reading, member: Member, currency: str, counted: _CountedOrders
) -> SampleMember:
    """A member as they were before these orders."""
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
        volume=max(0, account.volume - counted.volume.get(member.id, 0)),
        payments=max(0, purchases.payments - counted.payments.get(member.id, 0)),
        earliest=purchases.earliest,
    )
