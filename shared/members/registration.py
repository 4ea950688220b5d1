"""A member signs up or changes: one advocate for each friend, bound by the strongest sign that the shop tells (design, section 7)."""

import secrets
import unicodedata
from dataclasses import replace
from datetime import datetime

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import parse_instant
from shared.domain.members.code import normalize_code
from shared.domain.members.evidence import (
    CODE,
    REF_TOKEN,
    REFERRAL,
    Evidence,
    find_objection,
    is_expired,
)
from shared.domain.members.member import GUEST, Member, guest_id
from shared.domain.orders.fraud_signals import BuyerTraces
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.domain.rewards.terms import Referral
from shared.members.profile import require_member
from shared.members.registration_form import MemberForm
from shared.orders import attribution
from shared.orders.fraud_signals import counts_sign_ups
from shared.problem import Conflict, member_erased
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.links import CodeItem, VisitorItem
from shared.store.attributions.members import MemberItem, PointerItem
from shared.store.attributions.referrals import put_edge
from shared.store.attributions.sign_ups import put_sign_up
from shared.store.engine import Write
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_TAIL = 4
LONGEST_CODE_NAME = 8


def register_member(member_id: str, form: MemberForm, at: datetime) -> Member:
    """The member as kept. Raises `InvalidDocument` for an unknown referrer, `Conflict` for a login that is somebody else's."""
    if member_id.startswith(GUEST):
        raise InvalidDocument(
            [FieldError("id", f"must not begin with {GUEST!r}; such ids are those of guests")]
        )
    return engine.retrying(lambda: _register(member_id, form, at))


def _register(member_id: str, form: MemberForm, at: datetime) -> Member:
    reading = Reading()
    reading.fetch(*_wanted(member_id, form))
    stored = attribution.find_member(reading, member_id) or _guest(reading, form)
    if stored and stored.erased:
        raise member_erased()
    _check_login(reading, form, stored)
    referrer = _referrer(reading, form)

    after = replace(
        _changed(stored or Member(member_id), member_id, form, at),
        browsers=_browsers(reading, stored, form),
    )
    program, sign = (
        programs.active_from(reading.item(ProgramItem, keys.active_program(DEFAULT))),
        None,
    )
    if after.referral is None and not (stored and stored.registered):
        sign = _sign(reading, after, form, referrer, program, at)
        after = _bound(reading, after, sign, at) if sign else after
    after = after if after.code else replace(after, code=new_code(form.name or form.login))

    if after != stored:
        counted = (
            [put_sign_up(after.id, after.referral)] if sign and counts_sign_ups(program) else []
        )
        engine.write([*_writes(reading, stored, after, member_id, sign), *counted])
    return after


def choose_language(member_id: str, language: str) -> None:
    """What a member reads from now on, whatever the shop tells (decision 115); nobody who is erased chooses. Raises `NotFound`."""

    def attempt() -> None:
        member = require_member(Reading(), member_id)
        if member.chosen_language != language and not member.erased:
            engine.write([members.put_member(replace(member, chosen_language=language))])

    engine.retrying(attempt)


def _wanted(member_id: str, form: MemberForm) -> list[tuple]:
    program = (ProgramItem, keys.active_program(DEFAULT))
    found = [program, (MemberItem, keys.member(member_id)), (PointerItem, keys.login(form.login))]
    if form.email_hash:
        found.append((PointerItem, keys.email(form.email_hash)))
        found.append((MemberItem, keys.member(guest_id(form.email_hash))))
    if form.referrer_login:
        found.append((PointerItem, keys.login(form.referrer_login)))
    if form.code:
        found.append((CodeItem, keys.code(normalize_code(form.code))))
    if form.ref_token:
        found.append((VisitorItem, keys.visitor(form.ref_token)))
        found.append((MemberItem, keys.member(guest_id(form.ref_token))))
    return found


def _guest(reading: Reading, form: MemberForm) -> Member | None:
    """Who bought as a guest under this e-mail or token before registering; one already registered is somebody else."""
    for known_by in (form.email_hash, form.ref_token):
        guest = attribution.find_member(reading, guest_id(known_by)) if known_by else None
        if guest and not guest.registered and not guest.alias and not guest.erased:
            return guest
    return None


def _browsers(reading: Reading, stored: Member | None, form: MemberForm) -> tuple[str, ...]:
    """The browsers that a member came with, as far as they are known to have followed a link."""
    known = BuyerTraces(stored.browsers if stored else ())
    visitor = reading.item(VisitorItem, keys.visitor(form.ref_token)) if form.ref_token else None
    return known.seen(form.ref_token if visitor else None, None).browsers


def _check_login(reading: Reading, form: MemberForm, stored: Member | None) -> None:
    pointer = reading.item(PointerItem, keys.login(form.login))
    if pointer and pointer.member != (stored.id if stored else None):
        raise Conflict(
            "login_taken", "Another member has this login; each member needs one of their own."
        )


def _referrer(reading: Reading, form: MemberForm) -> Member | None:
    if form.referrer_login is None:
        return None
    pointer = reading.item(PointerItem, keys.login(form.referrer_login))
    if pointer is None:
        raise InvalidDocument(
            [FieldError("referrer_login", "is no member's login; leave it out or correct it")]
        )
    return attribution.find_member(reading, pointer.member)


def _changed(member: Member, member_id: str, form: MemberForm, at: datetime) -> Member:
    return replace(
        member,
        alias=member_id if member.id != member_id else None,
        login=form.login,
        email=form.email or member.email,
        email_hash=form.email_hash or member.email_hash,
        name=form.name if form.name is not None else member.name,
        registered=True,
        language=form.language or member.language,
        signed_up_at=member.signed_up_at or form.signed_up_at or at,
    )


def _sign(
    reading: Reading,
    friend: Member,
    form: MemberForm,
    referrer: Member | None,
    program: Program,
    at: datetime,
) -> Evidence | None:
    """The strongest sign of an advocate that counts: the referrer's login, a code, a click."""
    if referrer and referrer.id != friend.id and friend.id not in referrer.upline:
        return Evidence(REFERRAL, referrer.id, at)
    if form.code and (found := _code_sign(reading, friend, CODE, form.code, None)):
        return found
    visitor = reading.item(VisitorItem, keys.visitor(form.ref_token)) if form.ref_token else None
    if visitor is None:
        return None
    clicked_at = parse_instant(visitor.clicked_at)
    if is_expired(program.attribution, clicked_at, friend.signed_up_at):
        return None
    return _code_sign(reading, friend, REF_TOKEN, visitor.code, clicked_at)


def _code_sign(
    reading: Reading, friend: Member, kind: str, text: str, clicked_at: datetime | None
) -> Evidence | None:
    code = reading.item(CodeItem, keys.code(normalize_code(text)))
    advocate = attribution.find_member(reading, code.member) if code else None
    lost = find_objection(advocate, bool(code and code.blocked))
    return (
        None if lost or advocate.id == friend.id else Evidence(kind, advocate.id, clicked_at, text)
    )


def _bound(reading: Reading, friend: Member, sign: Evidence, at: datetime) -> Member:
    advocate = attribution.find_member(reading, sign.advocate)
    clicked_at = sign.at if sign.kind == REF_TOKEN else None
    referral = Referral(secrets.token_urlsafe(12), advocate.id, friend.signed_up_at, clicked_at)
    return replace(
        friend, referral=referral, upline=(advocate.id, *advocate.upline)[:LONGEST_CHAIN]
    )


def _writes(
    reading: Reading, stored: Member | None, after: Member, member_id: str, sign: Evidence | None
) -> list[Write]:
    """The member and every name they are found by; names given up are let go."""
    found = [members.put_member(after), members.put_login(after.login, after.id)]
    if stored and stored.login and stored.login != after.login:
        found.append(members.drop_login(stored.login, after.id))
    if after.email_hash and (
        stored is None or stored.email_hash != after.email_hash or not stored.registered
    ):
        found += _email_writes(reading, after)
    if stored is None or stored.code != after.code or stored.name != after.name:
        found.append(members.put_code(after, after.code))
    if after.alias and (stored is None or stored.alias != after.alias):
        found.append(members.put_alias(member_id, after.id))
    if sign:
        found += put_edge(after.id, after.referral, attribution.evidence_document(sign))
    return found


def _email_writes(reading: Reading, after: Member) -> list[Write]:
    """The first registered member with an e-mail is found by it; a guest gives way."""
    pointer = reading.item(PointerItem, keys.email(after.email_hash))
    if pointer is None or pointer.member == after.id:
        return [members.put_email(after.email_hash, after.id)]
    holder = attribution.find_member(reading, pointer.member)
    return (
        []
        if holder and holder.registered
        else [members.put_email(after.email_hash, after.id, instead_of=pointer.member)]
    )


def new_code(name: str) -> str:
    """A code that can be said aloud: the start of a name and four characters that nobody mixes up."""
    plain = (
        unicodedata.normalize("NFKD", name.split(" ")[0]).encode("ascii", "ignore").decode().upper()
    )
    letters = "".join(character for character in plain if character.isalpha())[:LONGEST_CODE_NAME]
    tail = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_TAIL))
    return f"{letters or 'FRIEND'}-{tail}"
