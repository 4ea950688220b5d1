"""Stripe's exports: payments, and changes of the balance. The second come from a balance report, or
from the older export of balance transactions; the names of their columns differ.

Both have the charged amount, but not its taxes or shipping. In the balance, a refund is a row of
its own that names its charge.
"""

from collections.abc import Callable

from shared.tables.table import ORDERS, Cells, ImportRow, ReadLine, Sums, TableFormat

PAID = {"paid", "refunded", "partially refunded", "partial refund", "succeeded", "disputed"}
CREATED = ("created date (utc)", "created (utc)", "created_utc", "created")
NOT_PAID = frozenset(
    {"failed", "canceled", "cancelled", "blocked", "incomplete", "uncaptured", "processing"}
    | {"pending", "expired", "early fraud warning"}
    | {f"requires {what}" for what in ("capture", "payment method", "confirmation", "action")}
)
CHARGES = frozenset({"charge", "payment"})
GIVEN_BACK = frozenset(
    {"refund", "payment_refund", "partial_capture_reversal", "refund_failure"}
    | {"payment_failure_refund", "payment_reversal", "charge_failure", "dispute"}
    | {"dispute_reversal"}
)
"""Changes that take money of a charge back, or return it again, by their sign."""
CHARGE_IDS = ("ch_", "py_")
ORDER_IDS = ("gv_order (metadata)", "payment_metadata[gv_order]")
TOKENS = ("gv_ref (metadata)", "payment_metadata[gv_ref]")
CODES = ("gv_code (metadata)", "payment_metadata[gv_code]")
EMAILS = ("customer email", "customer_email")


def read_payment(cells: Cells) -> ImportRow | None:
    """A payment that succeeded; `None` for any other, and for one of the test mode."""
    status, captured = cells.first("status").lower(), cells.first("captured").lower()
    if status not in PAID and status.replace("_", " ") not in NOT_PAID:
        raise ValueError(f"the status {status} is not known; export the file in English")
    if status not in PAID or captured == "false" or cells.first("mode").lower() == "test":
        return None
    currency = cells.currency("currency")
    cells.need("amount")
    refunded = cells.amount(currency, "amount refunded")
    return _order(cells, cells.name("id"), currency, cells.amount(currency, "amount"), refunded)


def gather_balance() -> tuple[Callable[[Cells], None], ReadLine]:
    """Two functions for Stripe's balance export: the first collects what was taken back of each
    charge, the second reads a charge with it.
    """
    given_back = Sums()

    def note(cells: Cells) -> None:
        if _category(cells) in GIVEN_BACK:
            given_back.add(_charge_in(cells, _currency(cells)), lambda: -_gross(cells))

    return note, lambda cells: _read_change(cells, given_back)


def _read_change(cells: Cells, given_back: Sums) -> ImportRow | None:
    """A charge with its refunds; `None` for fees, payouts and refunds themselves. A refund whose
    charge nobody can find is a fault of its line.
    """
    category = _category(cells)
    if category in GIVEN_BACK and not _charge(cells).startswith(CHARGE_IDS):
        raise ValueError("the refund does not name its charge; export the payments instead")
    if category not in CHARGES:
        return None
    charge, currency = _charge(cells), _currency(cells)
    refunded = given_back.take(_charge_in(cells, currency))
    return _order(cells, charge, currency, _gross(cells), max(0, refunded))


def _currency(cells: Cells) -> str:
    return cells.currency("customer_facing_currency", "currency")


def _charge_in(cells: Cells, currency: str) -> str:
    return f"{_charge(cells)} in {currency}"


def _category(cells: Cells) -> str:
    return cells.first("reporting_category", "type").lower()


def _charge(cells: Cells) -> str:
    return cells.name("charge_id", "source_id", "source", "id")


def _gross(cells: Cells) -> int:
    """What the customer paid, in the customer's currency if the row has it."""
    facing = cells.first("customer_facing_currency")
    columns = ("customer_facing_amount",) if facing else ("gross", "amount")
    return cells.amount(_currency(cells), *columns)


def _order(cells: Cells, charge: str, currency: str, amount: int, refunded: int) -> ImportRow:
    paid_at = cells.instant(*CREATED)
    if paid_at is None:
        raise ValueError("the line has no Created date")
    others = (charge, cells.first("paymentintent id", "payment_intent_id"))
    return cells.filled(
        {
            "id": cells.name_if_any(*ORDER_IDS) or f"stripe:{charge}",
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
        lambda cells: _read_change(cells, Sums()),
        gather_balance,
    ),
    TableFormat(
        "Stripe's balance",
        ORDERS,
        frozenset({"id", "type", "source", "amount", "net", "currency"}),
        lambda cells: _read_change(cells, Sums()),
        gather_balance,
    ),
)
