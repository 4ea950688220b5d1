"""Everything that one evaluation of an order is based on, gathered in as few reads as the facts allow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.evaluation.decision import NOTHING_POSTED, PostedState, reopens
from shared.domain.ledger.holds import Hold
from shared.domain.ledger.ledger import Account
from shared.domain.members.evidence import REFERRAL, Evidence
from shared.domain.members.member import Member
from shared.domain.orders.facts import TICK, OrderFacts, merge, restamp, undone
from shared.domain.orders.facts_document import MOST_REFUNDS, parse_order
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.program import Program
from shared.orders import attribution, fraud_signals
from shared.orders.attribution import BuyerRecord
from shared.store import keys
from shared.store.ledger.accounts import AccountItem, account_of, with_room
from shared.store.ledger.holds import HoldItem, SpentItem, hold_of
from shared.store.ledger.orders import KnownOrder, OrderItem, RefItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.programs import programs
from shared.store.programs.programs import ProgramItem
from shared.store.reading import Reading

PROGRAM = "default"


class OrderUpdate(NamedTuple):
    """Order facts that arrived at `at`. `as_of` is the teller's own time of them, `whole` whether they must be complete."""

    document: Mapping
    at: datetime
    order_id: str | None = None
    as_of: datetime | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class OrderContext:
    """One order, whoever is part of it, and the program that applies to it.

    `order` is evaluated, `known` is what was read; `absorbed` are orders that turn out to be this one under another name; `paid_by` are
    the holds whose credit goes back because the order is undone, as far as `spent_revision` knows them; `signals` are news that friend
    and advocate may be one person.
    """

    known: KnownOrder
    order: OrderFacts
    at: datetime
    program: Program
    before: PostedState = NOTHING_POSTED
    friend: BuyerRecord | None = None
    purchases: Purchases | None = None
    chain: tuple[Member, ...] = ()
    accounts: Mapping[tuple[str, str], Account] = field(default_factory=dict)
    signs: tuple[Evidence, ...] = ()
    signals: tuple[str, ...] = ()
    new_refs: tuple[str, ...] = ()
    absorbed: tuple[KnownOrder, ...] = ()
    paid_by: tuple[Hold, ...] = ()
    spent_revision: int | None = None

    @property
    def evidence(self) -> list[dict]:
        """Every sign of an advocate, the winner without a `lost`; the sign that bound the buyer stays the winner of its order."""
        decided = [sign for sign in self.known.evidence if "lost" not in sign]
        signs = (
            list(self.known.evidence)
            if decided or not self.signs
            else [attribution.document(sign) for sign in self.signs]
        )
        if signs or not (self.before.terms and self.before.terms.referral):
            return signs
        edge = self.friend.member.referral if self.friend else None
        made_at = edge.made_at if edge and edge.id == self.before.terms.referral else None
        return [
            attribution.document(Evidence(REFERRAL, self.before.terms.chain[0].member, made_at))
        ]

    @property
    def kept_evidence(self) -> list[dict]:
        """Signs beside the buyer's own referral, which the terms name already."""
        return [] if all(sign.kind == REFERRAL for sign in self.signs) else self.evidence

    @property
    def stale(self) -> bool:
        """Whether somebody was blocked, or the friend's referral ended, between the reads that this is made of."""
        people = [*self.chain, *([self.friend.member] if self.friend else [])]
        accounts = (
            (person, self.accounts.get((person.id, self.program.currency))) for person in people
        )
        if any(
            account and account.blocked_at and not person.blocked for person, account in accounts
        ):
            return True
        edge = self.friend.member.referral if self.friend else None
        return bool(edge and self.purchases and self.purchases.ended == edge.id)

    @property
    def usable(self) -> bool:
        """Whether this is news of a sale at all, and so may make guests and edges."""
        return not self.order.test and not self.order.hint


def load_context(telling: OrderUpdate, hash_email: Callable[[str], str]) -> OrderContext:
    """What is known once this is told; raises `InvalidDocument` where the facts cannot be read."""
    reading = Reading()
    told = _parse(telling, telling.as_of or telling.at, hash_email)
    reading.fetch(*_first_wanted(told))
    known, others = _find(reading, told)
    if telling.as_of is None and known.revision and (newest := _newest(known.order)) >= telling.at:
        told = restamp(told, newest + TICK)
    order = told._replace(id=known.order.id, login=None)
    for telling_of_it in (known, *others):
        order = merge(telling_of_it.order, order) if telling_of_it.revision else order
    order = order._replace(id=known.order.id)
    if len(order.refunds) > MOST_REFUNDS:
        raise InvalidDocument(
            [
                FieldError(
                    "refunds",
                    f"are more than {MOST_REFUNDS} for this order; send their sum as refunded_total",
                )
            ]
        )
    refs = {name: reading.item(RefItem, keys.ref(name)) for name in told.refs if name != order.id}
    new_refs = tuple(name for name, item in refs.items() if item is None or item.order != order.id)
    sale = complete_context(reading, known, order, telling.at, told.login)
    return replace(
        sale,
        new_refs=new_refs,
        absorbed=tuple(other for other in others if other.merged_into is None),
    )


def _parse(telling: OrderUpdate, as_of: datetime, hash_email: Callable[[str], str]) -> OrderFacts:
    """The facts as an order; one that names only a processor's own ids goes by the first of them until it is found."""
    refs = telling.document.get("refs") if isinstance(telling.document, Mapping) else None
    named = telling.order_id or (None if not refs or telling.document.get("id") else refs[0])
    return parse_order(telling.document, named, as_of, hash_email, whole=telling.whole)


def _first_wanted(told: OrderFacts) -> list[tuple]:
    names = dict.fromkeys((told.id, *told.refs))
    return [
        (ProgramItem, keys.active_program(PROGRAM)),
        *((OrderItem, keys.order(name)) for name in names),
        *((SpentItem, keys.spent(name)) for name in names),
        *((RefItem, keys.ref(name)) for name in told.refs if name != told.id or len(told.refs) > 1),
        *attribution.wanted(told),
        *([(PurchasesItem, keys.purchases(told.customer))] if told.customer else []),
    ]


def _find(reading: Reading, told: OrderFacts) -> tuple[KnownOrder, list[KnownOrder]]:
    """The order that is meant, and others that are the same sale. A name of the shop's own goes before a processor's."""
    meant = [item.order for name in told.refs if (item := reading.item(RefItem, keys.ref(name)))]
    own_name = told.id not in told.refs
    names = dict.fromkeys([told.id, *meant, *told.refs] if own_name else [*meant, *told.refs])
    found = {
        order.order.id: order
        for name in names
        for order in _merged(reading, name)
        if order.revision
    }
    main = _merged(reading, told.id if own_name else next(iter(found), told.id))[-1]
    return main, [order for order in found.values() if order.order.id != main.order.id]


def _merged(reading: Reading, name: str) -> list[KnownOrder]:
    """An order, then what it was merged into, step by step; the last may still have to be written."""
    found: dict[str, KnownOrder] = {}
    while name not in found:
        found[name] = known_of(name, reading.item(OrderItem, keys.order(name))) or KnownOrder(
            OrderFacts(name)
        )
        name = found[name].merged_into or name
    return list(found.values())


def _newest(order: OrderFacts) -> datetime:
    tellings = (
        order.status,
        order.totals,
        order.disputed,
        order.credit_used,
        order.fx_rate,
        *order.refunds.values(),
    )
    return max((told.at for told in tellings if told), default=datetime.min.replace(tzinfo=UTC))


def complete_context(
    reading: Reading, known: KnownOrder, order: OrderFacts, at: datetime, login: str | None = None
) -> OrderContext:
    """The people and terms of an order: those frozen on it, or else those of now."""
    program = programs.active_from(reading.item(ProgramItem, keys.active_program(PROGRAM)))
    sale = _with_credit(reading, OrderContext(known, order, at, program, known.posted))
    if sale.before.terms and not reopens(sale.before.terms, known.order, order):
        return _frozen(
            reading, replace(sale, program=programs.version(program, sale.before.terms.version))
        )
    friend = attribution.buyer(reading, order, login)
    sale = replace(sale, before=sale.before._replace(terms=None), friend=friend)
    return _open(reading, sale) if friend else _with_money(reading, sale, None)


def _with_credit(reading: Reading, sale: OrderContext) -> OrderContext:
    """An order that is undone knows the captured holds whose credit was not given back yet."""
    if not undone(sale.order):
        return sale
    spent = reading.item(SpentItem, keys.spent(sale.order.id))
    if spent is None:
        return replace(sale, spent_revision=0)
    reading.fetch(*((HoldItem, keys.hold(name)) for name in spent.holds))
    holds = (hold_of(reading.item(HoldItem, keys.hold(name))) for name in spent.holds)
    return replace(
        sale,
        spent_revision=int(spent.revision),
        paid_by=tuple(hold for hold in holds if not hold.returned),
    )


def _frozen(reading: Reading, sale: OrderContext) -> OrderContext:
    terms = sale.before.terms
    names = [*(seat.member for seat in terms.chain), *([terms.buyer] if terms.buyer else [])]
    currency = sale.program.currency
    _prefetch(reading, names, currency, terms.buyer)
    friend = attribution.member(reading, terms.buyer) if terms.buyer else None
    chain = tuple(
        advocate for seat in terms.chain if (advocate := attribution.member(reading, seat.member))
    )
    late = fraud_signals.noticed_late(reading, sale.known.order, sale.order, chain, sale.program)
    sale = replace(
        sale, friend=BuyerRecord(friend, friend) if friend else None, chain=chain, signals=late
    )
    return _with_money(reading, sale, terms.buyer)


def _open(reading: Reading, sale: OrderContext) -> OrderContext:
    friend, order = sale.friend, sale.order
    known = friend.member
    names = [known.id, *known.upline[: sale.program.depth()]]
    _prefetch(reading, names, sale.program.currency, known.id, *fraud_signals.wanted(order, known))
    signs = attribution.evidence(reading, order, known, sale.program, sale.at)
    if sale.usable:
        friend = attribution.bound(reading, order, friend, signs, sale.at)
    chain = tuple(attribution.chain(reading, friend.member, sale.program, signs))
    signals = fraud_signals.noticed(reading, order, friend.member, chain, signs, sale.program)
    return _with_money(
        reading,
        replace(sale, friend=friend, chain=chain, signs=tuple(signs), signals=signals),
        known.id,
    )


def _prefetch(
    reading: Reading, names: Sequence[str], currency: str, buyer: str | None, *also: tuple
) -> None:
    reading.fetch(
        *also,
        *attribution.members_wanted(names),
        *((AccountItem, keys.account(name, currency)) for name in names),
        *([(PurchasesItem, keys.purchases(buyer))] if buyer else []),
    )


def _with_money(reading: Reading, sale: OrderContext, buyer: str | None) -> OrderContext:
    """The accounts that may be moved: in the program's currency, and those that the order was paid from."""
    currency = sale.program.currency
    names = [*(advocate.id for advocate in sale.chain), *([buyer] if buyer else [])]
    owners = dict.fromkeys(
        [
            *((name, currency) for name in names),
            *((hold.member, hold.currency) for hold in sale.paid_by),
        ]
    )
    reading.fetch(*((AccountItem, keys.account(*owner)) for owner in owners))
    accounts = {
        owner: account_of(*owner, reading.item(AccountItem, keys.account(*owner)))
        for owner in owners
    }
    cap = sale.program.rules.max_per_advocate
    for advocate in sale.chain if cap else ():
        accounts[advocate.id, currency] = with_room(accounts[advocate.id, currency], cap)
    purchases = (
        purchases_of(buyer, reading.item(PurchasesItem, keys.purchases(buyer))) if buyer else None
    )
    return replace(sale, accounts=accounts, purchases=purchases)
