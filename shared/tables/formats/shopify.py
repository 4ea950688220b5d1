"""Shopify's orders export: one row for each line item, the order's sums on the first of them.

`Total` is what the buyer paid. Whether `Subtotal` has the taxes inside, and whether a code paid the
shipping, the export does not say; both follow from `Total` (Shopify's help, "Order export").
"""

from collections.abc import Iterator
from typing import NamedTuple

from local.cli.export_rows import OrderEvent, Row, parse_export_instant, status_after
from shared.domain.money import half_up, minor_units

PAID = frozenset({"paid", "partially_refunded", "refunded"})
"""Financial statuses of an order whose payment is complete; all others are not paid yet."""
TIMES = {"placed_at": "Created at", "paid_at": "Paid at", "completed_at": "Fulfilled at"}
SUMS = ("Subtotal", "Shipping", "Taxes", "Total", "Discount Amount", "Duties")


class _Sums(NamedTuple):
    """The sums of an order in minor units; `subtotal` is after discounts."""

    subtotal: int
    shipping: int
    taxes: int
    total: int
    discount: int
    duties: int


class _Reading(NamedTuple):
    """One way to read the sums: taxes inside the prices or on top, shipping paid by a code."""

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


def is_order_row(row: Row) -> bool:
    """Whether a row has the order's sums; further line items repeat name, e-mail and date alone."""
    return bool(row.get("Financial Status") or row.get("Total"))


def parse_shopify_row(row: Row) -> Iterator[OrderEvent]:
    """The order of a row that `is_order_row`; raises `ValueError` for a cell that is wrong."""
    currency = row["Currency"]
    times = _times(row)
    cancelled_at = parse_export_instant(row["Cancelled at"]) if row.get("Cancelled at") else None
    order: dict[str, object] = {
        "id": row.get("Id") or row["Name"],
        "customer": {"email": row["Email"]} if row.get("Email") else None,
        "codes": [
            code for text in row.get("Discount Code", "").split(",") if (code := text.strip())
        ],
        "status": "cancelled" if cancelled_at else status_after(times),
        **{name: times.get(name) for name in TIMES},
        "currency": currency,
        **_totals(_Sums(*(_amount(row, name, currency) for name in SUMS))),
        "refunded_total": _amount(row, "Refunded Amount", currency),
    }
    instants = [*times.values(), cancelled_at] if cancelled_at else [*times.values()]
    yield {"type": "order", "at": max(instants), "order": order}


def _times(row: Row) -> dict[str, str]:
    """The instants that count: an order that is not paid is not completed either, even if sent."""
    times = {
        name: parse_export_instant(row[column]) for name, column in TIMES.items() if row.get(column)
    }
    if row.get("Financial Status", "").lower() not in PAID:
        return {"placed_at": times["placed_at"]}
    return {"paid_at": times["placed_at"]} | times


def _totals(sums: _Sums) -> dict[str, int]:
    """The totals as order facts have them, net of taxes, which add up to what was paid.

    What `Total` has beyond all sums, such as tips, earns nothing; what it lacks is a discount.
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
    """The first reading whose sum is the total; the plain one where none is.

    A code can have paid the shipping only where the discounts are at least as much.
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
    """`amount` times `part` over `whole`, half up; 0 of nothing."""
    return half_up(amount * part, whole) if whole > 0 else 0


def _amount(row: Row, name: str, currency: str) -> int:
    """The minor units of a cell in major units, 0 where it is empty."""
    return minor_units(row.get(name) or "0", currency)
