"""The exports of orders that common extensions of WooCommerce write. They have every sum."""

from shared.tables.table import ORDERS, Cells, ImportRow, TableFormat

COMPLETED = frozenset({"completed", "abgeschlossen", "fertiggestellt"})
REFUNDED = frozenset({"refunded", "rückerstattet", "erstattet"})
PAID = frozenset({"processing", "on-hold-paid", "in bearbeitung"})
CANCELLED = frozenset({"cancelled", "storniert", "abgebrochen"})
PLACED = frozenset(
    {"", "pending", "pending payment", "on-hold", "on hold", "failed", "draft", "checkout-draft"}
    | {"zahlung ausstehend", "ausstehende zahlung", "in wartestellung", "fehlgeschlagen", "entwurf"}
)
TOTALS = ("order_total", "order total amount", "order total")
TAXES = ("tax_total", "order total tax amount", "order tax amount")
SHIPPING = ("shipping_total", "order shipping amount", "shipping cost")
FEES = ("fee_total", "order fee amount", "total fee amount")
DISCOUNTS = ("discount_total", "cart discount amount", "discount amount")
REFUNDS = ("refunded_total", "order refund amount", "total refund amount")
EMAILS = ("billing_email", "customer_email", "email (billing)", "billing email")


def read_export(cells: Cells) -> ImportRow:
    currency = cells.currency("order_currency", "currency")
    cells.need(*TOTALS)
    total = cells.amount(currency, *TOTALS)
    user = cells.name_if_any("customer_id", "customer_user", "customer user id")
    customer = {"id": user if user != "0" else "", "email": cells.first(*EMAILS)}
    status = cells.first("status", "order status")
    number = cells.name("order_id", "order id", "order number", "order_number").removeprefix("#")
    refunded = _refunded(cells, currency)
    return cells.filled(
        {
            "id": number,
            "refs": [f"woocommerce:{number}"],
            "customer": cells.filled(customer),
            "codes": _coupons(cells.first("coupon_items", "coupon code", "coupons")),
            **dated(cells, status, "order_date", "order date", "date"),
            "currency": currency,
            **_totals(cells, currency, total),
            "refunded_total": refunded or (total if is_refunded(status) else 0),
        }
    )


def _totals(cells: Cells, currency: str, total: int) -> dict[str, int]:
    """The sums of an order; what is left of its total were the items."""
    discount = abs(cells.amount(currency, *DISCOUNTS))
    taxes, shipping = cells.amount(currency, *TAXES), cells.amount(currency, *SHIPPING)
    fees = max(0, cells.amount(currency, *FEES))
    return {
        "items_total": max(0, total - taxes - shipping - fees) + discount,
        "discount_total": discount,
        "tax_total": taxes,
        "shipping_total": shipping,
        "other_total": fees,
    }


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


def _plain(status: str) -> str:
    return status.lower().removeprefix("wc-")


def is_refunded(status: str) -> bool:
    """Whether a status says that the order was refunded in full."""
    return _plain(status) in REFUNDED


def dated(cells: Cells, status: str, *columns: str) -> ImportRow:
    """An order with its status and instants.

    The export has no instant of completion, so the order's date is used for a completed order. If a
    plugin gave the order a status of its own, the export only says whether it was paid.
    """
    placed_at, paid_at = cells.instant(*columns), cells.instant("paid_date", "paid date")
    told = _plain(status)
    if placed_at is None:
        raise ValueError("the line has no date")
    if told in CANCELLED:
        return cells.filled({"status": "cancelled", "placed_at": placed_at, "paid_at": paid_at})
    if told in COMPLETED | REFUNDED:
        times = {"placed_at": placed_at, "paid_at": paid_at or placed_at, "completed_at": placed_at}
        return {"status": "completed", **times}
    if told in PAID or paid_at:
        return {"status": "paid", "placed_at": placed_at, "paid_at": paid_at or placed_at}
    if told in PLACED:
        return {"status": "placed", "placed_at": placed_at}
    raise ValueError(f"the status {status} is not known; export the file in English")


FORMATS = (
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
