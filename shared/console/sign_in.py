"""Sign-in by a mailed link, and the visit that a cookie proves. Only hashes of links and cookies are kept (decision 100)."""

import hashlib
import hmac
import os
import secrets
from datetime import datetime, timedelta

from shared import identity
from shared.api.cookies import own_cookie, own_name
from shared.api.http import Request
from shared.console.roles import OWNER
from shared.store.programs import console_sessions, staff
from shared.store.programs.console_sessions import ConsoleSession
from shared.store.programs.staff import AddressTaken, StaffMember

LINK_LIFE = timedelta(minutes=15)
VISIT_LIFE, IDLE_LIFE = timedelta(hours=12), timedelta(hours=1)
NOTED_EVERY = timedelta(minutes=5)
WINDOW_SECONDS = 900
LINKS_OF_AN_ADDRESS, LINKS_OF_A_CALLER = 5, 20
"""In a window: of one e-mail address, and asked for from one internet address."""
TOKEN_BYTES = 24
PREFIX = "cs_"
LONGEST_TOKEN = 100


def ask(pepper: bytes, email: str, caller: str, at: datetime) -> tuple[StaffMember, str] | None:
    """Whom a link is mailed to, and its token; `None` where nothing is sent, which nobody is told."""
    email_hash = identity.email_hash(pepper, email)
    window = int(at.timestamp()) // WINDOW_SECONDS
    ends_at = (window + 1) * WINDOW_SECONDS
    from_here = console_sessions.count_asked(identity.address_hash(pepper, caller), window, ends_at)
    for_this = console_sessions.count_asked(email_hash, window, ends_at)
    person = known(pepper, email_hash, at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    if person is None or from_here > LINKS_OF_A_CALLER or for_this > LINKS_OF_AN_ADDRESS:
        return None
    console_sessions.put_link(hashed(token), person.id, int((at + LINK_LIFE).timestamp()))
    return person, token


def known(pepper: bytes, email_hash: str, at: datetime) -> StaffMember | None:
    """Who of the staff this address is of; the first owner is of it since the stack names them."""
    return staff.by_email(email_hash) or _first_owner(pepper, email_hash, at)


def enter(link: str, at: datetime) -> str | None:
    """The cookie's value of a visit that begins; `None` for a link that lets nobody in (any more). Each lets in once."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    person = console_sessions.begin(
        hashed(link), hashed(secret), at, int((at + VISIT_LIFE).timestamp())
    )
    return f"{PREFIX}{person}.{secret}" if person else None


def enter_named(person: StaffMember, state: str, until: datetime, at: datetime) -> str | None:
    """The same for whom a provider has named; its answer, known by its `state`, is remembered until it is too old to be one."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    begun = console_sessions.begin_once(
        hashed(state),
        int(until.timestamp()),
        hashed(secret),
        person.id,
        at,
        int((at + VISIT_LIFE).timestamp()),
    )
    return f"{PREFIX}{person.id}.{secret}" if begun else None


def visit_of(token: str | None, at: datetime) -> tuple[ConsoleSession, StaffMember] | None:
    """Who is visiting, noted as seen; `None` where the visit is over, or nobody began it."""
    found = look(token, at)
    if found and abs(at - found[0].seen_at) >= NOTED_EVERY:
        console_sessions.note(found[0]._replace(seen_at=at))
    return found


def look(token: str | None, at: datetime) -> tuple[ConsoleSession, StaffMember] | None:
    """The same without a note."""
    if not token or not token.startswith(PREFIX) or len(token) > LONGEST_TOKEN:
        return None
    person_id, _, secret = token.removeprefix(PREFIX).partition(".")
    visit, person = (
        console_sessions.look(hashed(secret), person_id) if person_id and secret else (None, None)
    )
    if visit is None or person is None or _is_over(visit, person, at):
        return None
    return visit, person


def _is_over(visit: ConsoleSession, person: StaffMember, at: datetime) -> bool:
    signed_out = person.signed_out_at is not None and visit.began_at <= person.signed_out_at
    return signed_out or at.timestamp() >= visit.expires_at or at - visit.seen_at >= IDLE_LIFE


def leave(token: str) -> None:
    console_sessions.end(hashed(token.rpartition(".")[2]))


def cookie_name() -> str:
    return own_name("gv_console")


def cookie(token: str | None) -> str:
    return own_cookie(cookie_name(), token, VISIT_LIFE)


def token_in(request: Request) -> str | None:
    return request.cookie(cookie_name())


def form_token(token: str) -> str:
    """What proves that a form was ours: known only to whoever holds the cookie."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()[:32]


def hashed(secret: str) -> str:
    """Random secrets of 192 bits need no pepper and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "backslashreplace")).hexdigest()


def is_first_owner(pepper: bytes, email_hash: str) -> bool:
    named = os.environ["OWNER_EMAIL"]
    return bool(named) and identity.email_hash(pepper, named) == email_hash


def _first_owner(pepper: bytes, email_hash: str, at: datetime) -> StaffMember | None:
    """The owner whom the stack names, made when first asked for."""
    if not is_first_owner(pepper, email_hash):
        return None
    person = StaffMember(new_id(), os.environ["OWNER_EMAIL"].strip(), email_hash, OWNER, at)
    try:
        staff.invite(person)
    except AddressTaken:
        return staff.by_email(email_hash)
    return person


def new_id() -> str:
    return secrets.token_hex(6)
