"""Binds a member who signs up to one advocate: the one whom the strongest evidence names
(specification: registration-binding).
"""

import secrets
from datetime import datetime
from typing import NamedTuple

from shared.domain.instants import read_instant
from shared.domain.members.code import normalize_code
from shared.domain.members.evidence import (
    CODE,
    REF_TOKEN,
    REFERRAL,
    Evidence,
    find_objection,
    is_expired,
)
from shared.domain.members.member import Member
from shared.domain.programs.program import AttributionTerms
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.domain.rewards.terms import Referral
from shared.members.registration_form import MemberForm
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.links import CodeItem, VisitorItem
from shared.store.reading import Reading

REFERRAL_ID_BYTES = 12
"""Random bytes in the id of a referral."""


class Binding(NamedTuple):
    """The evidence that won, the advocate whom it names, and the new referral."""

    evidence: Evidence
    advocate: Member
    referral: Referral

    @property
    def upline(self) -> tuple[str, ...]:
        """The ids of the advocates above the friend, nearest first."""
        return (self.advocate.id, *self.advocate.upline)[:LONGEST_CHAIN]


def find_binding(
    reading: Reading,
    friend: Member,
    form: MemberForm,
    referrer: Member | None,
    terms: AttributionTerms,
    at: datetime,
) -> Binding | None:
    """The binding of a friend who signs up, `None` if no evidence names an advocate. The referrer
    counts first, then a code, then a click.

    The binding cannot close a circle: a friend who signs up has no code yet, so nobody can be below
    them.
    """
    signed_up_at = friend.signed_up_at or at
    found = (
        _find_by_referrer(friend, referrer, at)
        or _find_by_code(reading, friend, form)
        or _find_by_click(reading, friend, form, terms, signed_up_at)
    )
    if found is None:
        return None
    evidence, advocate = found
    clicked_at = evidence.at if evidence.kind == REF_TOKEN else None
    referral_id = secrets.token_urlsafe(REFERRAL_ID_BYTES)
    return Binding(evidence, advocate, Referral(referral_id, advocate.id, signed_up_at, clicked_at))


def _find_by_referrer(
    friend: Member, referrer: Member | None, at: datetime
) -> tuple[Evidence, Member] | None:
    if referrer is None or referrer.id == friend.id or friend.id in referrer.upline:
        return None
    return Evidence(REFERRAL, referrer.id, at), referrer


def _find_by_code(
    reading: Reading, friend: Member, form: MemberForm
) -> tuple[Evidence, Member] | None:
    advocate = _find_owner(reading, friend, form.code) if form.code else None
    return (Evidence(CODE, advocate.id, None, form.code), advocate) if advocate else None


def _find_by_click(
    reading: Reading,
    friend: Member,
    form: MemberForm,
    terms: AttributionTerms,
    signed_up_at: datetime,
) -> tuple[Evidence, Member] | None:
    visitor = reading.item(VisitorItem, keys.visitor(form.ref_token)) if form.ref_token else None
    if visitor is None:
        return None
    clicked_at = read_instant(visitor.clicked_at)
    if is_expired(terms, clicked_at, signed_up_at):
        return None
    advocate = _find_owner(reading, friend, visitor.code)
    if advocate is None:
        return None
    return Evidence(REF_TOKEN, advocate.id, clicked_at, visitor.code), advocate


def _find_owner(reading: Reading, friend: Member, code: str) -> Member | None:
    """The member who shares a code. `None` if there is none, or if that member cannot be the
    friend's advocate.
    """
    item = reading.item(CodeItem, keys.code(normalize_code(code)))
    advocate = attribution.find_current_member(reading, item.member) if item else None
    if advocate is None or find_objection(advocate, bool(item and item.blocked)):
        return None
    return None if advocate.id == friend.id else advocate
