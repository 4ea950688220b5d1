"""A fast parser, by msgspec, for history lines in the usual form.

All other lines go to the full parser in `shared.backtest.history`, which also describes faults.
Tests check that both have the same fields and limits and give the same event for a line.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, MsgspecError, Struct
from msgspec.json import Decoder

from shared.backtest.history import (
    HistoryEvent,
    MemberSeen,
    OrderSeen,
    Redeemed,
    hash_email,
    parse_line,
)
from shared.domain.document import (
    LONGEST_EMAIL,
    LONGEST_ID,
    LONGEST_TEXT,
    UNREADABLE,
    InvalidDocument,
)
from shared.domain.instants import in_utc
from shared.domain.money import MAX_AMOUNT, MINOR_DIGITS
from shared.domain.named_tuples import build_tuple
from shared.domain.orders.facts import (
    NO_DISPUTES,
    NO_REFUNDS,
    Dispute,
    OrderFacts,
    OrderTotals,
    Refund,
    Versioned,
)
from shared.domain.orders.facts_document import MOST_DISPUTES, MOST_REFUNDS, implied_times
from shared.domain.orders.sources import Source

type _Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]
type _Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
type _Email = Annotated[str, Meta(max_length=LONGEST_EMAIL)]
type _Instant = Annotated[datetime, Meta(tz=True)]
type _Amount = Annotated[int, Meta(ge=0, le=MAX_AMOUNT)]


class _Line(Struct, forbid_unknown_fields=True, gc=False):
    """Base of the lines that the fast parser accepts. A line with an unknown field, or with an
    unexpected null, goes to the full parser.
    """


class QuickCustomer(_Line):
    id: _Name | None = None
    login: _Text | None = None
    email: _Email | None = None


class QuickRefund(_Line):
    id: _Name
    amount: _Amount
    at: _Instant
    items_amount: _Amount | None = None
    credit: _Amount | None = None
    status: Literal["pending", "succeeded", "failed"] = "succeeded"


class QuickDispute(_Line):
    id: _Name
    status: Literal["open", "won", "lost", "cancelled"]
    at: _Instant
    amount: _Amount | None = None


class QuickOrder(_Line):
    id: _Name
    status: Literal["placed", "paid", "completed", "cancelled"]
    currency: str
    items_total: _Amount
    customer: QuickCustomer | None = None
    ref_token: _Text | None = None
    code: _Text | None = None
    placed_at: _Instant | None = None
    paid_at: _Instant | None = None
    completed_at: _Instant | None = None
    discount_total: _Amount = 0
    tax_total: _Amount = 0
    shipping_total: _Amount = 0
    other_total: _Amount = 0
    credit_used: _Amount | None = None
    refunds: Annotated[list[QuickRefund], Meta(max_length=MOST_REFUNDS)] | None = None
    refunded_total: _Amount | None = None
    refunds_complete: bool = False
    disputes: Annotated[list[QuickDispute], Meta(max_length=MOST_DISPUTES)] | None = None
    disputed: bool | None = None
    fx_rate: None = None
    test: bool = False


class _OrderLine(_Line, tag_field="type", tag="order"):
    at: _Instant
    order: QuickOrder


class _MemberLine(_Line, tag_field="type", tag="member"):
    id: _Name
    at: _Instant
    advocate: _Name | None = None
    email: _Email | None = None
    code: _Text | None = None


class _Named(Struct, gc=False):
    id: str


class _NamedOrder(Struct, gc=False):
    """The part of a line that names its order."""

    order: _Named | None = None


FINER = re.compile(rb"\.[0-9]{7}")
"""Matches a time with more than six decimals. msgspec rounds it, the full parser truncates it."""
_decode = Decoder(_OrderLine | _MemberLine).decode
_decode_name = Decoder(_NamedOrder).decode
_NOBODY = QuickCustomer()
_SHOP = int(Source.SHOP)
_UNTOLD = OrderFacts("")[OrderFacts._fields.index("disputes") + 1 :]
"""The last fields of `OrderFacts`, for which `QuickOrder` has no field, with their default values.
"""


def read_line(line: bytes) -> HistoryEvent:
    """The event of one line; raises `InvalidDocument`, whose message says what to write instead."""
    try:
        if b"." in line and FINER.search(line):
            return parse_line(line)
        quick = _decode(line)
        return _build_order(quick) if type(quick) is _OrderLine else _build_member(quick)
    except (MsgspecError, ValueError, OverflowError):
        return parse_line(line)


def order_id_of(event: HistoryEvent) -> str | None:
    """The id of the order that an event describes or spends credit on; `None` for other events."""
    if type(event) is OrderSeen:
        return event.order.id
    return event.order if type(event) is Redeemed else None


def read_order_id(line: bytes) -> str | None:
    """The id of the order that a line describes or spends credit on.

    `None` if the line names no order or cannot be read.
    """
    try:
        order = _decode_name(line).order
        return order.id if order else None
    except (MsgspecError, ValueError):
        return _order_id(line)


def _order_id(line: bytes) -> str | None:
    if b'"order"' not in line:
        return None
    try:
        return order_id_of(parse_line(line))
    except InvalidDocument:
        return None


def _build_member(line: _MemberLine) -> MemberSeen:
    email_hash = hash_email(line.email) if line.email else None
    return MemberSeen(
        _check_id(line.id),
        in_utc(line.at),
        line.advocate and _check_id(line.advocate),
        email_hash,
        line.code,
    )


def _build_order(line: _OrderLine) -> OrderSeen:
    at, order, customer = in_utc(line.at), line.order, line.order.customer or _NOBODY
    _check_id(order.id + (customer.id or ""))
    if order.currency not in MINOR_DIGITS:
        raise ValueError
    placed_at, paid_at, completed_at = order.placed_at, order.paid_at, order.completed_at
    paid_at, completed_at = implied_times(
        order.status, paid_at and in_utc(paid_at), completed_at and in_utc(completed_at), at
    )
    totals = _totals(order)
    facts = (
        order.id,
        _versioned(at, customer.id, _SHOP),
        customer.login,
        _versioned(at, hash_email(customer.email), _SHOP) if customer.email else None,
        order.ref_token,
        (order.code,) if order.code else (),
        placed_at and in_utc(placed_at),
        paid_at,
        completed_at,
        build_tuple(Versioned, (at, order.status, 1)),
        at if order.status == "cancelled" else None,
        _versioned(at, order.disputed, 1),
        build_tuple(Versioned, (at, totals, 1)),
        _versioned(at, order.credit_used, _SHOP),
        None,
        _refunds(order.refunds, at) if order.refunds else NO_REFUNDS,
        order.refunded_total or 0,
        order.test,
        False,
        (),
        None,
        at if paid_at else None,
        at if order.refunds_complete else None,
        _disputes(order.disputes, at) if order.disputes else NO_DISPUTES,
        *_UNTOLD,
    )
    return build_tuple(OrderSeen, (build_tuple(OrderFacts, facts), at))


def _totals(order: QuickOrder) -> OrderTotals:
    return build_tuple(
        OrderTotals,
        (
            order.currency,
            order.items_total,
            order.discount_total,
            order.tax_total,
            order.shipping_total,
            order.other_total,
            0,
        ),
    )


def _refunds(rows: list[QuickRefund], at: datetime) -> dict[str, Versioned[Refund]]:
    refunds = {
        _check_id(row.id): Versioned(
            at, Refund(row.amount, row.items_amount, in_utc(row.at), row.status, row.credit)
        )
        for row in rows
    }
    if len(refunds) < len(rows):
        raise ValueError
    return refunds


def _disputes(rows: list[QuickDispute], at: datetime) -> dict[str, Versioned[Dispute]]:
    disputes = {
        _check_id(row.id): Versioned(at, Dispute(row.amount, row.status, in_utc(row.at)))
        for row in rows
    }
    if len(disputes) < len(rows):
        raise ValueError
    return disputes


def _versioned[T](at: datetime, value: T | None, rank: int) -> Versioned[T] | None:
    return None if value is None else build_tuple(Versioned, (at, value, rank))


def _check_id(text: str) -> str:
    """The text; raises `ValueError` if it has characters that are not allowed in an id. The length
    is checked elsewhere.
    """
    if not text.isprintable() or UNREADABLE in text:
        raise ValueError
    return text
