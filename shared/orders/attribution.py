"""Who bought, and who brought them: gathered from every name and sign that an order carries."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.instants import instant_text, parse_instant
from shared.domain.members.code import normal_code
from shared.domain.members.evidence import (
    CODE,
    REF_TOKEN,
    REFERRAL,
    Evidence,
    expired,
    graded,
    objection,
    winner,
)
from shared.domain.members.member import Member, guest_id
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import LONGEST_CHAIN, Program
from shared.domain.rewards.reward import Referral
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.links import CodeItem, VisitorItem
from shared.store.attributions.members import MemberItem, PointerItem, member_of
from shared.store.attributions.sign_ups import put_sign_up
from shared.store.engine import Write
from shared.store.reading import Reading


@dataclass(frozen=True, slots=True)
class BuyerRecord:
    """The buyer as this order makes them known, and as stored: `None` where they were not. `address_free`: nobody is found by theirs."""

    member: Member
    stored: Member | None = None
    address_free: bool = False

    @property
    def changed(self) -> bool:
        return self.member != self.stored


def wanted(order: OrderFacts) -> list[tuple]:
    """What the first read of an order asks for about its buyer."""
    found = [(CodeItem, keys.code(normal_code(code))) for code in order.codes]
    if order.customer:
        found.append((MemberItem, keys.member(order.customer)))
    if order.email_hash:
        found.append((PointerItem, keys.email(order.email_hash)))
    if order.ref_token:
        found.append((VisitorItem, keys.visitor(order.ref_token)))
        if not order.customer and not order.email_hash:
            found.append((MemberItem, keys.member(guest_id(None, order.ref_token))))
    return found


def members_wanted(names: Iterable[str]) -> list[tuple]:
    return [(MemberItem, keys.member(name)) for name in names]


def member(reading: Reading, member_id: str) -> Member | None:
    """A member by any of their ids."""
    item = reading.item(MemberItem, keys.member(member_id))
    if item is not None and item.same_as:
        item = reading.item(MemberItem, keys.member(item.same_as))
    return member_of(item) if item is not None else None


def line_above(reading: Reading, below: Member) -> list[Member]:
    """Every advocate above a member, nearest first, as the edges are now."""
    reading.fetch(*members_wanted(below.upline))
    found: list[Member] = []
    edge = below.referral
    while edge and (advocate := member(reading, edge.advocate)) and advocate not in found:
        found.append(advocate)
        edge = advocate.referral
    return found


def buyer(reading: Reading, order: OrderFacts, login: str | None) -> BuyerRecord | None:
    """The friend who bought: by the shop's id, else by e-mail, else by the visitor's token."""
    if order.customer:
        known = member(reading, order.customer)
        return _learned(reading, order, login, known) if known else _newcomer(reading, order, login)
    pointer = _pointer(reading, order)
    if order.email_hash:
        guest = pointer.member if pointer else guest_id(order.email_hash, None)
    elif order.ref_token and reading.item(VisitorItem, keys.visitor(order.ref_token)):
        guest = guest_id(None, order.ref_token)
    else:
        return None
    known = member(reading, guest)
    if known:
        return _learned(reading, order, login, known)
    return BuyerRecord(
        Member(guest, login=login, email_hash=order.email_hash), None, pointer is None
    )


def _pointer(reading: Reading, order: OrderFacts) -> PointerItem | None:
    """Who is found by the address that an order came with."""
    return reading.item(PointerItem, keys.email(order.email_hash)) if order.email_hash else None


def _learned(reading: Reading, order: OrderFacts, login: str | None, known: Member) -> BuyerRecord:
    """Somebody of whom no login or no address was told yet is known by those that they order with; the erased stay nobody."""
    if known.erased or ((known.login or not login) and (known.email_hash or not order.email_hash)):
        return BuyerRecord(known, known)
    after = replace(
        known, login=known.login or login, email_hash=known.email_hash or order.email_hash
    )
    return BuyerRecord(after, known, known.email_hash is None and _pointer(reading, order) is None)


def _newcomer(reading: Reading, order: OrderFacts, login: str | None) -> BuyerRecord:
    """A guest under the shop's id; somebody known as a guest by this e-mail gets the id as an alias."""
    pointer = _pointer(reading, order)
    known = member(reading, pointer.member) if pointer else None
    if (
        known
        and not known.registered
        and not known.alias
        and known.id == guest_id(order.email_hash, None)
    ):
        return BuyerRecord(replace(known, alias=order.customer), known)
    return BuyerRecord(
        Member(order.customer, login=login, email_hash=order.email_hash), None, pointer is None
    )


def evidence(
    reading: Reading, order: OrderFacts, friend: Member | None, program: Program, at: datetime
) -> list[Evidence]:
    """Every sign of an advocate that an order carries, the strongest first, losers with the reason."""
    found = []
    if friend and friend.referral:
        found.append(Evidence(REFERRAL, friend.referral.advocate, friend.referral.made_at))
    found += [_code(reading, friend, code) for code in order.codes]
    if order.ref_token:
        found.append(_click(reading, order, friend, program, at))
    return graded(found)


def _code(reading: Reading, friend: Member | None, text: str) -> Evidence:
    code = reading.item(CodeItem, keys.code(normal_code(text)))
    advocate = member(reading, code.member) if code else None
    lost = objection(advocate, bool(code and code.blocked)) or _circle(reading, friend, advocate)
    return Evidence(CODE, advocate.id if advocate else None, None, text, lost)


def _circle(reading: Reading, friend: Member | None, advocate: Member) -> str | None:
    """Whether the friend stands above the advocate as the edges are now; only a member with a code can stand above anybody. One's own code
    closes no circle: it counts, and is refused as such."""
    if friend is None or friend.code is None or friend.referral or friend.id == advocate.id:
        return None
    return "circle" if friend.id in (above.id for above in line_above(reading, advocate)) else None


def _click(
    reading: Reading, order: OrderFacts, friend: Member | None, program: Program, at: datetime
) -> Evidence:
    visitor = reading.item(VisitorItem, keys.visitor(order.ref_token))
    if visitor is None:
        return Evidence(REF_TOKEN, None, None, order.ref_token, "unknown_token")
    found = _code(reading, friend, visitor.code)
    clicked_at = parse_instant(visitor.clicked_at)
    lost = (
        "expired"
        if expired(program.attribution, clicked_at, order.first_seen or at)
        else found.lost
    )
    return Evidence(REF_TOKEN, found.advocate, clicked_at, order.ref_token, lost)


def bound(
    reading: Reading, order: OrderFacts, friend: BuyerRecord, signs: list[Evidence], at: datetime
) -> BuyerRecord:
    """The friend with the referral that the winning sign makes; an edge to oneself is never made."""
    won, who = winner(signs), friend.member
    if won is None or won.kind == REFERRAL or won.advocate == who.id:
        return friend
    made_at = order.first_seen or at
    referral = Referral(
        secrets.token_urlsafe(12), won.advocate, made_at, won.at if won.kind == REF_TOKEN else None
    )
    upline = (won.advocate, *member(reading, won.advocate).upline)[:LONGEST_CHAIN]
    return replace(
        friend,
        member=replace(
            who, referral=referral, upline=upline, signed_up_at=who.signed_up_at or made_at
        ),
    )


def line_as_read(line: list[Member]) -> list[Write]:
    """Written as they are, so that whoever is given an advocate at this very moment meets the new edge and closes no circle with it."""
    return [
        members.put_member(member)
        for member in {member.id: member for member in (*line[:LONGEST_CHAIN], line[-1])}.values()
    ]


def _line_still_open(friend: Member) -> list[Write]:
    """Everybody above a new edge, as read; raises `Conflict` where it closes a circle by now. Without a code nobody is above others."""
    if friend.code is None:
        return []
    reading = Reading()
    advocate = member(reading, friend.referral.advocate)
    line = [advocate, *line_above(reading, advocate)]
    if friend.id in (above.id for above in line):
        raise engine.WriteConflict
    return line_as_read(line)


def keep(friend: BuyerRecord, signs: list[Evidence], count_sign_up: bool) -> None:
    """Write a new guest, a new alias or a new edge, all at once."""
    after, stored = friend.member, friend.stored
    writes = [members.put_member(after)]
    if friend.address_free and after.email_hash:
        writes.append(members.put_email(after.email_hash, after.id))
    if after.alias and (stored is None or stored.alias is None):
        writes.append(members.put_alias(after.alias, after.id))
    if after.referral and (stored is None or stored.referral is None):
        writes += members.put_edge(
            after.id, after.referral, document(winner(signs))
        ) + _line_still_open(after)
        writes += [put_sign_up(after.id, after.referral)] if count_sign_up else []
    engine.write(writes)


def document(sign: Evidence) -> dict:
    """A piece of evidence as it is kept and shown."""
    row = sign._asdict() | {"at": instant_text(sign.at) if sign.at else None}
    return {name: value for name, value in row.items() if value is not None}


def chain(
    reading: Reading, friend: Member, program: Program, signs: list[Evidence]
) -> list[Member]:
    """The advocates above a friend, nearest first, read in one round where the upline as last seen still holds."""
    won = winner(signs)
    first = (
        friend.referral.advocate
        if friend.referral
        else friend.id
        if won and won.advocate == friend.id
        else None
    )
    reading.fetch(*members_wanted(friend.upline[: program.depth()]))
    found: list[Member] = []
    while first and len(found) < max(program.depth(), 1):
        advocate = member(reading, first)
        if advocate is None or advocate in found:
            break
        found.append(advocate)
        first = (
            advocate.referral.advocate if advocate.referral and advocate.id != friend.id else None
        )
    return found
