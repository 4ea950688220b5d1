"""Order facts as the shop's server, the bus and a history file tell them.

`OrderDocument` declares every field once: how it is read, and what the API's description says of it
(specification: order-facts, order-fields).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from shared.domain.document import SourceDocument, parse_identifier
from shared.domain.kinds import (
    AMOUNT,
    IDENTIFIER,
    INSTANT,
    Amount,
    Currency,
    Email,
    Flag,
    Identifier,
    Instant,
    Text,
    choice,
    count,
    texts,
    unread,
)
from shared.domain.money import exchange
from shared.domain.named_tuples import build_tuple
from shared.domain.orders.facts import SUCCEEDED, OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.record import Record
from shared.domain.shape import JsonSchema, Kind, ObjectList

STATUSES = ("placed", "paid", "completed", "cancelled")
REFUND_STATUSES = ("pending", SUCCEEDED, "failed")
MOST_REFUNDS = 500
"""With ids of any length they fit the 400 KB of one item."""
MOST_REFS = 20
MOST_CODES = 20
MOST_DIGITS = 7
"""More of them, and no letter, may be the number of a card or an account itself."""
NEEDED = ("status", "currency", "items_total")
"""What whole facts name; partial ones may leave it out."""
ANY_TEXT: JsonSchema = {"type": "string"}


def _parse_rate(value: object) -> str:
    exchange(value, "EUR", "EUR")
    return str(value)


def _parse_fingerprint(value: object) -> str:
    name = parse_identifier(value)
    if sum(character.isdigit() for character in name) > MOST_DIGITS and not any(
        character.isalpha() for character in name
    ):
        raise ValueError(
            "must be the processor's fingerprint, never the number of a card or an account"
        )
    return name


_RATE = Kind(_parse_rate, ANY_TEXT)
_FINGERPRINT = Kind(_parse_fingerprint, IDENTIFIER.published)


@dataclass(slots=True)
class RefundDocument:
    """One refund of an order, as it is told."""

    id: Identifier
    amount: Amount
    items_amount: Amount | None = None
    at: Instant | None = None
    status: Annotated[str, choice(*REFUND_STATUSES)] = SUCCEEDED
    currency: Annotated[None, unread(ANY_TEXT)] = None
    reason: Annotated[None, unread(ANY_TEXT)] = None


@dataclass(slots=True)
class CustomerDocument:
    """Who bought, as far as the shop says; of an e-mail address only its keyed hash is kept."""

    id: Identifier | None = None
    login: Text | None = None
    email: Email | None = None
    email_hash: Text | None = None
    name: Annotated[None, unread(ANY_TEXT)] = None


REFUND = Record(RefundDocument, "RefundFacts")
CUSTOMER = Record(CustomerDocument, "CustomerFacts")
NOBODY = CustomerDocument()


@dataclass(slots=True)
class OrderDocument:
    """Order facts as they are told; a field that is `None` or empty was not told."""

    id: Identifier | None = None
    status: Annotated[str, choice(*STATUSES)] | None = None
    currency: Currency | None = None
    items_total: Amount | None = None
    discount_total: Amount = 0
    tax_total: Amount = 0
    shipping_total: Amount = 0
    totals_rank: Annotated[int, count(most=1)] = 1
    credit_used: Amount | None = None
    fx_rate: Annotated[
        str | None, _RATE, "Major units of the program's currency per major unit of the order's"
    ] = None
    customer: Annotated[CustomerDocument, CUSTOMER] | None = None
    ref_token: Text | None = None
    code: Text | None = None
    codes: Annotated[tuple[str, ...], texts(MOST_CODES)] = ()
    placed_at: Instant | None = None
    paid_at: Instant | None = None
    completed_at: Instant | None = None
    refunds: Annotated[tuple[RefundDocument, ...], ObjectList(REFUND, MOST_REFUNDS)] = ()
    refunded_total: Amount = 0
    disputed: Flag | None = None
    test: Flag = False
    hint: Flag = False
    refs: Annotated[tuple[str, ...], texts(MOST_REFS)] = ()
    payment_fingerprint: Annotated[
        str | None, _FINGERPRINT, "What the processor knows a card or account by, never its number"
    ] = None
    as_of: Annotated[None, unread(INSTANT.published)] = None
    provider: Annotated[None, unread(ANY_TEXT)] = None
    schema_version: Annotated[None, unread({"type": "integer"})] = None
    kept: Annotated[None, unread(AMOUNT.published), "As it was answered; it is not looked at"] = (
        None
    )


ORDER = Record(OrderDocument, "OrderFacts", needed=NEEDED)


def parse_order(
    document: object,
    order_id: str | None,
    as_of: datetime,
    hash_email: Callable[[str], str],
    *,
    whole: bool = True,
) -> OrderFacts:
    """One update of order facts, told at `as_of`; raises `InvalidDocument` with every fault.

    `whole` facts name status, currency and items, and nothing that nobody knows; partial ones tell
    what they name (specification: whole-and-partial).
    """
    source = SourceDocument(document, tolerant=not whole)
    update = ORDER.read_fields(source)
    _check_id(source, update, order_id)
    _check_needed(source, update, whole)
    _check_refunds(source, update)
    source.finish()
    return _facts(update, order_id or update.id or "", as_of, hash_email, whole)


def _check_id(source: SourceDocument, update: OrderDocument, order_id: str | None) -> None:
    if not order_id:
        if source.value.get("id") is None:
            source.miss("id")
    elif update.id and update.id != order_id:
        source.fault(
            "id", f"names another order than {order_id!r}; leave it out or make both the same"
        )


def _check_needed(source: SourceDocument, update: OrderDocument, whole: bool) -> None:
    """Whole facts have what they need; items have a currency."""
    items_told = update.items_total is not None
    for name in NEEDED if whole else ("currency",) if items_told else ():
        if source.value.get(name) is None:
            source.miss(name)


def _check_refunds(source: SourceDocument, update: OrderDocument) -> None:
    seen: set[str] = set()
    for index, refund in enumerate(update.refunds):
        if refund.id in seen:
            source.fault(f"refunds[{index}].id", "is the id of another refund of this order")
        seen.add(refund.id)


def _facts(
    update: OrderDocument,
    order_id: str,
    as_of: datetime,
    hash_email: Callable[[str], str],
    whole: bool,
) -> OrderFacts:
    """Facts as values; what whole facts do not name is told to be none."""
    customer = update.customer or NOBODY
    paid_at, completed_at = implied_times(update.status, update.paid_at, update.completed_at, as_of)
    disputed, credit_used = update.disputed, update.credit_used
    if whole:
        disputed, credit_used = disputed or False, credit_used or 0
    return OrderFacts(
        id=order_id,
        customer=customer.id,
        login=customer.login,
        email_hash=hash_email(customer.email) if customer.email else customer.email_hash,
        ref_token=update.ref_token,
        codes=_codes(update),
        placed_at=update.placed_at,
        paid_at=paid_at,
        completed_at=completed_at,
        status=_versioned(as_of, update.status),
        cancelled=update.status == "cancelled",
        disputed=_versioned(as_of, disputed),
        totals=_totals(update, as_of),
        credit_used=_versioned(as_of, credit_used),
        fx_rate=_versioned(as_of, update.fx_rate),
        refunds={refund.id: Versioned(as_of, _refund(refund, as_of)) for refund in update.refunds},
        refunded_total=update.refunded_total,
        test=update.test,
        hint=update.hint,
        refs=update.refs,
        payment=update.payment_fingerprint,
    )


def _codes(update: OrderDocument) -> tuple[str, ...]:
    code = (update.code,) if update.code else ()
    return tuple(sorted({*update.codes, *code})) if update.codes else code


def _versioned[T](as_of: datetime, value: T | None) -> Versioned[T] | None:
    return None if value is None else build_tuple(Versioned, (as_of, value, 1))


def _totals(update: OrderDocument, as_of: datetime) -> Versioned[OrderTotals] | None:
    if update.items_total is None or update.currency is None:
        return None
    totals = (
        update.currency,
        update.items_total,
        update.discount_total,
        update.tax_total,
        update.shipping_total,
    )
    return build_tuple(Versioned, (as_of, build_tuple(OrderTotals, totals), update.totals_rank))


def _refund(refund: RefundDocument, as_of: datetime) -> Refund:
    return Refund(refund.amount, refund.items_amount, refund.at or as_of, refund.status)


def implied_times(
    status: str | None, paid_at: datetime | None, completed_at: datetime | None, as_of: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the order was paid and completed (specification: status).

    A status that implies a time which is not told means `as_of`.
    """
    if status == "completed":
        completed_at = completed_at or as_of
    if completed_at is not None or status == "paid":
        paid_at = paid_at or completed_at or as_of
    return paid_at, completed_at
