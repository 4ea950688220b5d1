"""Codes that advocates share and the browsers that followed them, in the attributions table."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from shared.domain.instants import DAY, instant_text, parse_instant
from shared.domain.programs.program import Program
from shared.store import keys
from shared.store.attributions.wrong_codes import Asker, TooManyWrongCodes
from shared.store.engine import AttributionsItem, Write, WriteConflict, read, retrying, write
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem

COOKIE_DAYS = 400


class CodeItem(AttributionsItem):
    """A code, whose it is, and whether it may be followed; the first name is all that a visitor learns."""

    member = UnicodeAttribute()
    first_name = UnicodeAttribute(null=True)
    blocked = BooleanAttribute(default=False)


class VisitorItem(AttributionsItem):
    """A browser that followed a link; `expires_at` (epoch seconds) is the table's time to live, readers judge it themselves."""

    code = UnicodeAttribute()
    clicked_at = UnicodeAttribute()
    landing = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class UnknownCode(Exception):
    """Nobody shares this code, or its advocate is blocked; `None` is what can be no code."""

    def __init__(self, code: str | None):
        super().__init__(code)
        self.code = code


class LinkState(NamedTuple):
    """What one read tells about a click: the code, the browser's earlier click and the terms."""

    code: CodeItem | None
    visitor: VisitorItem | None
    program: Program

    def keeps(self, at: datetime) -> bool:
        """Whether the browser's earlier click goes before this one."""
        return self.program.attribution.touch == "first" and living(self.visitor, self.program, at)

    @property
    def open(self) -> bool:
        """Whether the code may be followed."""
        return self.code is not None and not self.code.blocked


def visitor(ref_token: str) -> VisitorItem | None:
    """Whoever goes by this token, whether or not the click still counts."""
    return read([(VisitorItem, keys.visitor(ref_token))]).get(keys.visitor(ref_token))


def look(code: str, ref_token: str | None = None, asker: Asker | None = None) -> LinkState:
    """All that a click depends on, in one round trip; raises `TooManyWrongCodes`."""
    wanted = [(CodeItem, keys.code(code)), (ProgramItem, keys.active_program(DEFAULT))]
    if ref_token:
        wanted.append((VisitorItem, keys.visitor(ref_token)))
    if asker:
        wanted.append(asker.wanted)
    found = read(wanted)
    if asker:
        asker.check(found.get(asker.place))
    visitor = found.get(keys.visitor(ref_token)) if ref_token else None
    return LinkState(
        found.get(keys.code(code)),
        visitor,
        programs.active_from(found.get(keys.active_program(DEFAULT))),
    )


def remember(
    ref_token: str, code: str, at: datetime, landing: str | None = None, asker: Asker | None = None
) -> None:
    """Keep a click where the code may be followed, in the same transaction; raises `TooManyWrongCodes` or `UnknownCode`, nothing kept."""
    expires_at = int((at + COOKIE_DAYS * DAY).timestamp())
    visitor = VisitorItem(
        *keys.visitor(ref_token),
        code=code,
        clicked_at=instant_text(at),
        landing=landing,
        expires_at=expires_at,
    )
    unblocked = CodeItem.blocked.does_not_exist() | (CodeItem.blocked == False)  # noqa: E712
    check = Write(CodeItem(*keys.code(code)), CodeItem.member.exists() & unblocked, check_only=True)

    def attempt() -> None:
        try:
            write([check, *([asker.allowed()] if asker else []), Write(visitor)])
        except WriteConflict as conflict:
            if 1 in conflict.places:
                raise TooManyWrongCodes from None
            if 0 in conflict.places:
                raise UnknownCode(code) from None
            raise

    retrying(attempt)


def remember_and_look(
    ref_token: str, code: str, at: datetime, landing: str | None = None, asker: Asker | None = None
) -> LinkState:
    """Both at once, so that a page waits for one round trip; raises `TooManyWrongCodes` or `UnknownCode`, nothing kept."""
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(look, code)
        remember(ref_token, code, at, landing, asker)
        return looking.result()


def expires_at(clicked_at: datetime, program: Program) -> datetime:
    """Until when a click counts: as long as the cookie lives, or as the program allows."""
    return clicked_at + timedelta(
        days=min(COOKIE_DAYS, program.attribution.window_days or COOKIE_DAYS)
    )


def living(visitor: VisitorItem | None, program: Program, at: datetime) -> bool:
    """Whether an earlier click still counts."""
    return visitor is not None and at < expires_at(parse_instant(visitor.clicked_at), program)
