import json

import pytest

from tests.support.webhook_bodies import facts, published, reason

ORDER = {
    "id": 727,
    "order_key": "wc_order_1",
    "status": "processing",
    "currency": "EUR",
    "date_created_gmt": "2026-03-01T10:00:00",
    "date_modified_gmt": "2026-03-02T10:00:00",
    "date_paid_gmt": "2026-03-01T10:05:00",
    "date_completed_gmt": None,
    "discount_total": "10.00",
    "shipping_total": "4.90",
    "total": "112.00",
    "total_tax": "17.10",
    "prices_include_tax": True,
    "customer_id": 12,
    "billing": {"email": "ines@example.com"},
    "payment_method": "bacs",
    "meta_data": [],
    "coupon_lines": [],
    "refunds": [],
}


def order(**changes) -> dict:
    return facts("woocommerce", ORDER | changes, "order.updated")


def test_a_paid_order():
    assert order() == {
        "schema_version": 1,
        "provider": "woocommerce",
        "as_of": "2026-03-02T10:00:00Z",
        "refs": ["woocommerce:727"],
        "id": "woocommerce:727",
        "code": None,
        "codes": [],
        "customer": {"id": "12", "email": "ines@example.com"},
        "status": "paid",
        "placed_at": "2026-03-01T10:00:00Z",
        "paid_at": "2026-03-01T10:05:00Z",
        "currency": "EUR",
        "items_total": 10000,
        "discount_total": 1000,
        "tax_total": 1710,
        "shipping_total": 490,
        "other_total": 0,
        "totals_rank": 1,
        "refunds_complete": True,
    }


def test_the_published_order_by_hand():
    told = facts("woocommerce", published("woocommerce/order.updated.processing.json"))
    amounts = {"items_total": 1800, "discount_total": 0, "tax_total": 135, "shipping_total": 1000}
    assert {name: told[name] for name in amounts} == amounts
    assert told["customer"] == {"email": "john.doe@example.com"}
    assert told["paid_at"] == "2017-03-22T19:28:08Z"


@pytest.mark.parametrize(
    ("status", "changes", "expected"),
    [
        ("pending", {"date_paid_gmt": None}, "placed"),
        ("on-hold", {"date_paid_gmt": None}, "placed"),
        ("checkout-draft", {"date_paid_gmt": None}, "placed"),
        ("failed", {"date_paid_gmt": None}, "placed"),
        ("processing", {"date_paid_gmt": None}, "paid"),
        ("processing", {"date_paid_gmt": None, "payment_method": "cod"}, "placed"),
        ("processing", {"payment_method": "cod"}, "paid"),
        ("completed", {"date_completed_gmt": "2026-03-02T09:00:00"}, "completed"),
        ("completed", {"date_paid_gmt": None}, "completed"),
        ("cancelled", {}, "cancelled"),
        ("refunded", {}, "paid"),
        ("refunded", {"date_completed_gmt": "2026-03-02T09:00:00"}, "completed"),
        ("shipped", {}, "paid"),
        ("shipped", {"date_paid_gmt": None}, "placed"),
    ],
)
def test_status(status, changes, expected):
    told = order(status=status, **changes)
    assert told["status"] == expected
    if expected in ("paid", "completed"):
        assert told["paid_at"]
    if expected == "completed":
        assert told["completed_at"] == (
            "2026-03-02T09:00:00Z" if "date_completed_gmt" in changes else "2026-03-02T10:00:00Z"
        )


def test_an_order_that_was_thrown_away_takes_nothing_back():
    assert reason("woocommerce", ORDER | {"status": "trash"}) == "order_deleted"
    assert reason("woocommerce", {"id": 727}, "order.deleted") == "order_deleted"
    assert reason("woocommerce", {"id": 727}, "coupon.deleted") == "irrelevant_topic"


def test_fees_earn_nothing_and_a_negative_one_is_a_discount():
    dearer = order(total="115.00", fee_lines=[{"total": "3.00"}])
    assert (dearer["items_total"], dearer["other_total"]) == (10000, 300)
    cheaper = order(total="109.00", fee_lines=[{"total": "-3.00"}])
    assert (cheaper["items_total"], cheaper["discount_total"], cheaper["other_total"]) == (
        10000,
        1300,
        0,
    )


@pytest.mark.parametrize("mark", ["wc_gc_giftcard_amount", "pw_gift_card_amount", "_ywgc_amount"])
def test_a_gift_card_that_is_sold_earns_nothing(mark):
    card = {"total": "50.00", "meta_data": [{"key": mark, "value": "50"}]}
    told = order(total="162.00", line_items=[{"total": "90.00", "meta_data": []}, card])
    assert (told["items_total"], told["other_total"]) == (10000, 5000)


def test_evidence():
    told = order(
        meta_data=[
            {"id": 1, "key": "gv_ref", "value": "tok_1"},
            {"id": 2, "key": "gv_order", "value": 1001},
            {"id": 3, "key": "gv_customer", "value": "I"},
            {"id": 4, "key": "gv_credit", "value": "300"},
            {"id": 5, "key": "other", "value": {"gv_ref": "no"}},
        ],
        coupon_lines=[{"code": "summer"}, {"code": "anna-7k2q"}],
    )
    assert (told["ref_token"], told["id"], told["customer"]["id"], told["credit_used"]) == (
        "tok_1",
        "1001",
        "12",
        300,
    )
    assert (told["code"], told["codes"]) == ("summer", ["summer", "anna-7k2q"])
    assert told["discount_total"] == 700


def test_a_guest_is_known_by_e_mail():
    assert order(customer_id=0)["customer"] == {"email": "ines@example.com"}
    assert order(customer_id="0", billing={})["status"] == "paid"
    assert "customer" not in order(customer_id=0, billing={})


def test_the_shops_server_names_a_guest_and_nobody_who_is_signed_in():
    named = {"meta_data": [{"key": "gv_customer", "value": "I"}]}
    assert order(customer_id=0, **named)["customer"]["id"] == "I"
    assert order(**named)["customer"]["id"] == "12"


def test_a_name_of_another_order_here_is_not_believed():
    told = order(meta_data=[{"key": "gv_order", "value": "woocommerce:5"}])
    assert told["id"] == "woocommerce:727"


@pytest.mark.parametrize("kind", ["renewal", "resubscribe", "switch"])
def test_a_subscriptions_next_order_inherits_the_token_alone(kind):
    names = {"gv_ref": "tok_1", "gv_order": "1001", "gv_credit": "300", "gv_fx_rate": "0.9"}
    meta = [{"key": name, "value": value} for name, value in names.items()]
    told = order(meta_data=[*meta, {"key": f"_subscription_{kind}", "value": "55"}])
    assert (told["id"], told["ref_token"]) == ("woocommerce:727", "tok_1")
    assert not {"credit_used", "fx_rate"} & set(told)


def test_refunds_are_negative_and_plain():
    told = order(
        refunds=[{"id": 726, "reason": "", "total": "-10.00"}, {"id": 728, "total": "-2.50"}]
    )
    assert told["refunds"] == [
        {
            "id": "726",
            "amount": 1000,
            "items_amount": None,
            "at": "2026-03-02T10:00:00Z",
            "status": "succeeded",
        },
        {
            "id": "728",
            "amount": 250,
            "items_amount": None,
            "at": "2026-03-02T10:00:00Z",
            "status": "succeeded",
        },
    ]
    assert "refunded_total" not in told


@pytest.mark.parametrize(
    ("told", "amount"), [("-19.9950", 2000), ("-19.9949", 1999), ("19.9950", 2000)]
)
def test_a_refund_is_rounded_as_the_order_is(told, amount):
    assert order(refunds=[{"id": 726, "total": told}])["refunds"][0]["amount"] == amount


def test_an_order_called_refunded_is_so_wholly():
    listed = [{"id": 726, "total": "-100.00"}]
    for refunds, amounts in (([], [11200]), (listed, [10000, 1200])):
        told = order(status="refunded", refunds=refunds)
        assert [refund["amount"] for refund in told["refunds"]] == amounts
        assert told["refunds_complete"] and "refunded_total" not in told


def test_a_list_of_refunds_is_whole_each_time():
    assert order(refunds=[{"id": 726, "total": "-1.00"}])["refunds_complete"] is True
    assert order(refunds=[])["refunds_complete"] is True
    assert "refunds_complete" not in order(refunds=None)


@pytest.mark.parametrize(
    ("currency", "total", "minor"),
    [
        ("JPY", "1500", 1500),
        ("JPY", "1500.00", 1500),
        ("JPY", "1500.5", 1501),
        ("JPY", "1500.4999", 1500),
        ("KWD", "1.250", 1250),
        ("KWD", "1.2505", 1251),
        ("USD", "15", 1500),
        ("EUR", "19.9950", 2000),
        ("EUR", "19.9949", 1999),
        ("EUR", "0.005", 1),
        ("EUR", "0.004999", 0),
    ],
)
def test_amounts_in_minor_units(currency, total, minor):
    told = order(
        currency=currency, total=total, total_tax="0", shipping_total="0", discount_total="0"
    )
    assert told["items_total"] == minor


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"total": "29,35"}, "unusable_amount"),
        ({"total": "1e3"}, "unusable_amount"),
        ({"total": "1." + "0" * 13}, "unusable_amount"),
        ({"total": "-5.00"}, "unusable_amount"),
        ({"total": None}, "missing_amount"),
        ({"currency": "BTC"}, "currency_unknown"),
        ({"id": None}, "missing_id"),
        ({"id": True}, "missing_id"),
        ({"status": None}, "unknown_status"),
        ({"refunds": [{"total": "-1.00"}]}, "missing_id"),
        ({"billing_period": "month"}, "irrelevant_topic"),
    ],
)
def test_orders_that_cannot_be_used_are_parked(changes, expected):
    assert reason("woocommerce", ORDER | changes) == expected


def test_ids_above_two_to_the_53rd_are_exact():
    assert order(id=9007199254740993)["id"] == "woocommerce:9007199254740993"
    assert facts("woocommerce", json.dumps(ORDER).replace("727", "9007199254740993").encode())[
        "refs"
    ] == ["woocommerce:9007199254740993"]


def test_what_a_credit_code_took_off_is_credit_with_the_tax_that_it_saved():
    friends = {"code": "anna-7k2q", "discount": "6.00", "discount_tax": "1.14"}
    credit = {"code": "gc-7k2q-m4xp-9trd", "discount": "4.00", "discount_tax": "0.76"}
    told = order(coupon_lines=[friends, credit])
    assert (told["discount_total"], told["credit_used"]) == (524, 476)
    assert told["items_total"] - told["discount_total"] == 9_000 + 476
