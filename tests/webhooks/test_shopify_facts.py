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
    "current_total_price": "112.00",
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
        "other_total": 0,
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


def charged(told: dict) -> int:
    net = told["items_total"] - told["discount_total"]
    return net + told["tax_total"] + told["shipping_total"] + told["other_total"]


def moneyless(subtotal: str, tax: str, number: int = 1, **line) -> dict:
    """What left the order and was not paid back: a return, an exchange, an edit."""
    row = {"line_item_id": 5, "quantity": 1, "subtotal": subtotal, "total_tax": tax} | line
    return {"id": number, "refund_line_items": [row], "transactions": []}


def test_what_was_charged_is_what_is_left_and_what_went_back():
    back = REFUND | {"transactions": [MONEY_BACK]}
    told = order(financial_status="partially_refunded", current_total_price="52.50", refunds=[back])
    assert (charged(told), told["items_total"], told["tax_total"]) == (11200, 10000, 1710)


def test_an_old_version_of_the_api_tells_the_original_total_alone():
    assert charged(order(current_total_price=None)) == 11200


@pytest.mark.parametrize("status", ["success", "pending", "failure"])
def test_money_that_is_on_its_way_back_or_came_back_to_us_was_charged(status):
    back = REFUND | {"transactions": [MONEY_BACK | {"status": status}]}
    assert charged(order(current_total_price="52.50", refunds=[back])) == 11200


PLAIN = {"total_discounts": "0.00", "shipping_lines": []}


class TestWhatLeftWithoutMoney:
    """100.00 and 19.00 of tax each, nothing else."""

    def test_an_even_exchange_changes_nothing(self):
        told = order(
            total_price="238.00",
            total_tax="38.00",
            current_total_price="119.00",
            refunds=[moneyless("100.00", "19.00")],
            **PLAIN,
        )
        assert (told["items_total"], told["tax_total"]) == (10000, 1900)
        assert "refunds" not in told

    def test_an_exchange_for_a_dearer_item(self):
        told = order(
            total_price="416.50",
            total_tax="66.50",
            current_total_price="297.50",
            refunds=[moneyless("100.00", "19.00")],
            **PLAIN,
        )
        assert (told["items_total"], told["tax_total"]) == (25000, 4750)

    def test_an_exchange_for_a_cheaper_item_pays_the_rest_back(self):
        back = {
            "id": 1,
            "refund_line_items": [
                {"line_item_id": 5, "quantity": 1, "subtotal": "100.00", "total_tax": "19.00"}
            ],
            "transactions": [MONEY_BACK | {"amount": "59.50"}],
        }
        told = order(
            total_price="178.50",
            total_tax="28.50",
            current_total_price="59.50",
            refunds=[back],
            **PLAIN,
        )
        assert charged(told) == 11900
        assert told["refunds"][0]["amount"] == 5950

    def test_a_return_without_money_is_out_of_what_was_charged(self):
        told = order(
            total_price="238.00",
            total_tax="38.00",
            current_total_price="119.00",
            total_outstanding="-119.00",
            refunds=[moneyless("100.00", "19.00")],
            **PLAIN,
        )
        assert (told["items_total"], told["tax_total"]) == (10000, 1900)

    def test_it_takes_its_discount_with_it(self):
        gone = moneyless("80.00", "15.20", line_item={"price": "100.00"})
        told = order(
            total_price="214.20",
            total_tax="34.20",
            total_discounts="20.00",
            current_total_price="119.00",
            shipping_lines=[],
            refunds=[gone],
        )
        assert (told["items_total"], told["discount_total"], told["tax_total"]) == (10000, 0, 1900)


@pytest.mark.parametrize("financial", ["paid", "partially_paid", "partially_refunded"])
def test_an_item_that_was_added_and_never_paid_is_not_charged(financial):
    told = order(
        financial_status=financial,
        total_price="178.50",
        total_tax="28.50",
        total_discounts="0.00",
        shipping_lines=[],
        current_total_price="178.50",
        total_outstanding="59.50",
    )
    assert (charged(told), told["items_total"], told["tax_total"]) == (11900, 10000, 1900)


def test_before_the_payment_all_of_it_is_outstanding_and_told():
    assert charged(order(financial_status="pending", total_outstanding="112.00")) == 11200


def test_included_tax_is_taken_out_of_items_and_shipping():
    told = order(
        taxes_included=True,
        total_price="114.90",
        current_total_price="114.90",
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
    told = order(
        total_discounts="4.90",
        total_price="117.10",
        current_total_price="117.10",
        shipping_lines=[line],
    )
    assert (told["items_total"], told["discount_total"], told["shipping_total"]) == (10000, 0, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"total_tip_received": "3.00"},
        {"original_total_duties_set": {"shop_money": {"amount": "3.00"}}},
        {"current_total_duties_set": {"shop_money": {"amount": "3.00"}}},
        {"original_total_additional_fees_set": {"shop_money": {"amount": "3.00"}}},
        {"line_items": [{"id": 5, "gift_card": True, "quantity": 1, "price": "3.00"}]},
        {"line_items": [{"id": 5, "gift_card": True, "quantity": 3, "price": "1.00"}]},
    ],
)
def test_tips_duties_fees_and_gift_cards_earn_nothing(changes):
    told = order(total_price="115.00", current_total_price="115.00", **changes)
    assert (told["items_total"], told["other_total"]) == (10000, 300)


def test_a_discount_on_a_gift_card_takes_nothing_off_the_items():
    card = {"id": 5, "gift_card": True, "quantity": 1, "price": "50.00"}
    card["discount_allocations"] = [{"amount": "5.00"}]
    told = order(
        total_price="157.00",
        current_total_price="157.00",
        total_discounts="15.00",
        line_items=[card],
    )
    assert (told["items_total"], told["discount_total"], told["other_total"]) == (10000, 1000, 4500)


def test_a_gift_card_that_was_taken_out_unpaid_was_not_sold():
    card = {"id": 5, "gift_card": True, "quantity": 2, "price": "50.00"}
    told = order(
        total_price="212.00",
        current_total_price="162.00",
        line_items=[card],
        refunds=[moneyless("50.00", "0.00", line_item=card)],
    )
    assert (told["items_total"], told["other_total"]) == (10000, 5000)


@pytest.mark.parametrize(("total", "paid"), [("5.00", 500), ("3.00", 300), ("0.00", 0)])
def test_where_the_body_does_not_add_up_the_total_is_the_truth(total, paid):
    told = order(total_price=total, current_total_price=total)
    assert charged(told) == paid
    assert told["items_total"] >= told["discount_total"]


def test_the_shops_own_currency_counts_where_the_buyer_saw_another():
    pair = {
        "shop_money": {"amount": "112.00", "currency_code": "EUR"},
        "presentment_money": {"amount": "120.40", "currency_code": "USD"},
    }
    told = order(current_total_price="120.40", current_total_price_set=pair, total_price_set=pair)
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
    assert told["ref_token"] == "tok_1"
    assert (told["code"], told["codes"]) == ("SUMMER", ["SUMMER", "ANNA-7K2Q"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gv_order", "1001"),
        ("gv_order", "shopify:1"),
        ("gv_customer", "fresh-1"),
        ("gv_credit", "99999000000"),
        ("gv_credit", "nonsense"),
        ("gv_fx_rate", "100"),
    ],
)
def test_of_a_shoppers_words_only_who_recommended_is_heard(name, value):
    assert order(note_attributes=[{"name": name, "value": value}]) == order()


def test_a_shopper_may_type_an_advocates_code_into_the_cart():
    told = order(
        note_attributes=[{"name": "gv_code", "value": "anna-7k2q"}],
        discount_codes=[{"code": "SUMMER"}],
    )
    assert told["codes"] == ["anna-7k2q", "SUMMER"]


def test_an_order_at_the_till_names_nobody():
    told = order(source_name="pos", customer=None, email="", contact_email=None)
    assert "customer" not in told and told["status"] == "paid"


def test_a_draft_is_no_order_yet():
    draft = {"id": 5, "status": "open", "invoice_url": "https://shop.example/i", "line_items": []}
    assert reason("shopify", draft, "draft_orders/create") == "irrelevant_topic"


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
        ({"total_price": "9" * 15}, "unusable_amount"),
        ({"current_total_price": "9" * 15}, "unusable_amount"),
        ({"current_total_price": "-1.00"}, "unusable_amount"),
        ({"current_total_price": "1.001"}, "unusable_amount"),
        ({"total_outstanding": "1.001"}, "unusable_amount"),
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


def test_what_a_credit_code_took_off_is_credit_and_no_discount():
    code = {"code": "GC-7K2Q-M4XP-9TRD", "amount": "4.00", "type": "fixed_amount"}
    told = order(discount_codes=[code, {"code": "SALE", "amount": "6.00"}])
    assert (told["discount_total"], told["credit_used"]) == (600, 400)
    assert told["items_total"] - told["discount_total"] == 9_000 + 400
    assert "credit_used" not in order()
