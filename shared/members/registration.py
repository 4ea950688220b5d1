"""Registers a member or changes one (specification: registration)."""

import secrets
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.members.code import is_credit_code, normalize_code
from shared.domain.members.evidence import evidence_document
from shared.domain.members.member import GUEST, Member, guest_id
from shared.domain.orders.fraud_signals import BuyerTraces
from shared.members.binding import Binding, find_binding
from shared.members.logins import find_login, login_key
from shared.members.profile import require_member
from shared.members.registration_form import MemberForm
from shared.orders import attribution
from shared.orders.fraud_signals import counts_sign_ups
from shared.problem import Conflict, member_erased
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.directory import account_rows, change_member, put_row
from shared.store.attributions.links import CodeItem, VisitorItem
from shared.store.attributions.members import MemberItem, PointerItem
from shared.store.attributions.referrals import put_edge
from shared.store.attributions.sign_ups import put_sign_up
from shared.store.engine import ItemRequest, Write
from shared.store.ledger.accounts import AccountItem
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_TAIL = 4
LONGEST_CODE_NAME = 8


class Registration(NamedTuple):
    """A member before and after a registration; `before` is `None` for a new member."""

    before: Member | None
    after: Member


def register_member(member_id: str, form: MemberForm, at: datetime) -> Member:
    """Registers or changes the member with the shop's id `member_id`. Returns the member as stored.

    Raises `InvalidDocument` for the id of a guest, an unknown referrer and an own code that the
    member cannot have, and `Conflict` for the login of another member and for an erased member.
    """
    return register(member_id, form, at).after


def register_by_address(member_id: str, form: MemberForm, at: datetime) -> Member:
    """As `register_member`, for a member of whom only the e-mail address is known. The id may be a
    guest's, until the shop sends its own.
    """
    return engine.retrying(lambda: _register(member_id, form, at)).after


def register(member_id: str, form: MemberForm, at: datetime) -> Registration:
    """As `register_member`, with the same errors, but returns the member before the change too."""
    if member_id.startswith(GUEST):
        raise InvalidDocument(
            [FieldError("id", f"must not start with {GUEST!r}, which is reserved for guests")]
        )
    return engine.retrying(lambda: _register(member_id, form, at))


def _register(member_id: str, form: MemberForm, at: datetime) -> Registration:
    reading = Reading()
    reading.fetch(*_keys_to_read(member_id, form))
    stored = attribution.find_member(reading, member_id)
    if stored and stored.merged_into:
        kept = require_member(reading, member_id)
        return Registration(kept, kept)
    stored = stored or _find_guest(reading, form)
    if stored and stored.erased:
        raise member_erased()
    _check_login(reading, form, stored)
    _check_own_code(reading, form, stored)
    referrer = _find_referrer(reading, form)
    program = programs.active_program_of(reading.item(ProgramItem, keys.active_program(DEFAULT)))

    after = _apply_form(reading, stored or Member(member_id), member_id, form, at)
    binding = None
    if after.referral is None and not (stored and stored.registered):
        binding = find_binding(reading, after, form, referrer, program.attribution, at)
    if binding:
        after = replace(after, referral=binding.referral, upline=binding.upline)

    if after != stored:
        writes = _put_member(reading, stored, after, form)
        if binding:
            writes += _put_binding(after, binding, counts_sign_ups(program))
        writes += _put_empty_account(reading, stored, after, program.currency)
        engine.write(writes)
    return Registration(stored, after)


def choose_language(member_id: str, language: str) -> None:
    """Stores the language that a member chose. It counts before the language that the shop sends
    (decision 115).

    Does nothing for an erased member. Raises `NotFound`.
    """

    def attempt() -> None:
        member = require_member(Reading(), member_id)
        if member.chosen_language != language and not member.erased:
            engine.write([members.put_member(replace(member, chosen_language=language))])

    engine.retrying(attempt)


def _keys_to_read(member_id: str, form: MemberForm) -> list[ItemRequest]:
    requests: list[ItemRequest] = [
        (ProgramItem, keys.active_program(DEFAULT)),
        (MemberItem, keys.member(member_id)),
        (PointerItem, keys.login(form.login)),
    ]
    if form.email_hash:
        requests.append((PointerItem, keys.email(form.email_hash)))
        requests.append((MemberItem, keys.member(guest_id(form.email_hash))))
    if form.referrer_login:
        requests.append(login_key(form.referrer_login))
    if form.code:
        requests.append((CodeItem, keys.code(form.code)))
    if form.own_code:
        requests.append((CodeItem, keys.code(form.own_code)))
    if form.ref_token:
        requests.append((VisitorItem, keys.visitor(form.ref_token)))
        requests.append((MemberItem, keys.member(guest_id(form.ref_token))))
    return requests


def _find_guest(reading: Reading, form: MemberForm) -> Member | None:
    """The guest who becomes this member: one who ordered with the same e-mail address or
    `ref_token`. If there is none, a member who has the same address and whose shop id is not known
    yet.
    """
    for known_by in (form.email_hash, form.ref_token):
        guest = attribution.find_member(reading, guest_id(known_by)) if known_by else None
        if guest and guest.is_unnamed_guest:
            return guest
    pointer = reading.item(PointerItem, keys.email(form.email_hash)) if form.email_hash else None
    known = attribution.find_current_member(reading, pointer.member) if pointer else None
    return known if known and known.known_by_address else None


def _check_login(reading: Reading, form: MemberForm, stored: Member | None) -> None:
    pointer = reading.item(PointerItem, keys.login(form.login))
    if pointer and pointer.member != (stored.id if stored else None):
        raise Conflict("login_taken", "Another member has this login. Each member needs their own.")


def _check_own_code(reading: Reading, form: MemberForm, stored: Member | None) -> None:
    """Raises `InvalidDocument` if another member has the code, or if the member has another code
    already.
    """
    if form.own_code is None:
        return
    if is_credit_code(form.own_code):
        raise InvalidDocument([FieldError("own_code", "looks like a credit code; choose another")])
    item = reading.item(CodeItem, keys.code(form.own_code))
    if item and item.member != (stored.id if stored else None):
        raise InvalidDocument([FieldError("own_code", "is already another member's code")])
    if stored and stored.code and normalize_code(stored.code) != normalize_code(form.own_code):
        text = "cannot be set, because this member already has another code"
        raise InvalidDocument([FieldError("own_code", text)])


def _find_referrer(reading: Reading, form: MemberForm) -> Member | None:
    """The member with the login in `referrer_login`. Raises `InvalidDocument` if nobody has it."""
    if form.referrer_login is None:
        return None
    referrer = find_login(reading, form.referrer_login)
    if referrer is None:
        raise InvalidDocument(
            [FieldError("referrer_login", "is not a member's login; correct it or leave it out")]
        )
    return attribution.find_current_member(reading, referrer)


def _apply_form(
    reading: Reading, before: Member, member_id: str, form: MemberForm, at: datetime
) -> Member:
    """The member with the values of the form. Fields that the form leaves out stay as they are. A
    new member gets a code.
    """
    return replace(
        before,
        alias=member_id if before.id != member_id else None,
        login=form.login,
        email=form.email or before.email,
        email_hash=form.email_hash or before.email_hash,
        name=form.name if form.name is not None else before.name,
        code=before.code or form.own_code or generate_code(form.name or form.login),
        registered=True,
        language=form.language or before.language,
        signed_up_at=before.signed_up_at or form.signed_up_at or at,
        browsers=_list_browsers(reading, before, form),
        imported=before.imported or (form.imported and not before.registered),
    )


def _list_browsers(reading: Reading, before: Member, form: MemberForm) -> tuple[str, ...]:
    """The member's browsers, and the browser of the form if it has followed a link."""
    visitor = reading.item(VisitorItem, keys.visitor(form.ref_token)) if form.ref_token else None
    traces = BuyerTraces(before.browsers)
    return traces.seen(form.ref_token if visitor else None, None).browsers


def _put_member(
    reading: Reading, stored: Member | None, after: Member, form: MemberForm
) -> list[Write]:
    """Writes of the member and of all names that find them. A login that the member gave up becomes
    free for others.
    """
    before = stored or Member(after.id)
    writes = [*change_member(stored, after), members.put_login(form.login, after.id)]
    if before.login != form.login or not before.registered:
        writes.append(members.put_spelling(form.login, after.id))
        writes += _drop_login(before)
    is_new_email = before.email_hash != after.email_hash or not before.registered
    if after.email_hash and is_new_email:
        writes += _put_email(reading, after.id, after.email_hash)
    if after.code and (stored is None or before.code != after.code or before.name != after.name):
        writes.append(members.put_code(after, after.code))
    if after.alias and before.alias != after.alias:
        writes.append(members.put_alias(after.alias, after.id))
    return writes


def _put_empty_account(
    reading: Reading, stored: Member | None, after: Member, currency: str
) -> list[Write]:
    """Writes of the directory rows that list a new member by balance and by volume. After the first
    posting, the ledger's stream keeps these rows up to date.
    """
    if stored and stored.registered:
        return []
    has_account = stored and reading.item(AccountItem, keys.account(after.id, currency))
    rows = () if has_account else account_rows(after.id, currency, 0, 0)
    return [put_row(row, after.id) for row in sorted(rows)]


def _drop_login(before: Member) -> list[Write]:
    """Writes that free the login that a registered member gives up. The login of a guest finds
    nobody, so there is nothing to free.
    """
    if not before.login or not before.registered:
        return []
    return [
        members.drop_login(before.login, before.id),
        members.drop_spelling(before.login, before.id),
    ]


def _put_email(reading: Reading, member_id: str, email_hash: str) -> list[Write]:
    """Writes that let an e-mail address find this member. The first registered member who has the
    address keeps it; a guest gives it up.
    """
    pointer = reading.item(PointerItem, keys.email(email_hash))
    if pointer is None or pointer.member == member_id:
        return [members.put_email(email_hash, member_id)]
    holder = attribution.find_current_member(reading, pointer.member)
    if holder and holder.registered:
        return []
    return [members.put_email(email_hash, member_id, instead_of=pointer.member)]


def _put_binding(friend: Member, binding: Binding, counts_sign_up: bool) -> list[Write]:
    evidence = evidence_document(binding.evidence)
    edge_writes = put_edge(friend.id, binding.referral, evidence)
    return (
        [*edge_writes, put_sign_up(friend.id, binding.referral)] if counts_sign_up else edge_writes
    )


def generate_code(name: str) -> str:
    """A new random code: up to 8 letters of the first name, and four characters that people do not
    confuse when they read or hear them.
    """
    ascii_name = (
        unicodedata.normalize("NFKD", name.split(" ")[0]).encode("ascii", "ignore").decode()
    )
    letters = "".join(character for character in ascii_name.upper() if character.isalpha())
    tail = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_TAIL))
    return f"{letters[:LONGEST_CODE_NAME] or 'FRIEND'}-{tail}"
