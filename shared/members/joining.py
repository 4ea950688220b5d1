"""Enrols people who give only their e-mail address, for shops without accounts (specification:
join).

Nothing is stored until they open the link in the mail, which proves the address.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from shared import secrets
from shared.api.signed_tokens import TokenPurpose, read_token, sign_token
from shared.domain.members.member import Member, guest_id
from shared.members.registration import register_by_address
from shared.members.registration_form import MemberForm
from shared.orders import attribution
from shared.problem import Conflict
from shared.store import keys
from shared.store.attributions.members import PointerItem
from shared.store.reading import Reading

TICKET_LIFE = timedelta(days=7)


def sign_ticket(email: str, now: datetime) -> str:
    """The token in the link that is mailed to an address. Only somebody who can read that mailbox
    has the token.
    """
    return sign_token(secrets.pepper(), TokenPurpose.JOIN, email, now + TICKET_LIFE)


def read_ticket(ticket: str, now: datetime) -> str | None:
    """The e-mail address in a ticket; `None` if we did not sign it or its time is over."""
    signed = read_token(secrets.pepper(), TokenPurpose.JOIN, ticket)
    return signed.payload if signed and signed.is_valid(now) else None


def join(email: str, ref_token: str | None, language: str, at: datetime) -> Member:
    """The member with this address: the one who has it already, or the guest who ordered with it,
    or else a new one. A new member is bound by the visitor's `ref_token`.
    """
    email_hash = secrets.hash_email(email)
    reading = Reading()
    pointer = reading.item(PointerItem, keys.email(email_hash))
    known = attribution.find_current_member(reading, pointer.member) if pointer else None
    if known and known.registered and not known.erased:
        return known
    member_id = known.id if known and not known.erased else guest_id(email_hash)
    form = MemberForm(
        email=email, login=email, language=language, ref_token=ref_token, email_hash=email_hash
    )
    try:
        return register_by_address(member_id, form, at)
    except Conflict:  # another member has the address as their login
        return register_by_address(member_id, replace(form, login=member_id), at)
