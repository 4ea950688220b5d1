"""The report of orders in WooCommerce's analytics, as the browser and as the server write it.

It has the price of the items after discounts. A refund is a row of its own with a negative revenue.
The names of the columns are in the language of the shop.
"""

from collections.abc import Callable
from itertools import product

from shared.tables.formats.woocommerce import dated, is_refunded
from shared.tables.table import ORDERS, Cells, ImportRow, ReadLine, Sums, TableFormat

DATES = ("date", "datum")
NUMBERS = ("order #", "order number", "bestellung #", "bestellnr.", "bestellnummer")
REVENUE = ("n. revenue", "net revenue", "net sales", "nettoumsatz", "netto-umsatz")
COUPONS = ("coupon(s)", "gutschein(e)")


def gather_report() -> tuple[Callable[[Cells], None], ReadLine]:
    """Two functions: the first collects the refunds of each order, the second reads an order with
    them.
    """
    refunds = Sums()

    def note(cells: Cells) -> None:
        if cells.first(*REVENUE).lstrip("'(\N{MINUS SIGN}").startswith("-") or _revenue(cells) < 0:
            refunds.add(_order_number(cells), lambda: -_revenue(cells))

    return note, lambda cells: _read_report(cells, refunds)


def _read_report(cells: Cells, refunds: Sums) -> ImportRow | None:
    currency, revenue, number = cells.currency("currency"), _revenue(cells), _order_number(cells)
    if revenue < 0:
        return None
    coupons = [code.strip() for code in cells.first(*COUPONS).split(",")]
    status, refunded = cells.first("status"), refunds.take(number)
    return cells.filled(
        {
            "id": number,
            "refs": [f"woocommerce:{number}"],
            "customer": cells.filled({"login": cells.first("customer email")}),
            "codes": [code for code in coupons if code and code.upper() != "NONE"],
            **dated(cells, status, *DATES),
            "currency": currency,
            "items_total": revenue,
            "refunded_total": refunded or (revenue if is_refunded(status) else 0),
        }
    )


def _revenue(cells: Cells) -> int:
    return cells.amount(cells.currency("currency"), *REVENUE)


def _order_number(cells: Cells) -> str:
    return cells.name(*NUMBERS).removeprefix("#")


FORMATS = tuple(
    TableFormat(
        "WooCommerce's analytics of orders",
        ORDERS,
        frozenset({date, number, "status", revenue}),
        lambda cells: _read_report(cells, Sums()),
        gather_report,
    )
    for date, number, revenue in product(DATES, NUMBERS, REVENUE)
)
