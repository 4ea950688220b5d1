"""What connects the lines of a history file: which names each line mentions, read without the rest.

Lines in an unusual form are read by the full parser.
"""

from array import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from local.cli.history_file import SHORT_FILE_BYTES, Progress, count_mentions, size_of
from local.cli.history_line import FINER, order_id_of
from shared.backtest.components import Components, share_out
from shared.backtest.history import (
    Blocked,
    GroupAssigned,
    HistoryEvent,
    MemberSeen,
    OrderSeen,
    Redeemed,
    ReferralEnded,
    Unblocked,
    hash_email,
    parse_line,
)
from shared.domain.document import InvalidDocument
from shared.domain.instants import in_utc
from shared.domain.members.code import normalize_code
from shared.domain.members.member import GUEST
from shared.domain.orders.facts import OrderFacts

NOBODY = 255
"""The share of a blank line."""
NO_ORDER = -1
"""The time of a line that is no order."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LINES_BETWEEN_PROGRESS = 4_096


class _Customer(Struct, gc=False):
    id: str | None = None
    email: str | None = None


class _Order(Struct, gc=False):
    id: str
    customer: _Customer | None = None
    ref_token: str | None = None
    code: str | None = None
    codes: list[str] | None = None


class _Names(Struct, gc=False):
    type: str
    at: datetime
    id: str | None = None
    advocate: str | None = None
    email: str | None = None
    code: str | None = None
    friend: str | None = None
    member: str | None = None
    order: _Order | str | None = None


_decode = Decoder(_Names).decode


class SharedHistory(NamedTuple):
    """A history shared out to several runs. Each list has one value for each line of the file.

    * `shares`: which run has the line; `NOBODY` for a blank one.
    * `order_times`: of orders, in microseconds since 1970; `NO_ORDER` for other lines.
    * `named_later`: whether a later line may name the same order.
    * `latest`: the latest instant of all lines.
    """

    shares: bytes
    order_times: array[int]
    named_later: bytes
    latest: datetime | None


class _LineNames(NamedTuple):
    names: list[str]
    at: datetime | None
    is_order: bool
    order_id: str | None


def share_history(path: Path, runs: int, progress: Progress) -> SharedHistory:
    """Divides the lines among the runs. All lines about members who have to do with each other,
    such as advocate and friend, go to the same run.

    Raises `UnreadableFile` if the file cannot be opened. A line that cannot be read goes to any
    run, which then reports it.
    """
    size, bytes_read = size_of(path), 0
    components, parts = Components(), array("q")
    times, orders, latest, names_guest = array("q"), list[str | None](), None, False
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            bytes_read += len(line)
            if number % LINES_BETWEEN_PROGRESS == 0:
                progress(bytes_read // 2, size)
            read = _read_names(line)
            parts.append(components.join(read.names) if read.names else -1)
            names_guest = names_guest or any(map(_is_guest, read.names))
            times.append(
                (read.at - EPOCH) // MICROSECOND if read.is_order and read.at else NO_ORDER
            )
            orders.append(read.order_id)
            if read.at and (latest is None or read.at > latest):
                latest = read.at
    named_later = _named_later(orders, path, size)
    shares = _shares(components, parts, 1 if names_guest else runs)
    return SharedHistory(shares, times, named_later, latest)


def _is_guest(name: str) -> bool:
    """Whether a member is named by an id that we give to guests. Such an id may belong to any
    member of whom only an e-mail address is known, so a history that has one is not divided.
    """
    return name.startswith(f"m{GUEST}")


def _shares(components: Components, parts: array[int], runs: int) -> bytes:
    whole = [components.part_of(part) if part >= 0 else -1 for part in parts]
    dealt = iter(share_out([part for part in whole if part >= 0], runs))
    return bytes(next(dealt) if part >= 0 else NOBODY for part in whole)


def _named_later(orders: list[str | None], path: Path, size: int) -> bytes:
    """For each line, whether a later line may name the same order, as `read_history` says it."""
    if size <= SHORT_FILE_BYTES:
        return bytes([1]) * len(orders)
    mentions = count_mentions(path, size)
    return bytes(order is None or mentions.remove(order) for order in orders)


def _read_names(line: bytes) -> _LineNames:
    try:
        if b"." in line and FINER.search(line):
            raise ValueError
        quick = _decode(line)
        order = quick.order
        names = _names(quick, order if isinstance(order, _Order) else None)
        order_id = order.id if isinstance(order, _Order) else order
        is_order = quick.type == "order"
        return _LineNames(names, in_utc(quick.at), is_order, order_id)
    except (MsgspecError, ValueError, OverflowError):
        return _read_whole(line)


def _names(line: _Names, order: _Order | None) -> list[str]:
    names = [f"m{name}" for name in (line.id, line.advocate, line.friend, line.member) if name]
    names += [f"e{hash_email(line.email)}"] if line.email else []
    names += [f"c{normalize_code(line.code)}"] if line.code else []
    if isinstance(line.order, str):
        names.append(f"o{line.order}")
    if order is None:
        return names
    names.append(f"o{order.id}")
    if order.customer and order.customer.id:
        names.append(f"m{order.customer.id}")
    if order.customer and order.customer.email:
        names.append(f"e{hash_email(order.customer.email)}")
    names += [f"t{order.ref_token}"] if order.ref_token else []
    codes = (order.code, *(order.codes or ()))
    return names + [f"c{normalize_code(code)}" for code in codes if code]


def _read_whole(line: bytes) -> _LineNames:
    """The names in a line by the full parser. A line that it refuses has a name of its own."""
    try:
        event = parse_line(line)
    except InvalidDocument:
        return _LineNames(["unreadable"] if line.strip() else [], None, False, None)
    is_order, order_id = isinstance(event, OrderSeen), order_id_of(event)
    return _LineNames(list(_names_of(event)), event.at, is_order, order_id)


def _names_of(event: HistoryEvent) -> Iterator[str]:
    match event:
        case OrderSeen():
            yield from _names_of_order(event.order)
        case MemberSeen():
            yield f"m{event.id}"
            if event.advocate:
                yield f"m{event.advocate}"
            if event.email_hash:
                yield f"e{event.email_hash}"
            if event.code:
                yield f"c{normalize_code(event.code)}"
        case ReferralEnded():
            yield f"m{event.friend}"
        case Redeemed():
            yield f"m{event.member}"
            if event.order:
                yield f"o{event.order}"
        case GroupAssigned() | Blocked() | Unblocked():
            yield f"m{event.member}"


def _names_of_order(order: OrderFacts) -> Iterator[str]:
    yield f"o{order.id}"
    if order.customer:
        yield f"m{order.customer}"
    if order.email_hash:
        yield f"e{order.email_hash}"
    if order.ref_token:
        yield f"t{order.ref_token}"
    for code in order.codes:
        yield f"c{normalize_code(code)}"
