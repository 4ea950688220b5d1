import pytest

from tests.support.webhook_bodies import facts, reason, translate_document

ORDER = {
    "id": 450789469,
    "admin_graphql_api_id": "gid://shopify/Order/450789469",
    "created_at": "2026-03-01T05:00:00-05:00",
    "updated_at": "2026-03-02T05:00:00-05:00",
    "processed_at": "2026-03-01T05:00:00-05:00",
    "currency": "EUR",
    "email": "ines@example.com",
    "financial_status": "paid",
    "fulfillment_status": None,
    "cancelled_at": None,
    "test": False,
    "taxes_included": False,
    "total_line_items_price": "100.00",
    "total_discounts": "10.00",
    "total_tax": "17.10",
    "total_price": "112.00",
    "current_total_price": "12.00",
    "shipping_lines": [{"price": "4.90", "tax_lines": []}],
    "customer": {"id": 7, "email": "ines@example.com"},
    "note_attributes": [],
    "discount_codes": [],
    "refunds": [],
}
LINE = {"id": 1, "quantity": 1, "subtotal": 50.0, "total_tax": 9.5}
MONEY_BACK = {"id": 5, "kind": "refund", "status": "success", "amount": "59.50", "currency": "EUR"}
REFUND = {
    "id": 890088186047892319,
    "order_id": 450789469,
    "processed_at": "2026-03-05T05:00:00-05:00",
    "refund_line_items": [LINE],
    "order_adjustments": [],
    "transactions": [MONEY_BACK],
}


def order(**changes) -> dict:
    return facts("shopify", ORDER | changes, "orders/updated")


def test_a_paid_order():
    assert order() == {
        "schema_version": 1,
        "provider": "shopify",
        "as_of": "2026-03-02T10:00:00Z",
        "refs": ["shopify:450789469"],
        "id": "shopify:450789469",
        "code": None,
        "codes": [],
        "customer": {"id": "7", "email": "ines@example.com"},
        "status": "paid",
        "placed_at": "2026-03-01T10:00:00Z",
        "paid_at": "2026-03-02T10:00:00Z",
        "currency": "EUR",
        "items_total": 10000,
        "discount_total": 1000,
        "tax_total": 1710,
        "shipping_total": 490,
        "totals_rank": 1,
    }


@pytest.mark.parametrize(
    ("financial", "fulfilment", "cancelled", "status"),
    [
        ("paid", None, None, "paid"),
        ("paid", "partial", None, "paid"),
        ("paid", "fulfilled", None, "completed"),
        ("partially_refunded", "fulfilled", None, "completed"),
        ("refunded", None, None, "paid"),
        ("authorized", "fulfilled", None, "placed"),
        ("pending", None, None, "placed"),
        ("partially_paid", None, None, "placed"),
        ("voided", None, None, "placed"),
        (None, None, None, "placed"),
        ("paid", "fulfilled", "2026-03-04T00:00:00Z", "cancelled"),
        ("voided", None, "2026-03-04T00:00:00Z", "cancelled"),
    ],
)
def test_status(financial, fulfilment, cancelled, status):
    told = order(financial_status=financial, fulfillment_status=fulfilment, cancelled_at=cancelled)
    assert told["status"] == status
    assert ("paid_at" in told) is (financial in ("paid", "partially_refunded", "refunded"))
    assert ("completed_at" in told) is (
        status == "completed" or (financial == "paid" and fulfilment == "fulfilled")
    )


def test_completion_is_the_last_parcel_that_left():
    parcels = [
        {"status": "success", "created_at": "2026-03-02T08:00:00Z"},
        {"status": "success", "created_at": "2026-03-03T08:00:00Z"},
        {"status": "cancelled", "created_at": "2026-03-09T08:00:00Z"},
    ]
    assert (
        order(fulfillment_status="fulfilled", fulfillments=parcels)["completed_at"]
        == "2026-03-03T08:00:00Z"
    )
    assert order(fulfillment_status="fulfilled")["completed_at"] == "2026-03-02T10:00:00Z"


def test_an_order_was_paid_before_it_was_refunded():
    told = order(
        updated_at="2026-04-01T00:00:00Z", financial_status="partially_refunded", refunds=[REFUND]
    )
    assert told["paid_at"] == "2026-03-05T10:00:00Z"


def test_original_totals_count_not_current_ones():
    assert order(financial_status="partially_refunded")["items_total"] == 10000


def test_included_tax_is_taken_out_of_items_and_shipping():
    told = order(
        taxes_included=True,
        total_price="114.90",
        total_discounts="9.00",
        total_tax="18.35",
        shipping_lines=[{"price": "4.90", "tax_lines": [{"price": "0.78"}]}],
    )
    assert told["shipping_total"] == 412
    assert told["items_total"] - told["discount_total"] == 11000 - 1757
    assert (
        told["items_total"] - told["discount_total"] + told["tax_total"] + told["shipping_total"]
        == 11490
    )


def test_a_discount_on_shipping_takes_nothing_off_the_items():
    line = {"price": "4.90", "discount_allocations": [{"amount": "4.90"}], "tax_lines": []}
    told = order(total_discounts="4.90", total_price="117.10", shipping_lines=[line])
    assert (told["items_total"], told["discount_total"], told["shipping_total"]) == (10000, 0, 0)


def test_tips_and_duties_count_as_items():
    assert order(total_price="115.00", total_tip_received="3.00")["items_total"] == 10300


@pytest.mark.parametrize(("total", "paid"), [("5.00", 500), ("3.00", 300), ("0.00", 0)])
def test_where_the_body_does_not_add_up_the_total_is_the_truth(total, paid):
    told = order(total_price=total)
    assert (
        told["items_total"] - told["discount_total"] + told["tax_total"] + told["shipping_total"]
        == paid
    )
    assert told["items_total"] >= told["discount_total"]


def test_the_shops_own_currency_counts_where_the_buyer_saw_another():
    pair = {
        "shop_money": {"amount": "112.00", "currency_code": "EUR"},
        "presentment_money": {"amount": "120.40", "currency_code": "USD"},
    }
    told = order(total_price="120.40", total_price_set=pair)
    assert (told["currency"], told["items_total"]) == ("EUR", 10000)


def test_evidence():
    told = order(
        note_attributes=[
            {"name": "gv_ref", "value": "tok_1"},
            {"name": "gv_order", "value": "1001"},
            {"name": "gv_customer", "value": "I"},
        ],
        discount_codes=[{"code": "SUMMER"}, {"code": "ANNA-7K2Q"}, {"code": "SUMMER"}],
    )
    assert (told["ref_token"], told["id"], told["refs"]) == ("tok_1", "1001", ["shopify:450789469"])
    assert (told["code"], told["codes"]) == ("SUMMER", ["SUMMER", "ANNA-7K2Q"])
    assert told["customer"]["id"] == "I"


def test_a_guest_is_known_by_e_mail():
    assert order(customer=None)["customer"] == {"email": "ines@example.com"}
    assert "customer" not in order(customer=None, email="")


def test_a_rounded_id_yields_to_the_exact_one_and_stays_a_name():
    told = order(
        id=820982911946154500, admin_graphql_api_id="gid://shopify/Order/820982911946154508"
    )
    assert told["id"] == "shopify:820982911946154508"
    assert told["refs"] == ["shopify:820982911946154508", "shopify:820982911946154500"]


def test_an_exact_id_is_believed_whatever_stands_beside_it():
    for number in (820982911946154508, 9007199254740993):
        told = order(id=number, admin_graphql_api_id="gid://shopify/Order/450789469")
        assert told["refs"] == [f"shopify:{number}"]


def test_a_test_order_is_marked():
    assert order(test=True)["test"] is True
    assert "test" not in order()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": None}, "missing_id"),
        ({"currency": "XXX"}, "currency_unknown"),
        ({"total_price": None}, "missing_amount"),
        ({"total_price": "112.001"}, "unusable_amount"),
        ({"total_price": "-1.00"}, "unusable_amount"),
        ({"total_price": "9" * 15}, "unusable_amount"),
        ({"total_price": "1e3"}, "unusable_amount"),
        ({"financial_status": "gone"}, "unknown_status"),
        ({"currency": "JPY"}, "unusable_amount"),
    ],
)
def test_orders_that_cannot_be_used_are_parked(changes, expected):
    assert reason("shopify", ORDER | changes) == expected


@pytest.mark.parametrize("topic", ["", "app/uninstalled", "refunds/create"])
def test_the_topic_does_not_decide_what_a_body_is(topic):
    assert translate_document("shopify", ORDER, topic) == translate_document(
        "shopify", ORDER, "orders/paid"
    )


def test_a_deleted_order_is_no_refund():
    assert reason("shopify", {"id": 450789469}, "orders/delete") == "order_deleted"
