"""Reading order facts as the shop's server, the bus and a history file tell them (design, section 4)."""

from collections.abc import Callable
from datetime import datetime

from shared.domain.document import REQUIRED, Document, identifier
from shared.domain.money import exchange
from shared.domain.orders.facts import SUCCEEDED, OrderFacts, OrderTotals, Refund, Versioned

STATUSES = ("placed", "paid", "completed", "cancelled")
REFUND_STATUSES = ("pending", SUCCEEDED, "failed")
MOST_REFUNDS = 500
"""With ids of any length they fit the 400 KB of one item."""
MOST_REFS = 20
MOST_CODES = 20
LONGEST_EMAIL = 254
ANSWERED = ("kept",)
"""What an order is answered with beside its facts: it may be sent back as it came."""
MOST_DIGITS = 7
"""More of them, and no letter, may be the number itself."""


def parse_order(
    document: object,
    order_id: str | None,
    as_of: datetime,
    hash_email: Callable[[str], str],
    *,
    whole: bool = True,
) -> OrderFacts:
    """Order facts as one telling at `as_of`. `whole` facts must name status, currency and items; partial ones tell what they name."""
    source = Document(document)
    required = REQUIRED if whole else None
    named = source.identifier("id", None if order_id else REQUIRED)
    if order_id and named and named != order_id:
        source.fault(
            "id", f"names another order than {order_id!r}; leave it out or make both the same"
        )
    status = source.choice("status", STATUSES, required)
    paid_at, completed_at = implied_times(
        status, source.instant("paid_at", None), source.instant("completed_at", None), as_of
    )
    customer, login, email_hash = _customer(source.section("customer", None), hash_email, whole)
    order = OrderFacts(
        id=order_id or named or "",
        customer=customer,
        login=login,
        email_hash=email_hash,
        ref_token=source.text("ref_token", None),
        codes=_codes(source),
        placed_at=source.instant("placed_at", None),
        paid_at=paid_at,
        completed_at=completed_at,
        status=Versioned(as_of, status) if status else None,
        cancelled=status == "cancelled",
        disputed=_told(as_of, source.flag("disputed", False if whole else None)),
        totals=_totals(source, as_of, required),
        credit_used=_told(as_of, source.amount("credit_used", 0 if whole else None)),
        fx_rate=_told(as_of, _fx_rate(source)),
        refunds=_refunds(source, as_of, whole),
        refunded_total=source.amount("refunded_total", 0),
        test=source.flag("test", False),
        hint=source.flag("hint", False),
        refs=_texts(source, "refs", MOST_REFS),
        payment=source.field("payment_fingerprint", None, _fingerprint),
    )
    if whole:
        source.refuse_unknown("as_of", "schema_version", "provider", *ANSWERED)
    source.finish()
    return order


def _told(as_of: datetime, value):
    return None if value is None else Versioned(as_of, value)


def implied_times(
    status: str | None, paid_at: datetime | None, completed_at: datetime | None, as_of: datetime
) -> tuple[datetime | None, datetime | None]:
    """When it was paid and completed; a status that implies a time without naming it means the time of the telling."""
    if status == "completed":
        completed_at = completed_at or as_of
    if completed_at is not None or status == "paid":
        paid_at = paid_at or completed_at or as_of
    return paid_at, completed_at


def _customer(
    source: Document | None, hash_email: Callable[[str], str], whole: bool
) -> tuple[str | None, str | None, str | None]:
    if source is None:
        return None, None, None
    customer, login = source.identifier("id", None), source.text("login", None)
    email = source.text("email", None, longest=LONGEST_EMAIL)
    email_hash = source.text("email_hash", None)
    if whole:
        source.refuse_unknown("name")
    return customer, login, hash_email(email) if email else email_hash


def _codes(source: Document) -> tuple[str, ...]:
    code = source.text("code", None)
    return tuple(sorted({*_texts(source, "codes", MOST_CODES), *([code] if code else [])}))


def _texts(source: Document, name: str, most: int) -> tuple[str, ...]:
    def check(value: object) -> tuple[str, ...]:
        if (
            not isinstance(value, list)
            or len(value) > most
            or not all(isinstance(row, str) and 0 < len(row) <= 256 for row in value)
        ):
            raise ValueError(f"must be a list of at most {most} texts")
        return tuple(value)

    return source.field(name, (), check)


def _fingerprint(value: object) -> str:
    """An opaque text by which the processor knows a card or an account again."""
    name = identifier(value)
    if sum(character.isdigit() for character in name) > MOST_DIGITS and not any(
        character.isalpha() for character in name
    ):
        raise ValueError(
            "must be the processor's fingerprint, never the number of a card or an account"
        )
    return name


def _totals(source: Document, as_of: datetime, required: object) -> Versioned[OrderTotals] | None:
    items = source.amount("items_total", required)
    currency = source.currency("currency", REQUIRED if items is not None else None)
    parts = [source.amount(name, 0) for name in ("discount_total", "tax_total", "shipping_total")]
    rank = source.count("totals_rank", 1, most=1)
    if not isinstance(items, int) or not isinstance(currency, str):
        return None
    return Versioned(as_of, OrderTotals(currency, items, *parts), rank)


def _fx_rate(source: Document) -> str | None:
    def check(value: object) -> str:
        exchange(value, "EUR", "EUR")
        return value

    return source.field("fx_rate", None, check)


def _refunds(source: Document, as_of: datetime, whole: bool) -> dict[str, Versioned[Refund]]:
    refunds = {}
    for row in source.rows("refunds", MOST_REFUNDS):
        name = row.identifier("id")
        if name in refunds:
            row.fault("id", "is the id of another refund of this order")
        refunds[name] = Versioned(
            as_of,
            Refund(
                row.amount("amount"),
                row.amount("items_amount", None),
                row.instant("at", as_of),
                row.choice("status", REFUND_STATUSES, SUCCEEDED),
            ),
        )
        if whole:
            row.refuse_unknown("currency", "reason")
    return refunds
