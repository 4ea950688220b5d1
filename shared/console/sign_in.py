"""Sign-in of staff by a mailed link, and the session in a cookie (decision 100).

The tables store only hashes of the tokens in links and cookies.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from shared import identity
from shared.api.cookies import own_cookie, own_name
from shared.api.request import Request
from shared.console.roles import OWNER
from shared.settings import SignInSettings
from shared.store.programs import console_sessions, staff
from shared.store.programs.console_sessions import ConsoleSession
from shared.store.programs.staff import AddressTaken, StaffMember

LINK_LIFE = timedelta(minutes=15)
SESSION_LIFE, IDLE_LIFE = timedelta(hours=12), timedelta(hours=1)
SEEN_INTERVAL = timedelta(minutes=5)
"""How often the time of a session's last request is stored."""
WINDOW_SECONDS = 900
MOST_LINKS_PER_EMAIL, MOST_LINKS_PER_IP = 5, 20
"""In one window of `WINDOW_SECONDS`."""
TOKEN_BYTES = 24
PREFIX = "cs_"
LONGEST_TOKEN = 100


def request_link(
    pepper: bytes, email: str, ip_address: str, at: datetime
) -> tuple[StaffMember, str] | None:
    """The staff member who gets a link by mail, and the link's token; `None` if no mail is sent,
    because nobody in the staff has the address or too many links were requested. The caller must
    answer the same in both cases, so that strangers cannot find out who is in the staff.
    """
    email_hash = identity.email_hash(pepper, email)
    by_ip = _count_links(identity.address_hash(pepper, ip_address), at)
    by_email = _count_links(email_hash, at)
    staff_member = find_staff_member(pepper, email_hash, at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    if staff_member is None or by_ip > MOST_LINKS_PER_IP or by_email > MOST_LINKS_PER_EMAIL:
        return None
    expires_at = int((at + LINK_LIFE).timestamp())
    console_sessions.add_link(hash_token(token), staff_member.id, expires_at)
    return staff_member, token


def _count_links(key: str, at: datetime) -> int:
    """How many links were requested under a key in the window of `at`, including this one."""
    window = int(at.timestamp()) // WINDOW_SECONDS
    return console_sessions.count_asked(key, window, (window + 1) * WINDOW_SECONDS)


def find_staff_member(pepper: bytes, email_hash: str, at: datetime) -> StaffMember | None:
    """The staff member with this address; `None` if there is none. The owner whom the stack names
    is created at the first sign-in.
    """
    return staff.find_by_email(email_hash) or _first_owner(pepper, email_hash, at)


def begin_session(link_token: str, at: datetime) -> str | None:
    """The token of a new session; `None` if the link is unknown, used or too old."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    staff_id = console_sessions.begin_session(
        hash_token(link_token), hash_token(secret), at, int((at + SESSION_LIFE).timestamp())
    )
    return f"{PREFIX}{staff_id}.{secret}" if staff_id else None


def begin_session_by_oidc(
    staff_member: StaffMember, state: str, until: datetime, at: datetime
) -> str | None:
    """The token of a new session; `None` if a callback with this `state` has started one before.

    The state is stored until `until`; after that, no callback with it is accepted.
    """
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    is_new = console_sessions.begin_provider_session(
        hash_token(state),
        int(until.timestamp()),
        hash_token(secret),
        staff_member.id,
        at,
        int((at + SESSION_LIFE).timestamp()),
    )
    return f"{PREFIX}{staff_member.id}.{secret}" if is_new else None


def resume_session(token: str | None, at: datetime) -> tuple[ConsoleSession, StaffMember] | None:
    """The open session of a token, and its staff member, as `find_session` has them. Stores the
    time of the session's last request, at most once in `SEEN_INTERVAL`.
    """
    open_session = find_session(token, at)
    if open_session:
        session, _ = open_session
        if abs(at - session.seen_at) >= SEEN_INTERVAL:
            console_sessions.note_seen(session._replace(seen_at=at))
    return open_session


def find_session(token: str | None, at: datetime) -> tuple[ConsoleSession, StaffMember] | None:
    """The open session of a token, and its staff member; `None` if there is none."""
    if not token or not token.startswith(PREFIX) or len(token) > LONGEST_TOKEN:
        return None
    staff_id, _, secret = token.removeprefix(PREFIX).partition(".")
    if not staff_id or not secret:
        return None
    session, staff_member = console_sessions.load_session(hash_token(secret), staff_id)
    if session is None or staff_member is None or _has_ended(session, staff_member, at):
        return None
    return session, staff_member


def _has_ended(session: ConsoleSession, staff_member: StaffMember, at: datetime) -> bool:
    signed_out_at = staff_member.signed_out_at
    is_signed_out = signed_out_at is not None and session.began_at <= signed_out_at
    is_too_old = at.timestamp() >= session.expires_at or at - session.seen_at >= IDLE_LIFE
    return is_signed_out or is_too_old


def end_session(token: str) -> None:
    console_sessions.end_session(hash_token(token.rpartition(".")[2]))


def session_cookie_name() -> str:
    return own_name("gv_console")


def session_cookie(token: str | None) -> str:
    """The cookie with a session's token; `None` makes the browser delete it."""
    return own_cookie(session_cookie_name(), token, SESSION_LIFE)


def session_token(request: Request) -> str | None:
    return request.cookie(session_cookie_name())


def form_token(token: str) -> str:
    """The CSRF token of a session's forms. It is computed from the cookie, which other sites do not
    know.
    """
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()[:32]


def hash_token(token: str) -> str:
    """SHA-256 of a token. Tokens have 192 random bits, so they need no pepper and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def is_first_owner(pepper: bytes, email_hash: str) -> bool:
    """Whether this is the address of the owner whom the stack names."""
    email = SignInSettings.load().owner_email
    return bool(email) and identity.email_hash(pepper, email) == email_hash


def _first_owner(pepper: bytes, email_hash: str, at: datetime) -> StaffMember | None:
    """Creates the owner whom the stack names; `None` if the address belongs to another person."""
    if not is_first_owner(pepper, email_hash):
        return None
    email = SignInSettings.load().owner_email.strip()
    owner = StaffMember(new_staff_id(), email, email_hash, OWNER, at)
    try:
        staff.invite(owner)
    except AddressTaken:
        return staff.find_by_email(email_hash)
    return owner


def new_staff_id() -> str:
    return secrets.token_hex(6)
