"""Erasing a person: names are deleted, ids and sums stay (specification: erasure; decision 43)."""

from dataclasses import replace
from functools import partial

from shared.domain.members.evidence import REF_TOKEN
from shared.domain.members.member import Member
from shared.domain.staff_action import StaffAction
from shared.members.profile import require_member, require_stored_member
from shared.store import engine, keys
from shared.store.attributions import links, members
from shared.store.attributions.directory import change_member
from shared.store.attributions.members import PointerItem
from shared.store.attributions.referrals import ReferralItem, put_without_value
from shared.store.engine import Write
from shared.store.ledger.orders import OrderItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.programs.audit_log import put_audit_line
from shared.store.reading import Reading


def erase_member(member_id: str, action: StaffAction) -> None:
    """Deletes a member's names, addresses, code, notes and clicks, and blocks the member; ids and
    sums stay. The same for the members who were merged into this one: an erasure is of the person.
    Does nothing if the member is erased already. Raises `NotFound`.
    """
    member = require_member(Reading(), member_id)
    for name in (*member.absorbed, member.id):
        engine.retrying(partial(_erase, name, action))


def _erase(member_id: str, action: StaffAction) -> None:
    reading = Reading()
    member = require_stored_member(reading, member_id)
    if member.erased:
        return

    after = replace(
        member,
        login=None,
        email=None,
        email_hash=None,
        name=None,
        language=None,
        chosen_language=None,
        code=None,
        browsers=(),
        notes=(),
        blocked=True,
        erased=True,
    )

    audit_line = put_audit_line(
        action, {"member": member.public_id}, {"status": member.status}, {"status": after.status}
    )
    engine.write(
        [
            *change_member(member, after),
            *_drop_names(reading, member),
            *_drop_evidence_value(reading, member),
            audit_line,
        ]
    )


def _drop_names(reading: Reading, member: Member) -> list[Write]:
    """Writes that free the login, e-mail address and code for other members, and delete the
    member's clicks. The names of a closed member lead to the one who goes on.
    """
    owner = member.merged_into or member.id
    writes = [links.drop_visitor(token) for token in list_browser_tokens(reading, member)]
    if member.login and member.registered:
        writes.append(members.drop_login(member.login, owner))
        writes.append(members.drop_spelling(member.login, owner))
    if member.code:
        writes.append(links.drop_code(member.code, owner))
    if member.email_hash:
        pointer = reading.item(PointerItem, keys.email(member.email_hash))
        if pointer and pointer.member == owner:
            writes.append(members.drop_email(member.email_hash, owner))
    return writes


def _drop_evidence_value(reading: Reading, member: Member) -> list[Write]:
    """A write that removes the click or code from the member's referral; the referral itself stays."""
    referral = _find_referral(reading, member)
    return [put_without_value(referral)] if referral and "value" in referral.evidence else []


def list_browser_tokens(reading: Reading, member: Member) -> list[str]:
    """The `ref_token` of each browser that is known as the member's: from the referral, the sign-up
    and the first orders.
    """
    referral = _find_referral(reading, member)
    evidence = referral.evidence if referral else {}
    clicked = evidence.get("value") if evidence.get("kind") == REF_TOKEN else None
    purchases = purchases_of(member.id, reading.item(PurchasesItem, keys.purchases(member.id)))
    orders = (
        known_of(placed.order, reading.item(OrderItem, keys.order(placed.order)))
        for placed in purchases.earliest
    )
    ordered = (known.order.ref_token for known in orders if known)
    tokens = (clicked, *member.browsers, *ordered)
    return list(dict.fromkeys(token for token in tokens if token))


def _find_referral(reading: Reading, member: Member) -> ReferralItem | None:
    if member.referral is None:
        return None
    return reading.item(ReferralItem, keys.referral(member.referral.id))
