"""Codes that advocates share, and the browsers that followed them, in the attributions table."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.instants import DAY, instant_text, read_instant
from shared.domain.programs.program import Program
from shared.store import keys
from shared.store.attributions.wrong_codes import TooManyWrongCodes, WrongCodeLimit
from shared.store.engine import (
    Add,
    Check,
    Delete,
    ItemRequest,
    Write,
    find,
    put_alone,
    read,
    retrying,
    write,
)
from shared.store.filtered_scan import ScanFilter, ScanPage, scan_filtered
from shared.store.items import ABSENT, AttributionsItem, IntegerAttribute, as_read
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem

COOKIE_DAYS = 400
TEST_LANDING = "/grapevine-test"
"""The landing path of the console's test clicks, by which they are told apart."""


class CodeItem(AttributionsItem):
    """A code of an advocate, stored under its normal form.

    * `written`: the code as the advocate shares it.
    * `first_name`: the only name of the advocate that a visitor sees.
    * `blocked`: whether the code may not be followed.
    * `discount_path`: the path on the shop's platform that adds the code to the cart.
    """

    member = UnicodeAttribute()
    written = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute(null=True)
    blocked = BooleanAttribute(default=False)
    discount_path = UnicodeAttribute(null=True)

    @property
    def shown(self) -> str:
        """The code as people see it; its normal form if no other form is known."""
        return self.written or self.pk.partition("#")[2]


class VisitorItem(AttributionsItem):
    """A browser that followed a link. The table deletes the item some time after `expires_at`
    (epoch seconds), so readers must compare the time themselves.
    """

    PRIVATE_KEY = True
    code = UnicodeAttribute()
    clicked_at = UnicodeAttribute()
    landing = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute()


class UnknownCode(Exception):
    """No advocate has this code, or the advocate is blocked. `code` is `None` if the text cannot be
    a code.
    """

    def __init__(self, code: str | None):
        super().__init__(code)
        self.code = code


class LinkState(NamedTuple):
    """What the result of a click depends on: the code, the browser's earlier click and the program."""

    code: CodeItem | None
    visitor: VisitorItem | None
    program: Program

    def keeps(self, at: datetime) -> bool:
        """Whether the earlier click still counts instead of a new click at this instant. It does if
        the program counts the first click and the earlier one has not ended.
        """
        return self.program.attribution.touch == "first" and is_living(
            self.visitor, self.program, at
        )

    @property
    def open(self) -> bool:
        """Whether the code may be followed."""
        return self.code is not None and not self.code.blocked


def find_visitor(ref_token: str) -> VisitorItem | None:
    """The browser with this token, even if its click has stopped counting; `None` if there is none."""
    return find(VisitorItem, keys.visitor(ref_token))


def load_program() -> Program:
    """The program that decides how clicks count: the active version of the default program."""
    return programs.active_program_of(find(ProgramItem, keys.active_program(DEFAULT)))


def load_link(
    code: str, ref_token: str | None = None, limit: WrongCodeLimit | None = None
) -> LinkState:
    """What a click depends on, read in one round trip. Raises `TooManyWrongCodes`."""
    requests: list[ItemRequest] = [
        (CodeItem, keys.code(code)),
        (ProgramItem, keys.active_program(DEFAULT)),
    ]
    if ref_token:
        requests.append((VisitorItem, keys.visitor(ref_token)))
    if limit:
        requests.append(limit.item_request)
    found = read(requests)
    if limit:
        limit.check(found.get(*limit.item_request))
    visitor = found.get(VisitorItem, keys.visitor(ref_token)) if ref_token else None
    program = programs.active_program_of(found.get(ProgramItem, keys.active_program(DEFAULT)))
    return LinkState(found.get(CodeItem, keys.code(code)), visitor, program)


def keep_click(
    ref_token: str,
    code: str,
    at: datetime,
    landing: str | None = None,
    limit: WrongCodeLimit | None = None,
) -> LinkState:
    """Stores a click under a new token and, at the same time, reads what the page depends on. So
    the page waits for only one round trip (decision 236).

    Raises `UnknownCode` if the code may not be followed, and `TooManyWrongCodes`. The click is then
    deleted again; nobody has learnt its token.
    """
    click = VisitorItem(
        *keys.visitor(ref_token),
        code=code,
        clicked_at=instant_text(at),
        landing=landing,
        expires_at=int((at + COOKIE_DAYS * DAY).timestamp()),
    )
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(load_link, code, None, limit)
        put_alone(click)
        try:
            return _require_open(reading.result(), code)
        except (UnknownCode, TooManyWrongCodes):
            retrying(partial(write, [drop_visitor(ref_token)]))
            raise


def _require_open(link: LinkState, code: str) -> LinkState:
    if not link.open:
        raise UnknownCode(code)
    return link


def click_ends_at(clicked_at: datetime, program: Program) -> datetime:
    """When a click stops counting: after the program's `window_days`, and after `COOKIE_DAYS` at
    the latest.
    """
    return clicked_at + timedelta(
        days=min(COOKIE_DAYS, program.attribution.window_days or COOKIE_DAYS)
    )


def is_living(visitor: VisitorItem | None, program: Program, at: datetime) -> bool:
    """Whether an earlier click still counts."""
    return visitor is not None and at < click_ends_at(read_instant(visitor.clicked_at), program)


def drop_code(code: str, member_id: str) -> Write:
    return Delete(CodeItem(*keys.code(code)), CodeItem.member == member_id)


def move_code(read: CodeItem, member_id: str) -> Write:
    """The write that gives a code to another member. It fails if its owner has changed since."""
    before, read.member = read.member, member_id
    return Write(read, CodeItem.member == before)


def unchanged_code(code: str, read: CodeItem | None) -> Write:
    """The check that makes a transaction fail if the code was blocked, given to another member or
    removed after `read` was read.
    """
    condition = ABSENT
    if read is not None:
        condition = (CodeItem.member == read.member) & as_read(CodeItem.blocked, read.blocked)
    return Check(CodeItem(*keys.code(code)), condition)


def normal_form(item: CodeItem) -> str:
    """The normal form of a code, by which it is found."""
    return item.pk.removeprefix(keys.CODES)


def put_discount_path(code: str, member_id: str, path: str | None) -> Write:
    """The write that sets or removes `discount_path`. It fails if the code does not belong to this
    member.
    """
    field = CodeItem.discount_path
    action = field.remove() if path is None else field.set(path)
    return Add(CodeItem(*keys.code(code)), CodeItem.member == member_id, action=action)


def list_codes(limit: int, after: str) -> ScanPage[CodeItem]:
    """A page of all codes, in no particular order, with the cursor of the next page. Raises
    `InvalidCursor`.
    """
    return scan_filtered(CodeItem, ScanFilter(keys.CODES, {}), lambda item: item, limit, after)


def drop_visitor(ref_token: str) -> Write:
    return Delete(VisitorItem(*keys.visitor(ref_token)))
