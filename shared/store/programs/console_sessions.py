"""Links that sign staff in to the console, and their sessions, in the programs table.

Both are stored by the hash of a token that only the browser has.
"""

from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.engine import Delete, Write, WriteConflict, add_to, find, read, write
from shared.store.items import ABSENT, InstantAttribute, IntegerAttribute, ProgramsItem
from shared.store.programs.staff import StaffItem, StaffMember, staff_member_of

KEPT_SECONDS = 300


class SignInItem(ProgramsItem):
    """A link that has not been used. The table deletes it some time after `expires_at` (epoch
    seconds), so readers must compare the time themselves.
    """

    staff = UnicodeAttribute()
    expires_at = IntegerAttribute()


class UsedAnswerItem(ProgramsItem):
    """An answer of a sign-in provider that has been used. It is kept until the answer is too old to
    be used again.
    """

    expires_at = IntegerAttribute()


class SignInCountItem(ProgramsItem):
    """The number of links that were requested, or of a sign-in provider's answers that came, in one
    window.
    """

    asked = IntegerAttribute()
    expires_at = IntegerAttribute()


class ConsoleSessionItem(ProgramsItem):
    """A session. `seen_at` is when its last page was requested, accurate to some minutes."""

    staff = UnicodeAttribute()
    began_at = InstantAttribute()
    seen_at = InstantAttribute()
    expires_at = IntegerAttribute()


class ConsoleSession(NamedTuple):
    """The session of a staff member in the console. `expires_at` is in epoch seconds."""

    token_hash: str
    staff: str
    began_at: datetime
    seen_at: datetime
    expires_at: int


def count_asked(who_hash: str, window: int, ends_at: int) -> int:
    """Counts one request for a link and returns the number in this window. `ends_at` is the end of
    the window (epoch seconds).
    """
    item = SignInCountItem(*keys.sign_in_count(who_hash, window))
    add_to(
        item, SignInCountItem.asked.add(1), SignInCountItem.expires_at.set(ends_at + KEPT_SECONDS)
    )
    return item.asked


def add_link(token_hash: str, staff_id: str, ends_at: int) -> None:
    """Stores a link with which a staff member can sign in until `ends_at` (epoch seconds)."""
    item = SignInItem(*keys.sign_in(token_hash), staff=staff_id, expires_at=ends_at)
    write([Write(item, ABSENT)])


def is_link_open(token_hash: str, at: datetime) -> bool:
    """Whether a link can still be used."""
    link = find(SignInItem, keys.sign_in(token_hash))
    return link is not None and at.timestamp() < link.expires_at


def begin_session(link_hash: str, token_hash: str, at: datetime, ends_at: int) -> str | None:
    """Uses a link and begins a session. Returns the staff id; `None` if the link was used before or
    has expired.
    """
    link = find(SignInItem, keys.sign_in(link_hash))
    if link is None or at.timestamp() >= link.expires_at:
        return None
    used = Delete(SignInItem(*keys.sign_in(link_hash)), SignInItem.pk.exists())
    session = ConsoleSession(token_hash, link.staff, at, at, ends_at)
    return link.staff if _begin(used, session) else None


def begin_provider_session(
    state_hash: str, until: int, token_hash: str, staff_id: str, at: datetime, ends_at: int
) -> bool:
    """Begins the session of a staff member whom a sign-in provider has identified. Returns `False`
    if the same answer of the provider began a session before.

    The answer is identified by its `state`, and stored until `until` (epoch seconds).
    """
    used = Write(UsedAnswerItem(*keys.used_answer(state_hash), expires_at=until), ABSENT)
    return _begin(used, ConsoleSession(token_hash, staff_id, at, at, ends_at))


def _begin(used: Write, session: ConsoleSession) -> bool:
    try:
        write([used, Write(_item(session), ABSENT)])
    except WriteConflict:
        return False
    return True


def load_session(
    token_hash: str, staff_id: str
) -> tuple[ConsoleSession | None, StaffMember | None]:
    """A session and its staff member, in one read. Both are `None` if there is no such session of
    `staff_id`; the staff member alone is `None` if removed.
    """
    session_key, staff_key = keys.console_session(token_hash), keys.staff(staff_id)
    found = read([(ConsoleSessionItem, session_key), (StaffItem, staff_key)])
    item = found.get(ConsoleSessionItem, session_key)
    if item is None or item.staff != staff_id:
        return None, None
    session = ConsoleSession(token_hash, item.staff, item.began_at, item.seen_at, item.expires_at)
    staff = found.get(StaffItem, staff_key)
    return session, None if staff is None else staff_member_of(staff)


def note_seen(session: ConsoleSession) -> None:
    """Stores `seen_at` of a session. A session that was ended by another request stays ended."""
    try:
        write([Write(_item(session), ConsoleSessionItem.pk.exists())])
    except WriteConflict:
        return


def end_session(token_hash: str) -> None:
    write([Delete(ConsoleSessionItem(*keys.console_session(token_hash)))])


def _item(session: ConsoleSession) -> ConsoleSessionItem:
    return ConsoleSessionItem(
        *keys.console_session(session.token_hash),
        staff=session.staff,
        began_at=session.began_at,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
    )
