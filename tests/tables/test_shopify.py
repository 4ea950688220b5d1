"""What Shopify's orders export says of an order: what was paid is `Total`, whatever the other columns hold."""

import pytest

from shared.tables.formats.shopify import read_order
from shared.tables.table import Cells

ROW = {
    "Name": "#1001",
    "Id": "5001",
    "Email": "ines@example.com",
    "Financial Status": "paid",
    "Currency": "EUR",
    "Created at": "2026-03-01 10:59:00 +0100",
    "Paid at": "2026-03-01 11:00:00 +0100",
    "Fulfilled at": "2026-03-02 11:00:00 +0100",
    "Subtotal": "100.00",
    "Total": "100.00",
}
SUMS = ("items_total", "discount_total", "tax_total", "shipping_total", "other_total")


def order_of(**cells: str) -> dict:
    told = ROW | {name.replace("_", " "): text for name, text in cells.items()}
    return read_order(Cells({name.lower(): text for name, text in told.items()}))


@pytest.mark.parametrize(
    ("what", "cells", "sums"),
    [
        ("nothing but items", {}, (10_000, 0, 0, 0, 0)),
        ("taxes on top", {"Taxes": "19.00", "Total": "119.00"}, (10_000, 0, 1_900, 0, 0)),
        (
            "taxes inside",
            {"Subtotal": "119.00", "Taxes": "19.00", "Total": "119.00"},
            (10_000, 0, 1_900, 0, 0),
        ),
        (
            "taxes inside items and shipping",
            {"Subtotal": "119.00", "Shipping": "11.90", "Taxes": "20.90", "Total": "130.90"},
            (10_000, 0, 2_090, 1_000, 0),
        ),
        (
            "taxes inside, and a discount",
            {"Subtotal": "107.10", "Taxes": "17.10", "Total": "107.10", "Discount Amount": "11.90"},
            (10_000, 1_000, 1_710, 0, 0),
        ),
        (
            "a discount on the items",
            {"Subtotal": "90.00", "Total": "98.00", "Shipping": "8.00", "Discount Amount": "10.00"},
            (10_000, 1_000, 0, 800, 0),
        ),
        (
            "a code that pays the shipping",
            {"Total": "100.00", "Shipping": "8.00", "Discount Amount": "8.00"},
            (10_000, 0, 0, 0, 0),
        ),
        ("a tip of 5.00", {"Total": "105.00"}, (10_000, 0, 0, 0, 500)),
        ("duties", {"Total": "107.00", "Duties": "7.00"}, (10_000, 0, 0, 0, 700)),
        ("less was paid than the items say", {"Total": "60.00"}, (10_000, 4_000, 0, 0, 0)),
    ],
)
def test_the_sums_add_up_to_what_was_paid(what: str, cells: dict[str, str], sums: tuple) -> None:
    order = order_of(**cells)
    assert tuple(order[name] for name in SUMS) == sums, what
    items, discount, *others = sums
    paid = items - discount + sum(others)
    assert f"{paid // 100}.{paid % 100:02}" == {**ROW, **cells}["Total"]


def test_yen_have_no_decimals() -> None:
    order = order_of(Currency="JPY", Subtotal="1190", Taxes="190", Total="1190")
    assert (order["items_total"], order["tax_total"]) == (1_000, 190)


@pytest.mark.parametrize("status", ["pending", "authorized", "partially_paid", "voided", "expired"])
def test_what_is_sent_and_not_paid_is_placed(status: str) -> None:
    order = order_of(**{"Financial Status": status, "Paid at": ""})
    assert (order["status"], "paid_at" in order, "completed_at" in order) == (
        "placed",
        False,
        False,
    )


@pytest.mark.parametrize("status", ["paid", "partially_refunded", "refunded"])
def test_what_is_paid_and_sent_is_completed(status: str) -> None:
    order = order_of(**{"Financial Status": status, "Paid at": ""})
    assert (order["status"], order["paid_at"]) == ("completed", "2026-03-01T09:59:00Z")


def test_a_status_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="bezahlt is not known"):
        order_of(**{"Financial Status": "bezahlt"})


def test_an_order_is_found_by_the_id_of_the_platform() -> None:
    assert order_of()["refs"] == ["shopify:5001"]
    assert "refs" not in order_of(Id="")


def test_every_code_of_an_order_is_told() -> None:
    assert order_of(**{"Discount Code": "ANNA-7K2Q, SUMMER"})["codes"] == ["ANNA-7K2Q", "SUMMER"]


def test_a_further_line_item_is_no_order() -> None:
    assert order_of()["id"] == "5001"
    assert (
        read_order(Cells({"name": "#1001", "email": "ines@example.com", "created at": "x"})) is None
    )
