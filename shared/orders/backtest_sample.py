"""The shop's own last orders for a backtest, out of the ledger at a bounded cost: a part of it is looked through, and told as a part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.backtest.sample import Sample, SampleMember, told_at
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.program import Program
from shared.orders import attribution
from shared.store import keys
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.ledger.scan import scan_ledger
from shared.store.reading import Reading

DAYS = 90
MOST_ITEMS = 60_000
"""Items of the ledger looked at, at most; a function has 29 seconds for all."""
MOST_ORDERS = 6_000
ITEMS_A_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class LoadedSample:
    """`whole` says that every order of these days is in it; `people` go by their internal ids, `looked_at` is a bound."""

    past: Sample
    people: dict[str, Member]
    looked_at: int
    whole: bool


def load_sample(at: datetime, programs: Sequence[Program]) -> LoadedSample:
    """The orders of the last days before an instant, and their people as deep as any of the programs rewards."""
    known, looked_at, whole = _orders(at - timedelta(days=DAYS))
    reading = Reading()
    people = _people(
        reading,
        (order.buyer for order in known if order.buyer),
        max(program.depth() or 1 for program in programs),
    )
    currency = programs[0].currency
    reading.fetch(
        *((AccountItem, keys.account(name, currency)) for name in people),
        *((PurchasesItem, keys.purchases(name)) for name in people),
    )
    counted = _Counted(known)
    standing = [_person(reading, member, currency, counted) for member in people.values()]
    orders = [_by_id(row, people) for row in known]
    return LoadedSample(Sample(standing, orders, counted.posted), people, looked_at, whole)


def _by_id(row: KnownOrder, people: Mapping[str, Member]) -> OrderFacts:
    """An order whose buyer is named by id alone, or not at all where nobody knows them any more."""
    buyer, order = row.buyer if row.buyer in people else None, row.order
    return order._replace(
        customer=buyer, email_hash=order.email_hash if buyer else None, ref_token=None, codes=()
    )


def _orders(since: datetime) -> tuple[list[KnownOrder], int, bool]:
    """Orders that began to count since then, how many items were looked at, and whether those were all."""
    asked = {
        "FilterExpression": "begins_with(pk, :kind)",
        "ExpressionAttributeValues": {":kind": {"S": keys.order("").pk}},
    }
    found: list[KnownOrder] = []
    looked_at, after = 0, None
    while looked_at < MOST_ITEMS and len(found) < MOST_ORDERS:
        raws, after = scan_ledger(asked, ITEMS_A_PAGE, after)
        looked_at += ITEMS_A_PAGE
        items = map(OrderItem.from_raw_data, raws)
        known = (known_of(item.pk.partition("#")[2], item) for item in items)
        found += [order for order in known if _counts(order, since)]
        if after is None:
            return found, looked_at, True
    return found, looked_at, False


def _counts(known: KnownOrder, since: datetime) -> bool:
    told = told_at(known.order)
    return (
        known.merged_into is None
        and not known.order.hint
        and not known.order.test
        and told is not None
        and told >= since
    )


def _people(reading: Reading, names: Iterable[str], depth: int) -> dict[str, Member]:
    """Buyers, and the advocates above them, as the edges are now; one round trip for each level."""
    people: dict[str, Member] = {}
    names = list(dict.fromkeys(names))
    for _ in range(depth + 1):
        reading.fetch(*attribution.members_wanted(names))
        found = [member for name in names if (member := attribution.member(reading, name))]
        people |= {member.id: member for member in found}
        above = (member.referral.advocate for member in found if member.referral)
        names = [name for name in dict.fromkeys(above) if name not in people]
    return people


class _Counted:
    """What the orders count for already, which is in accounts and purchases too."""

    def __init__(self, known: Sequence[KnownOrder]):
        self.volume: dict[str, int] = {}
        self.payments: dict[str, int] = {}
        self.posted = 0
        for row in known:
            posted = row.posted
            self.posted += sum(standing.net for standing in posted.standings)
            if posted.terms and posted.terms.chain:
                advocate, friend = posted.terms.chain[0].member, posted.terms.buyer
                self.volume[advocate] = self.volume.get(advocate, 0) + posted.volume
                self.payments[friend] = self.payments.get(friend, 0) + posted.slot


def _person(reading: Reading, member: Member, currency: str, counted: _Counted) -> SampleMember:
    account = account_of(
        member.id, currency, reading.item(AccountItem, keys.account(member.id, currency))
    )
    purchases: Purchases = purchases_of(
        member.id, reading.item(PurchasesItem, keys.purchases(member.id))
    )
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
