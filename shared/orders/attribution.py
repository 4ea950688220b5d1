"""Finding the buyer of an order and who recommended the shop to them (specification: evidence)."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.instants import read_instant
from shared.domain.members.code import normalize_code, shared_codes
from shared.domain.members.evidence import (
    CODE,
    REF_TOKEN,
    REFERRAL,
    STAFF,
    Evidence,
    find_objection,
    find_winner,
    is_expired,
    rank_evidence,
)
from shared.domain.members.member import Member, guest_id, nameless_buyer
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.domain.rewards.terms import Referral
from shared.store import keys
from shared.store.attributions import members
from shared.store.attributions.links import CodeItem, VisitorItem
from shared.store.attributions.members import MemberItem, PointerItem, member_of
from shared.store.engine import ItemRequest, Write
from shared.store.reading import Reading


@dataclass(frozen=True, slots=True)
class BuyerRecord:
    """The buyer of an order. `stored` is the member as in the table, `None` for a new one;
    `address_free` says that no member is found by the order's e-mail address yet.
    """

    member: Member
    stored: Member | None = None
    address_free: bool = False

    @property
    def changed(self) -> bool:
        return self.member != self.stored


def keys_to_read(order: OrderFacts) -> list[ItemRequest]:
    """The items by which an order's buyer and advocate are found, so that one request reads them
    all.
    """
    requests: list[ItemRequest] = [
        (CodeItem, keys.code(normalize_code(code))) for code in shared_codes(order.codes)
    ]
    if order.customer:
        requests.append((MemberItem, keys.member(order.customer)))
    if order.email_hash:
        requests.append((PointerItem, keys.email(order.email_hash)))
    if order.ref_token:
        requests.append((VisitorItem, keys.visitor(order.ref_token)))
    if not order.customer and (known_by := order.email_hash or order.ref_token):
        requests.append((MemberItem, keys.member(guest_id(known_by))))
    return requests


def code_keys(reading: Reading, order: OrderFacts) -> list[ItemRequest]:
    """The item of the code that the order's visitor followed; none if the visitor is not known."""
    visitor = _find_visitor(reading, order)
    return [(CodeItem, keys.code(normalize_code(visitor.code)))] if visitor else []


def named_advocates(reading: Reading, order: OrderFacts) -> list[str]:
    """The owners of those codes of an order that `reading` has read already."""
    requests = [
        *((CodeItem, keys.code(normalize_code(code))) for code in order.codes),
        *code_keys(reading, order),
    ]
    codes = [reading.item(CodeItem, key) for _, key in requests if reading.has(CodeItem, key)]
    return list(dict.fromkeys(code.member for code in codes if code))


def _find_visitor(reading: Reading, order: OrderFacts) -> VisitorItem | None:
    return reading.item(VisitorItem, keys.visitor(order.ref_token)) if order.ref_token else None


def member_keys(member_ids: Iterable[str]) -> list[ItemRequest]:
    return [(MemberItem, keys.member(member_id)) for member_id in member_ids]


def find_member(reading: Reading, member_id: str) -> Member | None:
    """A member by the shop's id or by the internal id; `None` if there is none."""
    item = reading.item(MemberItem, keys.member(member_id))
    if item is not None and item.same_as:
        item = reading.item(MemberItem, keys.member(item.same_as))
    return member_of(item) if item is not None else None


def find_current_member(reading: Reading, member_id: str) -> Member | None:
    """As `find_member`, but for a closed member the one who goes on (specification: merge)."""
    member = find_member(reading, member_id)
    return find_member(reading, member.merged_into) if member and member.merged_into else member


def load_upline(reading: Reading, member: Member) -> list[Member]:
    """All advocates above a member, nearest first, by today's referrals."""
    reading.fetch(*member_keys(member.upline))
    upline: list[Member] = []
    referral = member.referral
    while referral:
        advocate = find_current_member(reading, referral.advocate)
        if advocate is None or advocate in upline:
            break
        upline.append(advocate)
        referral = advocate.referral
    return upline


def find_buyer(reading: Reading, order: OrderFacts, login: str | None) -> BuyerRecord | None:
    """The buyer, by the shop's customer id, else the e-mail address, else the visitor's token;
    `None` if the order has none of these.

    If the order has only an advocate's code, or an advocate whom staff named, the buyer is a new
    guest with only this order.
    """
    if order.customer:
        member = find_current_member(reading, order.customer)
        if member is None:
            return _new_customer(reading, order, order.customer, login)
        return _with_news(reading, order, login, member)
    pointer = _find_pointer(reading, order)
    if order.email_hash:
        buyer_id = pointer.member if pointer else guest_id(order.email_hash)
    elif order.ref_token and reading.item(VisitorItem, keys.visitor(order.ref_token)):
        buyer_id = guest_id(order.ref_token)
    elif order.advocate or any(
        reading.item(CodeItem, keys.code(normalize_code(code))) for code in order.codes
    ):
        buyer_id = guest_id(nameless_buyer(order.id))
    else:
        return None
    member = find_current_member(reading, buyer_id)
    if member is not None:
        return _with_news(reading, order, login, member)
    guest = Member(buyer_id, login=login, email_hash=order.email_hash)
    return BuyerRecord(guest, None, pointer is None)


def _find_pointer(reading: Reading, order: OrderFacts) -> PointerItem | None:
    """The item that says which member has the e-mail address of an order."""
    return reading.item(PointerItem, keys.email(order.email_hash)) if order.email_hash else None


def _with_news(
    reading: Reading, order: OrderFacts, login: str | None, member: Member
) -> BuyerRecord:
    """A known buyer, with the order's login and address if they had none; an erased member is not
    changed.
    """
    has_login = member.login or not login
    has_address = member.email_hash or not order.email_hash
    if member.erased or (has_login and has_address):
        return BuyerRecord(member, member)
    after = replace(
        member, login=member.login or login, email_hash=member.email_hash or order.email_hash
    )
    address_free = member.email_hash is None and _find_pointer(reading, order) is None
    return BuyerRecord(after, member, address_free)


def _new_customer(
    reading: Reading, order: OrderFacts, customer: str, login: str | None
) -> BuyerRecord:
    """The buyer under an id of the shop that is new here: a new guest, or the member who was known
    by the e-mail address alone and gets the id as an alias.
    """
    pointer = _find_pointer(reading, order)
    guest = find_current_member(reading, pointer.member) if pointer else None
    is_guest = guest is not None and not guest.registered and not guest.alias
    has_address = is_guest and guest and guest.id == guest_id(order.email_hash or "")
    if guest and (has_address or guest.known_by_address):
        return BuyerRecord(replace(guest, alias=customer), guest)
    member = Member(customer, login=login, email_hash=order.email_hash)
    return BuyerRecord(member, None, pointer is None)


def collect_evidence(
    reading: Reading, order: OrderFacts, buyer: Member | None, program: Program, at: datetime
) -> list[Evidence]:
    """All evidence that an order carries, strongest first. `at` is when the update arrived."""
    evidence = []
    if buyer and buyer.referral:
        evidence.append(Evidence(REFERRAL, buyer.referral.advocate, buyer.referral.made_at))
    if told := order.told_advocate:
        advocate, lost = _check_advocate(reading, buyer, told.value, False)
        evidence.append(Evidence(STAFF, advocate, told.at, None, lost))
    evidence += [_code_evidence(reading, buyer, code) for code in shared_codes(order.codes)]
    if order.ref_token:
        placed_at = order.first_seen or at
        evidence.append(_click_evidence(reading, buyer, order.ref_token, program, placed_at))
    return rank_evidence(evidence)


def _code_evidence(reading: Reading, buyer: Member | None, text: str) -> Evidence:
    code = reading.item(CodeItem, keys.code(normalize_code(text)))
    name, blocked = (code.member, code.blocked) if code else (None, None)
    advocate, lost = _check_advocate(reading, buyer, name, bool(blocked))
    return Evidence(CODE, advocate, None, text, lost)


def _check_advocate(
    reading: Reading, buyer: Member | None, name: str | None, blocked: bool
) -> tuple[str | None, str | None]:
    """The id of the member with the id `name`, and why evidence that names them does not count."""
    advocate = find_current_member(reading, name) if name else None
    lost = find_objection(advocate, blocked)
    if lost is None and advocate and _closes_circle(reading, buyer, advocate):
        lost = "circle"
    return advocate.id if advocate else None, lost


def _closes_circle(reading: Reading, buyer: Member | None, advocate: Member) -> bool:
    """Whether the buyer is in the advocate's upline now (specification: no-circle).

    Only a member with a code can be in one. A buyer's own code closes no circle: it counts, and the
    order is refused as a self-referral.
    """
    if buyer is None or buyer.code is None or buyer.referral or buyer.id == advocate.id:
        return False
    return buyer.id in (above.id for above in load_upline(reading, advocate))


def _click_evidence(
    reading: Reading, buyer: Member | None, ref_token: str, program: Program, placed_at: datetime
) -> Evidence:
    visitor = reading.item(VisitorItem, keys.visitor(ref_token))
    if visitor is None:
        return Evidence(REF_TOKEN, None, None, ref_token, "unknown_token")
    code = _code_evidence(reading, buyer, visitor.code)
    clicked_at = read_instant(visitor.clicked_at)
    expired = is_expired(program.attribution, clicked_at, placed_at)
    return Evidence(
        REF_TOKEN, code.advocate, clicked_at, ref_token, "expired" if expired else code.lost
    )


def bind_buyer(
    reading: Reading,
    order: OrderFacts,
    buyer: BuyerRecord,
    evidence: Sequence[Evidence],
    at: datetime,
) -> BuyerRecord:
    """The buyer with a new referral, if the winning evidence makes one; else the buyer unchanged. A
    buyer never becomes their own advocate (specification: binding).
    """
    won, member = find_winner(evidence), buyer.member
    if won is None or won.advocate is None or won.kind == REFERRAL or won.advocate == member.id:
        return buyer
    made_at = order.first_seen or at
    clicked_at = won.at if won.kind == REF_TOKEN else None
    advocate = find_current_member(reading, won.advocate)
    upline = (won.advocate, *(advocate.upline if advocate else ()))[:LONGEST_CHAIN]
    bound = replace(
        member,
        referral=Referral(
            secrets.token_urlsafe(12), won.advocate, made_at, clicked_at, won.kind == STAFF
        ),
        upline=upline,
        signed_up_at=member.signed_up_at or made_at,
    )
    return replace(buyer, member=bound)


def put_upline_as_read(upline: list[Member]) -> list[Write]:
    """Writes that put the members above a new referral back unchanged.

    If one of them is bound to the new friend at the same moment, one of the two transactions fails,
    so that no circle is closed.
    """
    nearest_and_last = {member.id: member for member in (*upline[:LONGEST_CHAIN], upline[-1])}
    return [members.put_member(member) for member in nearest_and_last.values()]
