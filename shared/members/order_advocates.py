"""Staff names the advocate of an order that has none (specification: order-advocate).

The name is a piece of evidence on the order, so the engine that posts for every other update
evaluates it, for the preview and for the posting.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.evaluation.decision import Evaluated, Waiting
from shared.domain.evaluation.naming import (
    NAMINGS,
    SECOND_ADVOCATE,
    find_refusal,
    find_refusal_of_pair,
)
from shared.domain.evaluation.posted import OpenOrder
from shared.domain.members.member import Member
from shared.domain.orders.facts import TICK, OrderFacts, Versioned
from shared.domain.orders.sources import Source
from shared.domain.programs.group import Group
from shared.domain.rewards.terms import Referral
from shared.domain.staff_action import StaffAction
from shared.members.logins import find_login, login_key
from shared.members.profile import require_member
from shared.members.referrals import NOTHING, end_referral
from shared.orders.buyer_purchases import counted_referral
from shared.orders.commit import commit_decision
from shared.orders.context import OrderContext, load_context
from shared.orders.evaluate import (
    Evaluation,
    find_order,
    introduction_of,
    load_lapses_and_decide,
    report_outcome,
)
from shared.orders.parking import list_parked_order
from shared.orders.update import OrderUpdate
from shared.problem import Conflict, NotFound
from shared.store import engine, keys
from shared.store.engine import Write
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.orders import KnownOrder
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.programs import DEFAULT, active_program_of, load_active_item
from shared.store.reading import Reading

ADVOCATE_NAMED, REFERRAL_ENDED = "advocate_named", "referral_ended"


class Naming(NamedTuple):
    """The advocate of an order, by login. `later_orders`: also of the buyer's later orders."""

    order: str
    advocate_login: str
    later_orders: bool = True


@dataclass(frozen=True, slots=True)
class NamedAdvocate:
    """An order whose advocate staff named, and what that changes. `volume` is what the order adds
    to the advocate's, in minor units of the currency of the order's program.

    * `groups`: the advocate's group before and after, under the active program.
    * `later_orders`: the buyer's later orders reward this advocate too.
    * `known_customer`: the buyer had ordered before, and the program rewards new customers only.
    """

    evaluation: Evaluation
    advocate: Member
    volume: int
    groups: tuple[Group | None, Group | None]
    later_orders: bool
    known_customer: bool


def preview_advocate(naming: Naming, at: datetime) -> NamedAdvocate:
    """What `name_advocate` would do now. Writes nothing; raises what `name_advocate` raises."""
    return engine.retrying(lambda: _name(naming, StaffAction("", ADVOCATE_NAMED, at), True))


def name_advocate(naming: Naming, action: StaffAction) -> NamedAdvocate:
    """Makes a member the advocate of an order, and posts what the order now earns.

    The same advocate again changes nothing. Without `later_orders`, the referral that the naming
    made ends at once; nothing is taken back. Raises `InvalidDocument` for a login that nobody has,
    `NotFound` for an unknown order, and `Conflict` with a code of `NAMINGS`.
    """
    named = engine.retrying(lambda: _name(naming, action, False))
    report_outcome(named.evaluation)
    made = _referral_of_the_order(named)
    if made and not naming.later_orders:
        end_referral(made, NOTHING, action._replace(kind=REFERRAL_ENDED))
    return named


def _name(naming: Naming, action: StaffAction, dry_run: bool) -> NamedAdvocate:
    advocate = _find_advocate(naming.advocate_login)
    known = _find_order(naming.order, action.at)
    _raise_refusal(find_refusal(known.order, known.posted, advocate))
    context = load_context(_update(known, advocate, action.at))
    buyer = _buyer_before(context)
    if isinstance(context.before, OpenOrder):
        refusal = find_refusal_of_pair(context.order, buyer, advocate, context.evidence)
        _raise_refusal(refusal, buyer.referral)
    context, decision = load_lapses_and_decide(context)
    if decision.parked:
        raise Conflict(decision.parked, NAMINGS[decision.parked])
    if isinstance(decision, Waiting) and not naming.later_orders:
        raise InvalidDocument(
            [FieldError("later_orders", "must be true as long as the order earns nothing")]
        )
    evaluation = Evaluation(context, decision)
    named = _changes(evaluation, advocate, buyer, naming.later_orders)
    if not dry_run:
        audit = _audit_lines(context, advocate, action)
        commit_decision(context, decision, *audit, introduction=introduction_of(context))
        list_parked_order(context, decision)
    return named


def _find_advocate(login: str) -> Member:
    reading = Reading()
    reading.fetch(login_key(login))
    member_id = find_login(reading, login)
    if member_id is None:
        raise InvalidDocument(
            [FieldError("advocate_login", "is not a member's login; check the spelling")]
        )
    return require_member(reading, member_id)


def _find_order(name: str, at: datetime) -> KnownOrder:
    """The order with this id, or with this id at a processor. Raises `NotFound`."""
    found = find_order(name, at)
    if found is None:
        raise NotFound("unknown_order", "No order has this ID. Check the spelling.")
    return found.context.known


def _update(known: KnownOrder, advocate: Member, at: datetime) -> OrderUpdate:
    """The update that tells the advocate and nothing of the sale itself. An advocate who is named
    already keeps the time of the first naming.
    """
    before = known.order.told_advocate
    told = Versioned(at, advocate.id, Source.STAFF)
    if before is not None:
        told = (
            before if before.value == advocate.id else told._replace(at=max(at, before.at + TICK))
        )
    return OrderUpdate(OrderFacts(known.order.id, hint=True, told_advocate=told), at, dated=True)


def _buyer_before(context: OrderContext) -> Member:
    """The buyer as stored; a buyer who is new here as they will be, without an advocate."""
    assert context.buyer is not None, "an order with a named advocate always has a buyer"
    return context.buyer.stored or replace(context.buyer.member, referral=None)


def _raise_refusal(code: str | None, referral: Referral | None = None) -> None:
    if code is not None:
        more = {"referral": referral.id} if code == SECOND_ADVOCATE and referral else {}
        raise Conflict(code, NAMINGS[code], **more)


def _changes(
    evaluation: Evaluation, advocate: Member, buyer: Member, later_orders: bool
) -> NamedAdvocate:
    context, decision = evaluation
    volume = 0
    bound = buyer.referral is not None and buyer.referral.advocate == advocate.id
    later_orders = bound or (later_orders and isinstance(context.before, OpenOrder))
    if isinstance(decision, Evaluated) and counted_referral(context, decision.posted.terms):
        volume = decision.volume if later_orders else 0
    return NamedAdvocate(
        evaluation,
        advocate,
        volume,
        _groups(advocate, context.program.currency, volume),
        later_orders,
        _is_known_customer(context),
    )


def _groups(advocate: Member, currency: str, volume: int) -> tuple[Group | None, Group | None]:
    program = active_program_of(load_active_item(DEFAULT))
    key = keys.account(advocate.id, program.currency)
    account = account_of(advocate.id, program.currency, Reading().item(AccountItem, key))
    after = account.volume + (volume if currency == program.currency else 0)
    return program.group(advocate.group, account.volume), program.group(advocate.group, after)


def _is_known_customer(context: OrderContext) -> bool:
    """Whether the program would refuse the order as one of an existing customer, if the buyer had
    used a code.
    """
    placed, order = context.purchases, context.order
    if placed is None or not context.program.friend.new_customers_only:
        return False
    bought, first = placed.before(order.id), order.first_seen
    return bought is not None and first is not None and bought < first


def _audit_lines(context: OrderContext, advocate: Member, action: StaffAction) -> list[Write]:
    """The line of the naming; none if it changes nothing."""
    record, known = context.buyer, context.known.order
    is_bound = record is not None and record.stored is not None and record.stored.referral
    if known.told_advocate == context.order.told_advocate and is_bound:
        return []
    before = {"advocate": None}
    after = {"advocate": advocate.public_id}
    return [put_audit_line(action, {"order": context.order.id}, before, after)]


def _referral_of_the_order(named: NamedAdvocate) -> str | None:
    """The open referral that the naming made; `None` if the buyer has it from elsewhere."""
    context = named.evaluation.context
    referral = context.buyer.member.referral if context.buyer else None
    if referral is None or referral.advocate != named.advocate.id or not referral.by_staff:
        return None
    return referral.id if referral.made_at == (context.order.first_seen or context.at) else None
