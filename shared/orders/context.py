"""Loads everything that the evaluation of one order is based on, in as few requests as possible."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.domain.evaluation.decision import NOTHING_POSTED, adds_evidence
from shared.domain.evaluation.moving import names_another_buyer
from shared.domain.evaluation.posted import FrozenOrder, OpenOrder, PostedState
from shared.domain.ledger.holds import OpenHold
from shared.domain.ledger.ledger import NO_LAPSES, Account, Lapse
from shared.domain.ledger.order_credit import OrderCredit, captured_for, return_deltas
from shared.domain.ledger.owner import Owner
from shared.domain.members.evidence import Evidence
from shared.domain.members.member import Member
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import RewardKey
from shared.domain.rewards.terms import Terms
from shared.orders import attribution, fraud_signals
from shared.orders.attribution import BuyerRecord
from shared.orders.chains import load_chain
from shared.orders.closed_members import load_closed_room, load_purchases
from shared.orders.context_keys import advocate_keys, first_keys, money_keys
from shared.orders.daily_rates import with_stored_rate
from shared.orders.update import OrderUpdate, find_same_sale, merge_update
from shared.store import keys
from shared.store.engine import WriteConflict
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.holds import HoldItem, OrderCreditItem, hold_of, order_credit_of
from shared.store.ledger.orders import KnownOrder, RefItem
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.ledger.used_room import with_room
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


@dataclass(frozen=True, slots=True)
class OrderContext:
    """One order, its members, and the program that applies to it.

    * `known`: the order as it was stored; `order`: its facts with the update merged in.
    * `before`: what the order has posted: a `FrozenOrder` once it has terms, an `OpenOrder` until
      then.
    * `chain`: the advocates above the buyer as they are stored today; once there are terms, those
      that the terms name.
    * `signals`: fraud signals that appeared after the terms were frozen, or all of an open order.
    * `absorbed`: orders that are the same sale under another id, to be merged into this one.
    * `credit`: credit of members that pays the order.
    * `holds_to_void`: open holds of a cancelled order.
    * `lapses`: what expired unspent of its rewards; loaded only if something may be taken back.
    * `closed_purchases`, `closed_room`: what the buyer bought, and what each advocate used of the
      room under a limit, as members who were merged into them.
    * `moves`: the order belongs to another buyer and must leave the old one first.
    """

    known: KnownOrder
    order: OrderFacts
    at: datetime
    program: Program
    before: PostedState = NOTHING_POSTED
    buyer: BuyerRecord | None = None
    purchases: Purchases | None = None
    chain: tuple[Member, ...] = ()
    accounts: Mapping[Owner, Account] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    signals: tuple[str, ...] = ()
    new_refs: tuple[str, ...] = ()
    absorbed: tuple[KnownOrder, ...] = ()
    credit: OrderCredit | None = None
    holds_to_void: tuple[OpenHold, ...] = ()
    lapses: Mapping[RewardKey, Lapse] = NO_LAPSES
    closed_purchases: tuple[Purchases, ...] = ()
    closed_room: Mapping[str, int] = field(default_factory=dict)
    moves: bool = False

    @property
    def stale(self) -> bool:
        """Whether a member was blocked, or the buyer's referral ended, during the reads."""
        members = [*self.chain, *([self.buyer.member] if self.buyer else [])]
        for member in members:
            account = self.accounts.get(Owner(member.id, self.program.currency))
            if account and account.blocked_at and not member.blocked:
                return True
        edge = self.buyer.member.referral if self.buyer else None
        return bool(edge and self.purchases and self.purchases.ended == edge.id)

    def account_of(self, member: Member) -> Account:
        """The account of the buyer or of an advocate, in the program's currency."""
        return self.accounts[Owner(member.id, self.program.currency)]

    @property
    def is_sale(self) -> bool:
        """Whether the order may make guests and referrals: it is neither a test nor only a hint."""
        return not self.order.test and not self.order.hint


def load_context(update: OrderUpdate) -> OrderContext:
    """The context of an order with this update. Raises `InvalidDocument` if the order gets more
    refunds or disputes than the limits.
    """
    reading = Reading()
    facts = update.facts
    reading.fetch(*first_keys(facts))
    known, others = find_same_sale(reading, facts)
    if update.past and not known.revision and not others:
        known = replace(known, posted=OpenOrder(past=True))
    order = merge_update(update, known, others)
    refs = {name: reading.item(RefItem, keys.ref(name)) for name in facts.refs if name != order.id}
    new_refs = tuple(name for name, item in refs.items() if item is None or item.order != order.id)
    absorbed = tuple(other for other in others if other.merged_into is None)
    context = complete_context(reading, known, order, update.at, facts.login)
    return replace(context, new_refs=new_refs, absorbed=absorbed)


def complete_context(
    reading: Reading, known: KnownOrder, order: OrderFacts, at: datetime, login: str | None = None
) -> OrderContext:
    """The context of an order, `known` as it is stored and `order` with the update: its program, its
    members with their accounts, and the credit that pays it. `login` is the buyer's in the
    update.

    * The order has terms and the same buyer, as after a refund: the program version of the terms
      and the members that they name.
    * It has lost its terms, or loses them to another buyer or new evidence: buyer and chain of
      today, the program version of the terms.
    * It never had terms: buyer, chain and program of today.

    `moves` is set if the update names another buyer than the one before.
    """
    program = programs.active_program_of(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    order = with_stored_rate(reading, order, program, known.posted)
    context = _with_credit(reading, OrderContext(known, order, at, program, known.posted))
    before = context.before
    if isinstance(before, FrozenOrder):
        buyer = _named_buyer(reading, context, login)
        moves = _is_other_buyer(buyer, before.terms.buyer)
        if not moves and not adds_evidence(before.terms, known.order, order):
            return _frozen_context(reading, context, before.terms, buyer)
        left = OpenOrder(version=before.terms.version, past=before.terms.past)
        before = left if moves else before.reopen()
        context = replace(context, moves=moves)
    elif known.buyer is not None:
        buyer = _named_buyer(reading, context, login)
        context = replace(context, moves=_is_other_buyer(buyer, known.buyer))
    if before.version is not None:
        context = replace(context, program=programs.load_version(program, before.version))
    buyer = attribution.find_buyer(reading, order, login)
    context = replace(context, before=before, buyer=buyer)
    return (
        _with_people(reading, context, buyer) if buyer else _with_accounts(reading, context, None)
    )


def _is_other_buyer(buyer: BuyerRecord | None, before: str | None) -> bool:
    """Whether the buyer is another person than before."""
    return buyer is not None and not (before and buyer.member.is_person(before))


def _named_buyer(reading: Reading, context: OrderContext, login: str | None) -> BuyerRecord | None:
    """The buyer by today's facts; looked up only if the update may name another buyer than before."""
    if not names_another_buyer(context.known.order, context.order):
        return None
    return attribution.find_buyer(reading, context.order, login)


def _frozen_context(
    reading: Reading, context: OrderContext, terms: Terms, buyer: BuyerRecord | None = None
) -> OrderContext:
    """The context of an order that has terms: their program version and the members that they name.
    If `buyer` is given, it has the buyer's newest login and address.
    """
    program = programs.load_version(context.program, terms.version)
    context = _with_frozen_members(reading, replace(context, program=program), terms)
    return replace(context, buyer=buyer) if buyer else context


def load_old_buyer(context: OrderContext) -> OrderContext:
    """The context of an order that moves to another buyer, with the members of its old terms.
    Raises `WriteConflict` if the order has no terms.
    """
    reading, posted = Reading(), context.known.posted
    if not isinstance(posted, FrozenOrder):
        raise WriteConflict
    item = reading.item(ProgramItem, keys.active_program(DEFAULT))
    program = programs.active_program_of(item)
    old = OrderContext(context.known, context.order, context.at, program, posted)
    return _frozen_context(reading, old, posted.terms)


def _with_credit(reading: Reading, context: OrderContext) -> OrderContext:
    """Adds the credit of the order, and its open holds if it is cancelled."""
    order = context.order
    item = reading.item(OrderCreditItem, keys.order_credit(order.id))
    credit = order_credit_of(order.id, item)
    if order.credit_is_bounded:
        order = order._replace(credit_captured=captured_for(order, credit))
        context = replace(context, order=order)
    if not order.cancelled or not credit.holds:
        return replace(context, credit=credit)
    reading.fetch(*((HoldItem, keys.hold(name)) for name in credit.holds))
    items = (reading.item(HoldItem, keys.hold(name)) for name in credit.holds)
    holds = tuple(hold for item in items if item and isinstance(hold := hold_of(item), OpenHold))
    return replace(context, credit=credit, holds_to_void=holds)


def credit_owners(context: OrderContext) -> list[Owner]:
    """The owners of the accounts that change because credit is given back, taken again or released."""
    deltas = return_deltas(context.order, context.credit) if context.credit else []
    return [
        *(delta.payer.owner for delta in deltas),
        *(Owner(hold.member, hold.currency) for hold in context.holds_to_void),
    ]


def _with_frozen_members(reading: Reading, context: OrderContext, terms: Terms) -> OrderContext:
    """Adds the members that the terms name, and fraud signals that appeared later."""
    advocates = [advocate.member for advocate in terms.chain]
    members = [*advocates, *([terms.buyer] if terms.buyer else [])]
    reading.fetch(*money_keys(members, context.program.currency, terms.buyer))
    buyer = attribution.find_member(reading, terms.buyer) if terms.buyer else None
    chain = tuple(
        member for name in advocates if (member := attribution.find_member(reading, name))
    )
    signals = fraud_signals.collect_late_signals(
        reading, context.known.order, context.order, chain, context.program
    )
    record = BuyerRecord(buyer, buyer) if buyer else None
    context = replace(context, buyer=record, chain=chain, signals=signals)
    return _with_accounts(reading, context, terms.buyer)


def _with_people(reading: Reading, context: OrderContext, buyer: BuyerRecord) -> OrderContext:
    """Adds the buyer, bound by the evidence, and the advocates above them by today's referrals."""
    order, program, member = context.order, context.program, buyer.member
    reading.fetch(
        *attribution.code_keys(reading, order),
        *advocate_keys(reading, order, program.currency),
        *fraud_signals.keys_to_read(order, member),
        *money_keys([member.id, *member.upline[: program.depth()]], program.currency, member.id),
    )
    reading.fetch(*advocate_keys(reading, order, program.currency))
    evidence = attribution.collect_evidence(reading, order, member, program, context.at)
    if context.is_sale:
        buyer = attribution.bind_buyer(reading, order, buyer, evidence, context.at)
        upline = buyer.member.upline[: program.depth()]
        reading.fetch(*money_keys(upline, program.currency, None))
    chain = tuple(load_chain(reading, buyer.member, program, evidence))
    signals = fraud_signals.collect_signals(reading, order, buyer.member, chain, evidence, program)
    context = replace(context, buyer=buyer, chain=chain, evidence=tuple(evidence), signals=signals)
    closed = load_purchases(reading, member)[1:]
    context = replace(context, closed_purchases=tuple(closed))
    return _with_accounts(reading, context, member.id)


def _with_accounts(reading: Reading, context: OrderContext, buyer_id: str | None) -> OrderContext:
    """Adds the accounts that may change: those in the program's currency, and those of members
    whose credit paid the order.
    """
    currency, limit = context.program.currency, context.program.rules.max_per_advocate
    member_ids = [*(advocate.id for advocate in context.chain), *([buyer_id] if buyer_id else [])]
    owners = dict.fromkeys(
        [*(Owner(member_id, currency) for member_id in member_ids), *credit_owners(context)]
    )
    reading.fetch(*((AccountItem, keys.account(*owner)) for owner in owners))
    accounts = {
        owner: account_of(*owner, reading.item(AccountItem, keys.account(*owner)))
        for owner in owners
    }
    if limit is not None:
        for advocate in context.chain:
            owner = Owner(advocate.id, currency)
            accounts[owner] = with_room(accounts[owner], limit)
        rooms = load_closed_room(reading, context.chain, currency, limit)
        context = replace(context, closed_room=rooms)
    purchases = None
    if buyer_id:
        item = reading.item(PurchasesItem, keys.purchases(buyer_id))
        purchases = purchases_of(buyer_id, item)
    return replace(context, accounts=accounts, purchases=purchases)
