"""Links that let staff into the console, and the visits that follow, in the programs table: by the hash of what only the visitor holds."""

from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.store.engine import ProgramsItem, Write, WriteConflict, read, write
from shared.store.programs import staff_keys as keys
from shared.store.programs.staff import StaffItem, StaffMember, person_of

KEPT_SECONDS = 300


class SignInItem(ProgramsItem):
    """A link, until it is used or ends; `expires_at` is the table's time to live, readers judge it themselves."""

    staff = UnicodeAttribute()
    expires_at = NumberAttribute()


class UsedAnswerItem(ProgramsItem):
    """An answer of a provider that has let somebody in, until it is too old to do so again."""

    expires_at = NumberAttribute()


class SignInCountItem(ProgramsItem):
    """How many links were asked for."""

    asked = NumberAttribute()
    expires_at = NumberAttribute()


class ConsoleSessionItem(ProgramsItem):
    """A visit, with the time of its last page, to some minutes."""

    staff = UnicodeAttribute()
    began_at = UnicodeAttribute()
    seen_at = UnicodeAttribute()
    expires_at = NumberAttribute()


class ConsoleSession(NamedTuple):
    """Somebody of the staff, in the console."""

    token_hash: str
    staff: str
    began_at: datetime
    seen_at: datetime
    expires_at: int


def count_asked(who_hash: str, window: int, ends_at: int) -> int:
    """How many links were asked for in a window that ends at a second of the epoch, this one included."""
    item = SignInCountItem(*keys.sign_ins_asked(who_hash, window))
    item.update(
        [SignInCountItem.asked.add(1), SignInCountItem.expires_at.set(ends_at + KEPT_SECONDS)]
    )
    return int(item.asked)


def put_link(token_hash: str, staff_id: str, ends_at: int) -> None:
    write(
        [
            Write(
                SignInItem(*keys.sign_in(token_hash), staff=staff_id, expires_at=ends_at),
                SignInItem.pk.does_not_exist(),
            )
        ]
    )


def is_open(token_hash: str, at: datetime) -> bool:
    """Whether a link lets somebody in now."""
    found = _link(token_hash)
    return found is not None and at.timestamp() < found.expires_at


def begin(link_hash: str, token_hash: str, at: datetime, ends_at: int) -> str | None:
    """Whose visit begins; `None` where the link was used before or has ended. The link is gone with it."""
    link = _link(link_hash)
    if link is None or at.timestamp() >= link.expires_at:
        return None
    used = Write(SignInItem(*keys.sign_in(link_hash)), SignInItem.pk.exists(), delete=True)
    try:
        write(
            [
                used,
                Write(
                    _item(ConsoleSession(token_hash, link.staff, at, at, ends_at)),
                    ConsoleSessionItem.pk.does_not_exist(),
                ),
            ]
        )
    except WriteConflict:
        return None
    return link.staff


def begin_once(
    state_hash: str, until: int, token_hash: str, staff_id: str, at: datetime, ends_at: int
) -> bool:
    """A visit of whom a provider has named; one answer of it (by its `state`, remembered `until`) begins one visit."""
    used = Write(
        UsedAnswerItem(*keys.answer_used(state_hash), expires_at=until),
        UsedAnswerItem.pk.does_not_exist(),
    )
    try:
        write(
            [
                used,
                Write(
                    _item(ConsoleSession(token_hash, staff_id, at, at, ends_at)),
                    ConsoleSessionItem.pk.does_not_exist(),
                ),
            ]
        )
    except WriteConflict:
        return False
    return True


def look(token_hash: str, staff_id: str) -> tuple[ConsoleSession | None, StaffMember | None]:
    """A visit and whose it says it is, in one read."""
    visit_key, person_key = keys.console_session(token_hash), keys.staff(staff_id)
    found = read([(ConsoleSessionItem, visit_key), (StaffItem, person_key)])
    item = found.get(visit_key)
    if item is None or item.staff != staff_id:
        return None, None
    visit = ConsoleSession(
        token_hash,
        item.staff,
        parse_instant(item.began_at),
        parse_instant(item.seen_at),
        int(item.expires_at),
    )
    return visit, person_of(found.get(person_key))


def note(visit: ConsoleSession) -> None:
    """Somebody is still there; one who was signed out meanwhile stays so."""
    try:
        write([Write(_item(visit), ConsoleSessionItem.pk.exists())])
    except WriteConflict:
        return


def end(token_hash: str) -> None:
    write([Write(ConsoleSessionItem(*keys.console_session(token_hash)), delete=True)])


def _link(token_hash: str) -> SignInItem | None:
    key = keys.sign_in(token_hash)
    return read([(SignInItem, key)]).get(key)


def _item(visit: ConsoleSession) -> ConsoleSessionItem:
    return ConsoleSessionItem(
        *keys.console_session(visit.token_hash),
        staff=visit.staff,
        began_at=instant_text(visit.began_at),
        seen_at=instant_text(visit.seen_at),
        expires_at=visit.expires_at,
    )
