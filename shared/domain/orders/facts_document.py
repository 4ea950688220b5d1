"""Order facts as JSON from the shop's server, the bus or a history file.

`OrderDocument` declares each field once, for the reader and for the API's description
(specification: order-facts, order-fields).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from shared.domain.document import SourceDocument, parse_identifier
from shared.domain.kinds import (
    AMOUNT,
    IDENTIFIER,
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
from shared.domain.orders.facts import (
    NO_DISPUTES,
    NO_REFUNDS,
    Dispute,
    OrderFacts,
    OrderTotals,
    Refund,
    Versioned,
)
from shared.domain.orders.merging import MOST_CODES, MOST_REFS
from shared.domain.orders.reversal_document import ANY_TEXT, DisputeDocument, RefundDocument
from shared.domain.orders.sources import Source
from shared.domain.record import Record
from shared.domain.shape import Kind, ObjectList

STATUSES = ("placed", "paid", "completed", "cancelled")
MOST_REFUNDS = 500
MOST_DISPUTES = 100
"""This many refunds and disputes, with ids of any length, fit one item of 400 KB."""
MOST_DIGITS = 7
"""A fingerprint with more digits and no letter could be a card or account number: it is refused."""
NEEDED = ("status", "currency", "items_total")
"""Fields that whole facts must have. Partial facts may leave them out."""


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
class CustomerDocument:
    """The buyer, as the shop names them. Only the keyed hash of an e-mail address is stored."""

    id: Identifier | None = None
    login: Text | None = None
    email: Email | None = None
    email_hash: Text | None = None
    name: Annotated[None, unread(ANY_TEXT)] = None


REFUND = Record(RefundDocument, "RefundFacts")
DISPUTE = Record(DisputeDocument, "DisputeFacts")
CUSTOMER = Record(CustomerDocument, "CustomerFacts")
NOBODY = CustomerDocument()


@dataclass(slots=True)
class OrderDocument:
    """Order facts as they are sent. A field that is `None` or empty was not sent."""

    id: Identifier | None = None
    status: Annotated[str, choice(*STATUSES)] | None = None
    currency: Currency | None = None
    items_total: Amount | None = None
    discount_total: Amount = 0
    tax_total: Amount = 0
    shipping_total: Amount = 0
    other_total: Annotated[Amount, "Paid amounts that earn nothing"] = 0
    credit_in_totals: Annotated[
        Amount, "Credit that came off the charge and that items less discount hold again"
    ] = 0
    totals_rank: Annotated[int, count(most=1)] = 1
    credit_used: Amount | None = None
    fx_rate: Annotated[
        str | None, _RATE, "Major units of the program's currency per major unit of the order's"
    ] = None
    fx_currency: Annotated[
        Currency | None, "Where the rate leads to; without it, to the program's currency"
    ] = None
    captured_total: Annotated[Amount | None, "What was charged, if more had been authorised"] = None
    customer: Annotated[CustomerDocument, CUSTOMER] | None = None
    ref_token: Text | None = None
    code: Text | None = None
    codes: Annotated[tuple[str, ...], texts(MOST_CODES)] = ()
    placed_at: Instant | None = None
    paid_at: Instant | None = None
    completed_at: Instant | None = None
    refunds: Annotated[tuple[RefundDocument, ...], ObjectList(REFUND, MOST_REFUNDS)] = ()
    refunds_complete: Annotated[Flag, "The list holds every refund there is"] = False
    refunded_total: Amount = 0
    disputes: Annotated[tuple[DisputeDocument, ...], ObjectList(DISPUTE, MOST_DISPUTES)] = ()
    disputed: Flag | None = None
    test: Flag = False
    hint: Flag = False
    refs: Annotated[tuple[str, ...], texts(MOST_REFS)] = ()
    payment_fingerprint: Annotated[
        str | None, _FINGERPRINT, "What the processor knows a card or account by, never its number"
    ] = None
    as_of: Annotated[Instant | None, "When these facts were true; a parameter of the update"] = None
    provider: Annotated[None, unread(ANY_TEXT)] = None
    schema_version: Annotated[None, unread({"type": "integer"})] = None
    daily_rate: Annotated[None, unread({"type": "object"}), "As `kept`"] = None
    kept: Annotated[
        None, unread(AMOUNT.published), ("Ignored; allows sending back our own answer")
    ] = None


ORDER = Record(OrderDocument, "OrderFacts", needed=NEEDED)


def parse_order(
    document: object,
    order_id: str | None,
    as_of: datetime,
    hash_email: Callable[[str], str],
    *,
    whole: bool = True,
    source: Source = Source.SHOP,
) -> OrderFacts:
    """One update of an order, valid at `as_of`. Raises `InvalidDocument` with every fault.

    `whole` facts have the `NEEDED` fields and no unknown ones; partial ones set only what they name
    (specification: whole-and-partial). `source` is the sender.
    """
    told = SourceDocument(document, tolerant=not whole)
    update = ORDER.read_fields(told)
    _check_id(told, update, order_id)
    _check_needed(told, update, whole)
    _check_once(told, "refunds", update.refunds)
    _check_once(told, "disputes", update.disputes)
    told.finish()
    return _facts(update, order_id or update.id or "", as_of, hash_email, source)


def _check_id(source: SourceDocument, update: OrderDocument, order_id: str | None) -> None:
    if not order_id:
        if source.value.get("id") is None:
            source.miss("id")
    elif update.id and update.id != order_id:
        source.fault(
            "id", f"does not match the order {order_id!r}; leave it out or use the same id"
        )


def _check_needed(source: SourceDocument, update: OrderDocument, whole: bool) -> None:
    """Adds faults for missing fields: `NEEDED`, or in partial facts the currency of items."""
    items_told = update.items_total is not None
    for name in NEEDED if whole else ("currency",) if items_told else ():
        if source.value.get(name) is None:
            source.miss(name)


def _check_once(
    source: SourceDocument, name: str, rows: Sequence[RefundDocument | DisputeDocument]
) -> None:
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.id in seen:
            source.fault(
                f"{name}[{index}].id", "is already used in this order; give each its own id"
            )
        seen.add(row.id)


def _facts(
    update: OrderDocument,
    order_id: str,
    as_of: datetime,
    hash_email: Callable[[str], str],
    source: Source,
) -> OrderFacts:
    """The facts as values. What is not named stays unset (specification: whole-and-partial)."""
    customer = update.customer or NOBODY
    email_hash = hash_email(customer.email) if customer.email else customer.email_hash
    paid_at, completed_at = implied_times(update.status, update.paid_at, update.completed_at, as_of)
    return OrderFacts(
        id=order_id,
        told_customer=_versioned(as_of, customer.id, source),
        login=customer.login,
        told_email_hash=_versioned(as_of, email_hash, source),
        ref_token=update.ref_token,
        codes=_codes(update),
        placed_at=update.placed_at,
        paid_at=paid_at,
        completed_at=completed_at,
        status=_versioned(as_of, update.status),
        cancel_told=as_of if update.status == "cancelled" else None,
        disputed=_versioned(as_of, update.disputed),
        totals=_totals(update, as_of),
        credit_used=_versioned(as_of, update.credit_used, source),
        fx_rate=_versioned(as_of, update.fx_rate, source),
        refunds=_refunds(update, as_of),
        refunded_total=update.refunded_total,
        test=update.test,
        hint=update.hint,
        refs=update.refs,
        payment=update.payment_fingerprint,
        payment_told=as_of if paid_at else None,
        refunds_complete=as_of if update.refunds_complete else None,
        disputes=_disputes(update, as_of),
        captured_total=_versioned(as_of, update.captured_total),
        fx_currency=_versioned(as_of, update.fx_currency, source),
    )


def _codes(update: OrderDocument) -> tuple[str, ...]:
    code = (update.code,) if update.code else ()
    return tuple(sorted({*update.codes, *code})) if update.codes else code


def _versioned[T](as_of: datetime, value: T | None, rank: int = 1) -> Versioned[T] | None:
    return None if value is None else build_tuple(Versioned, (as_of, value, int(rank)))


def _totals(update: OrderDocument, as_of: datetime) -> Versioned[OrderTotals] | None:
    if update.items_total is None or update.currency is None:
        return None
    totals = (
        update.currency,
        update.items_total,
        update.discount_total,
        update.tax_total,
        update.shipping_total,
        update.other_total,
        update.credit_in_totals,
    )
    return build_tuple(Versioned, (as_of, build_tuple(OrderTotals, totals), update.totals_rank))


def _refunds(update: OrderDocument, as_of: datetime) -> Mapping[str, Versioned[Refund]]:
    if not update.refunds:
        return NO_REFUNDS
    return {
        row.id: Versioned(
            as_of, Refund(row.amount, row.items_amount, row.at or as_of, row.status, row.credit)
        )
        for row in update.refunds
    }


def _disputes(update: OrderDocument, as_of: datetime) -> Mapping[str, Versioned[Dispute]]:
    if not update.disputes:
        return NO_DISPUTES
    return {
        row.id: Versioned(as_of, Dispute(row.amount, row.status, row.at or as_of))
        for row in update.disputes
    }


def implied_times(
    status: str | None, paid_at: datetime | None, completed_at: datetime | None, as_of: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the order was paid and completed; `None` for what has not happened (specification:
    status).

    If the status implies a time that was not sent, the time is `as_of`.
    """
    if status == "completed":
        completed_at = completed_at or as_of
    if completed_at is not None or status == "paid":
        paid_at = paid_at or completed_at or as_of
    return paid_at, completed_at
