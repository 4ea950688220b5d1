"""Writes of the guests and referrals that orders make (specification: binding)."""

from collections.abc import Sequence

from shared.domain.members.evidence import Evidence, evidence_document, find_winner
from shared.domain.members.member import Member
from shared.domain.rewards.terms import Referral
from shared.orders.attribution import (
    BuyerRecord,
    find_current_member,
    load_upline,
    put_upline_as_read,
)
from shared.store import engine
from shared.store.attributions import members
from shared.store.attributions.referrals import put_edge
from shared.store.attributions.sign_ups import put_sign_up
from shared.store.engine import Write
from shared.store.reading import Reading


def introduce(buyer: BuyerRecord, evidence: Sequence[Evidence], count_sign_up: bool) -> list[Write]:
    """Writes of a new guest, a new alias or a new referral, which belong in one transaction; with
    `count_sign_up` also that of the friend's sign-up. Raises `WriteConflict`.
    """
    after, stored = buyer.member, buyer.stored
    writes = [members.put_member(after)]
    if buyer.address_free and after.email_hash:
        writes.append(members.put_email(after.email_hash, after.id))
    if after.alias and (stored is None or stored.alias is None):
        writes.append(members.put_alias(after.alias, after.id))
    won = find_winner(evidence)
    if won and after.referral and (stored is None or stored.referral is None):
        writes += put_edge(after.id, after.referral, evidence_document(won))
        writes += _put_upline_still_open(after, after.referral)
        counts = count_sign_up and not after.referral.by_staff
        writes += [put_sign_up(after.id, after.referral)] if counts else []
    return writes


def _put_upline_still_open(buyer: Member, referral: Referral) -> list[Write]:
    """Writes that fail if an advocate above the new referral has changed since it was read.

    Raises `WriteConflict` if the referral would close a circle. A buyer without a code has no
    friends, so no circle is possible and there is nothing to write.
    """
    if buyer.code is None:
        return []
    reading = Reading()
    advocate = find_current_member(reading, referral.advocate)
    upline = [advocate, *load_upline(reading, advocate)] if advocate else []
    if not upline or buyer.id in (above.id for above in upline):
        raise engine.WriteConflict
    return put_upline_as_read(upline)
