"""Stripe's exports: payments, and changes of the balance. The second come from a balance report, or
from the older export of balance transactions; the names of their columns differ.

Both have the charged amount, but not its taxes or shipping. In the balance, a refund is a row of
its own that names its charge.
"""

from collections import defaultdict
from collections.abc import Callable

from shared.tables.table import ORDERS, Cells, ImportRow, ReadLine, TableFormat

PAID = {"paid", "refunded", "partially refunded", "partial refund", "succeeded", "disputed"}
CREATED = ("created date (utc)", "created (utc)", "created_utc", "created")
CHARGES, GIVEN_BACK = (
    {"charge", "payment"},
    {"refund", "payment_refund", "partial_capture_reversal"},
)
ORDER_IDS = ("gv_order (metadata)", "payment_metadata[gv_order]")
TOKENS = ("gv_ref (metadata)", "payment_metadata[gv_ref]")
CODES = ("gv_code (metadata)", "payment_metadata[gv_code]")
EMAILS = ("customer email", "customer_email")


def read_payment(cells: Cells) -> ImportRow | None:
    """A payment that succeeded; `None` for any other."""
    captured = cells.first("captured").lower()
    if cells.first("status").lower() not in PAID or captured == "false":
        return None
    currency = cells.currency("currency")
    cells.need("amount")
    refunded = cells.amount(currency, "amount refunded")
    return _order(cells, cells.name("id"), currency, cells.amount(currency, "amount"), refunded)


def gather_balance() -> tuple[Callable[[Cells], None], ReadLine]:
    """Two functions for Stripe's balance export: the first collects the refunded amount of each
    charge, the second reads a charge with it.
    """
    refunds: dict[str, int] = defaultdict(int)

    def note(cells: Cells) -> None:
        if _category(cells) in GIVEN_BACK:
            refunds[_charge(cells)] += abs(_gross(cells))

    return note, lambda cells: _read_change(cells, refunds)


def _read_change(cells: Cells, refunds: dict[str, int]) -> ImportRow | None:
    """A charge with its refunds; `None` for fees, payouts and refunds themselves."""
    if _category(cells) not in CHARGES:
        return None
    charge = _charge(cells)
    currency = cells.currency("customer_facing_currency", "currency")
    return _order(cells, charge, currency, _gross(cells), refunds.get(charge, 0))


def _category(cells: Cells) -> str:
    return cells.first("reporting_category", "type").lower()


def _charge(cells: Cells) -> str:
    return cells.name("charge_id", "source_id", "source", "id")


def _gross(cells: Cells) -> int:
    """What the customer paid, in the customer's currency if the row has it."""
    facing = cells.first("customer_facing_currency")
    columns = ("customer_facing_amount",) if facing else ("gross", "amount")
    return cells.amount(cells.currency("customer_facing_currency", "currency"), *columns)


def _order(cells: Cells, charge: str, currency: str, amount: int, refunded: int) -> ImportRow:
    paid_at = cells.instant(*CREATED)
    if paid_at is None:
        raise ValueError("the line has no Created date")
    others = (charge, cells.first("paymentintent id", "payment_intent_id"))
    return cells.filled(
        {
            "id": cells.first(*ORDER_IDS) or f"stripe:{charge}",
            "refs": [f"stripe:{name}" for name in others if name],
            "customer": cells.filled({"email": cells.first(*EMAILS)}),
            "ref_token": cells.first(*TOKENS),
            "code": cells.first(*CODES),
            "status": "completed",
            "placed_at": paid_at,
            "paid_at": paid_at,
            "completed_at": paid_at,
            "currency": currency,
            "items_total": amount,
            "totals_rank": 0,
            "refunded_total": refunded,
        }
    )


FORMATS = (
    TableFormat(
        "Stripe's payments",
        ORDERS,
        frozenset({"id", "amount", "amount refunded", "currency", "status"}),
        read_payment,
    ),
    TableFormat(
        "Stripe's changes of the balance",
        ORDERS,
        frozenset({"balance_transaction_id", "reporting_category", "gross", "currency"}),
        lambda cells: _read_change(cells, {}),
        gather_balance,
    ),
    TableFormat(
        "Stripe's balance",
        ORDERS,
        frozenset({"id", "type", "source", "amount", "net", "currency"}),
        lambda cells: _read_change(cells, {}),
        gather_balance,
    ),
)
