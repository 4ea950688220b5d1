"""A person is forgotten: what names them goes, ids and sums stay (design, sections 2 and 7; decision 43)."""

from dataclasses import replace

from shared.domain.members.evidence import REF_TOKEN
from shared.domain.members.member import Member
from shared.domain.staff_action import StaffAction
from shared.members.profile import known_member
from shared.store import engine, keys
from shared.store.attributions import lookup_names, members
from shared.store.attributions.members import PointerItem, ReferralItem
from shared.store.engine import Write
from shared.store.ledger.orders import OrderItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.programs.audit_log import put_audit_line
from shared.store.reading import Reading


def erase(member_id: str, act: StaffAction) -> None:
    """Raises `NotFound`. Whoever is erased already stays so."""
    engine.retrying(lambda: _erase(member_id, act))


def _erase(member_id: str, act: StaffAction) -> None:
    reading = Reading()
    member = known_member(reading, member_id)
    if member.erased:
        return

    nobody = dict.fromkeys(
        ("login", "email", "email_hash", "name", "language", "chosen_language", "code")
    )
    after = replace(member, **nobody, browsers=(), blocked=True, erased=True)

    told = put_audit_line(
        act, {"member": member.public_id}, {"status": member.status}, {"status": after.status}
    )
    engine.write(
        [
            members.put_member(after),
            *_names_dropped(reading, member),
            *_unsigned(reading, member),
            told,
        ]
    )


def _names_dropped(reading: Reading, member: Member) -> list[Write]:
    """Login, e-mail and code find nobody any more, and others may have them; clicks are forgotten."""
    found = [lookup_names.drop_visitor(token) for token in tokens_of(reading, member)]
    if member.login:
        found.append(members.drop_login(member.login, member.id))
    if member.code:
        found.append(lookup_names.drop_code(member.code, member.id))
    pointer = (
        reading.item(PointerItem, keys.email(member.email_hash)) if member.email_hash else None
    )
    if pointer and pointer.member == member.id:
        found.append(lookup_names.drop_email(member.email_hash, member.id))
    return found


def _unsigned(reading: Reading, member: Member) -> list[Write]:
    """The edge to the advocate stays, without the click or code that led to it."""
    edge = _edge(reading, member)
    return [lookup_names.put_unsigned(edge)] if edge and "value" in edge.evidence else []


def tokens_of(reading: Reading, member: Member) -> list[str]:
    """The browsers that are known to be a member's: the one that made the edge, and those of the first orders."""
    edge = _edge(reading, member)
    signed = [edge.evidence.get("value")] if edge and edge.evidence.get("kind") == REF_TOKEN else []
    bought = purchases_of(member.id, reading.item(PurchasesItem, keys.purchases(member.id)))
    orders = (
        known_of(placed.order, reading.item(OrderItem, keys.order(placed.order)))
        for placed in bought.earliest
    )
    tokens = (*signed, *member.browsers, *(known.order.ref_token for known in orders if known))
    return list(dict.fromkeys(token for token in tokens if token))


def _edge(reading: Reading, member: Member) -> ReferralItem | None:
    return (
        reading.item(ReferralItem, keys.referral(member.referral.id)) if member.referral else None
    )
