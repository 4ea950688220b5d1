"""Shopify's orders export: one row for each line item. The order's sums are on its first row.

`Total` is what the buyer paid. The export does not say whether `Subtotal` includes taxes, or
whether a code paid for the shipping. Both follow from `Total` (Shopify's help, "Order export").
"""

from typing import NamedTuple

from shared.domain.money import half_up
from shared.tables.table import ORDERS, Cells, ImportRow, TableFormat, status_of

PAID = frozenset({"paid", "partially_refunded", "refunded"})
"""Financial statuses of an order whose payment is complete."""
NOT_PAID = frozenset({"", "pending", "authorized", "partially_paid", "voided", "expired", "unpaid"})
TIMES = {"placed_at": "created at", "paid_at": "paid at", "completed_at": "fulfilled at"}
SUMS = ("subtotal", "shipping", "taxes", "total", "discount amount", "duties")


class _Sums(NamedTuple):
    """The sums of an order in minor units; `subtotal` is after discounts."""

    subtotal: int
    shipping: int
    taxes: int
    total: int
    discount: int
    duties: int


class _Reading(NamedTuple):
    """One possible meaning of the sums: taxes included in the prices or added to them, and the
    shipping that a code paid.
    """

    taxes_inside: bool = False
    free_shipping: bool = False

    def paid(self, sums: _Sums) -> int:
        shipping = 0 if self.free_shipping else sums.shipping
        taxes = 0 if self.taxes_inside else sums.taxes
        return sums.subtotal + shipping + taxes + sums.duties


READINGS = (
    _Reading(),
    _Reading(taxes_inside=True),
    _Reading(free_shipping=True),
    _Reading(taxes_inside=True, free_shipping=True),
)


def read_order(cells: Cells) -> ImportRow | None:
    """The order, from its row with the sums. `None` for further line items, which repeat only name,
    e-mail address and date.
    """
    if not cells.first("financial status", "total"):
        return None
    currency, times = cells.currency("currency"), _times(cells)
    platform_id = cells.name_if_any("id")
    cancelled_at = cells.instant("cancelled at")
    codes = [code.strip() for code in cells.first("discount code").split(",")]
    return cells.filled(
        {
            "id": platform_id or cells.name("name"),
            "refs": [f"shopify:{platform_id}"] if platform_id else [],
            "customer": cells.filled({"email": cells.first("email")}),
            "codes": [code for code in codes if code],
            "status": "cancelled" if cancelled_at else status_of(times),
            **times,
            "as_of": max(filter(None, (*times.values(), cancelled_at))),
            "currency": currency,
            **_totals(_Sums(*(cells.amount(currency, name) for name in SUMS))),
            "refunded_total": cells.amount(currency, "refunded amount"),
        }
    )


def _times(cells: Cells) -> dict[str, str | None]:
    """The instants of the order. An order that is not paid is not completed either, even if it was
    shipped.
    """
    times = {name: cells.instant(column) for name, column in TIMES.items()}
    if not times["placed_at"]:
        raise ValueError("the line has no Created at")
    status = cells.first("financial status").lower()
    if status not in PAID | NOT_PAID:
        raise ValueError(f"the status {status} is not known; export the file in English")
    if status not in PAID:
        return {"placed_at": times["placed_at"]}
    return times | {"paid_at": times["paid_at"] or times["placed_at"]}


def _totals(sums: _Sums) -> dict[str, int]:
    """The totals as order facts have them, without taxes. Their sum is what was paid.

    If `Total` is more than all sums, the rest (such as tips) earns nothing. If it is less, the
    difference is a discount.
    """
    reading = _read(sums)
    shipping_paid = 0 if reading.free_shipping else sums.shipping
    items_tax = _items_tax(sums, shipping_paid) if reading.taxes_inside else 0
    shipping_tax = sums.taxes - items_tax if reading.taxes_inside else 0
    items_discount = sums.discount - (sums.shipping if reading.free_shipping else 0)
    discount = items_discount - _share(items_tax, items_discount, sums.subtotal)
    rest = sums.total - reading.paid(sums)
    return {
        "items_total": sums.subtotal - items_tax + discount,
        "discount_total": discount + max(0, -rest),
        "tax_total": sums.taxes,
        "shipping_total": shipping_paid - shipping_tax,
        "other_total": sums.duties + max(0, rest),
    }


def _read(sums: _Sums) -> _Reading:
    """The first meaning of the sums whose total is `Total`; if none fits, the plain one.

    A code can have paid for the shipping only if the discounts are at least as high as the
    shipping.
    """
    for reading in READINGS:
        possible = not reading.free_shipping or 0 < sums.shipping <= sums.discount
        if possible and reading.paid(sums) == sums.total:
            return reading
    return READINGS[0]


def _items_tax(sums: _Sums, shipping_paid: int) -> int:
    """The part of the taxes inside the prices that belongs to the items."""
    return _share(sums.taxes, sums.subtotal, sums.subtotal + shipping_paid)


def _share(amount: int, part: int, whole: int) -> int:
    """`amount` times `part` divided by `whole`, rounded half up; 0 if `whole` is 0."""
    return half_up(amount * part, whole) if whole > 0 else 0


FORMATS = (
    TableFormat(
        "Shopify's orders export",
        ORDERS,
        frozenset({"name", "financial status", "created at", "subtotal"}),
        read_order,
    ),
)
