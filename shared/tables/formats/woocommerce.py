"""WooCommerce's orders: the report of its analytics, and the exports of common extensions.

The report (with the columns of WooCommerce's own tests) has the price of the items after discounts.
In it, a refund is a row of its own with a negative revenue. The exports have every sum.
"""

from collections import defaultdict
from collections.abc import Callable

from shared.tables.table import ORDERS, Cells, ImportRow, ReadLine, TableFormat

COMPLETED = {"completed", "wc-completed", "abgeschlossen", "refunded", "wc-refunded"}
PAID = {"processing", "wc-processing", "on-hold-paid", "in bearbeitung"}
CANCELLED = {"cancelled", "wc-cancelled", "storniert"}
REVENUE = ("n. revenue", "net revenue", "net sales")
TOTALS = ("order_total", "order total amount", "order total")
TAXES = ("tax_total", "order total tax amount", "order tax amount")
SHIPPING = ("shipping_total", "order shipping amount", "shipping cost")
FEES = ("fee_total", "order fee amount", "total fee amount")
DISCOUNTS = ("discount_total", "cart discount amount", "discount amount")
REFUNDS = ("refunded_total", "order refund amount", "total refund amount")
EMAILS = ("billing_email", "customer_email", "email (billing)", "billing email")


def gather_report() -> tuple[Callable[[Cells], None], ReadLine]:
    """Two functions: the first collects the refunds of each order, the second reads an order with
    them.
    """
    refunds: dict[str, int] = defaultdict(int)

    def note(cells: Cells) -> None:
        if (revenue := cells.amount(cells.currency("currency"), *REVENUE)) < 0:
            refunds[_order_number(cells)] -= revenue

    return note, lambda cells: _read_report(cells, refunds)


def _read_report(cells: Cells, refunds: dict[str, int]) -> ImportRow | None:
    currency = cells.currency("currency")
    revenue, number = cells.amount(currency, *REVENUE), _order_number(cells)
    if revenue < 0:
        return None
    coupons = [code.strip() for code in cells.first("coupon(s)").split(",")]
    return cells.filled(
        {
            "id": number,
            "customer": cells.filled({"login": cells.first("customer email")}),
            "codes": [code for code in coupons if code and code.upper() != "NONE"],
            **_dated(cells, cells.first("status"), "date"),
            "currency": currency,
            "items_total": revenue,
            "refunded_total": refunds.get(number, 0),
        }
    )


def _order_number(cells: Cells) -> str:
    return cells.name("order #", "order number").removeprefix("#")


def read_export(cells: Cells) -> ImportRow:
    currency = cells.currency("order_currency", "currency")
    discount = abs(cells.amount(currency, *DISCOUNTS))
    taxes, shipping = cells.amount(currency, *TAXES), cells.amount(currency, *SHIPPING)
    other = max(0, cells.amount(currency, *FEES))
    cells.need(*TOTALS)
    rest = cells.amount(currency, *TOTALS) - taxes - shipping - other
    user = cells.first("customer_id", "customer_user", "customer user id")
    customer = {"id": user if user != "0" else "", "email": cells.first(*EMAILS)}
    return cells.filled(
        {
            "id": cells.name("order_id", "order id", "order number", "order_number"),
            "customer": cells.filled(customer),
            "codes": _coupons(cells.first("coupon_items", "coupon code", "coupons")),
            **_dated(
                cells, cells.first("status", "order status"), "order_date", "order date", "date"
            ),
            "paid_at": cells.instant("paid_date", "paid date"),
            "currency": currency,
            "items_total": max(0, rest) + discount,
            "discount_total": discount,
            "tax_total": taxes,
            "shipping_total": shipping,
            "other_total": other,
            "refunded_total": _refunded(cells, currency),
        }
    )


def _coupons(text: str) -> list[str]:
    """The codes in a cell. The cell has `code:ANNA-7K2Q|amount:10` for each coupon, separated by
    `;`, or only the codes.
    """
    codes = []
    for coupon in text.replace(";", ",").split(","):
        parts = [part.strip() for part in coupon.split("|")]
        named = [part.removeprefix("code:") for part in parts if part.startswith("code:")]
        codes += named or parts[:1]
    return [code for code in codes if code]


def _refunded(cells: Cells, currency: str) -> int:
    """The sum of the refunds. The cell has the sum itself, or `amount:10|reason:…` for each refund."""
    if told := abs(cells.amount(currency, *REFUNDS)):
        return told
    parts = cells.first("refund_items").replace(";", "|").split("|")
    sums = (part.strip().removeprefix("amount:") for part in parts if "amount:" in part)
    return sum(abs(Cells({"amount": text}).amount(currency, "amount")) for text in sums)


def _dated(cells: Cells, status: str, *columns: str) -> ImportRow:
    """An order with its status and instants. The export has no instant of completion, so the
    order's date is used for a completed order.
    """
    placed_at, told = cells.instant(*columns), status.strip().lower()
    if placed_at is None:
        raise ValueError("the line has no date")
    if told in CANCELLED:
        return {"status": "cancelled", "placed_at": placed_at}
    if told in COMPLETED:
        times = {"placed_at": placed_at, "paid_at": placed_at, "completed_at": placed_at}
        return {"status": "completed", **times}
    if told in PAID:
        return {"status": "paid", "placed_at": placed_at, "paid_at": placed_at}
    return {"status": "placed", "placed_at": placed_at}


FORMATS = (
    TableFormat(
        "WooCommerce's analytics of orders",
        ORDERS,
        frozenset({"date", "order #", "status", "n. revenue"}),
        lambda cells: _read_report(cells, {}),
        gather_report,
    ),
    TableFormat(
        "an export of WooCommerce's orders",
        ORDERS,
        frozenset({"order_id", "order_date", "status", "order_total"}),
        read_export,
    ),
    TableFormat(
        "an export of WooCommerce's orders",
        ORDERS,
        frozenset({"order number", "order status", "order date", "order total amount"}),
        read_export,
    ),
)
