"""BigCommerce's orders as its API tells them, and what proves an event."""

from datetime import UTC, datetime

import pytest

from shared.webhooks.bigcommerce.signature import HEADER, SIGNATURE
from shared.webhooks.signature import BadSignature
from tests.support.contract import AnsweredApi
from tests.support.webhook_bodies import facts, reason

SECRET = "a-client-secret-of-an-app-at-bigcommerce"
ORDER = {
    "id": 250,
    "customer_id": 20,
    "date_created": "Sun, 01 Feb 2026 09:00:00 +0000",
    "date_modified": "Mon, 02 Feb 2026 11:00:00 +0100",
    "date_shipped": "Mon, 02 Feb 2026 08:00:00 +0000",
    "status_id": 10,
    "payment_status": "captured",
    "payment_method": "Credit Card",
    "currency_code": "USD",
    "default_currency_code": "EUR",
    "store_default_currency_code": "EUR",
    "store_default_to_transactional_exchange_rate": "1.0000000000",
    "total_inc_tax": "124.0000",
    "total_tax": "19.0000",
    "shipping_cost_ex_tax": "3.0000",
    "handling_cost_ex_tax": "2.0000",
    "discount_amount": "4.0000",
    "coupon_discount": "6.0000",
    "refunded_amount": "0.0000",
    "billing_address": {
        "email": "ines@example.com",
        "form_fields": [
            {"name": "gv_ref", "value": "tok_form"},
            {"name": "gv_order", "value": "1001"},
        ],
    },
    "consignments": {"email": {"gift_certificates": []}},
}
REFUND = {
    "id": 3,
    "created": "2026-02-03T10:00:00+00:00",
    "total_amount": 12.4,
    "payments": [{"id": 1, "amount": 12.4, "is_declined": False}],
    "items": [{"item_type": "PRODUCT", "item_id": 1}, {"item_type": "SHIPPING", "item_id": 1}],
}


def event(scope: str = "store/order/statusUpdated", **data: object) -> dict:
    named = {"type": "order", "id": 250} | data
    return {"scope": scope, "producer": "stores/abc123", "data": named}


def api(
    order: dict,
    refunds: list[dict] | None = None,
    coupons: list[dict] | None = None,
    metafields: list[dict] | None = None,
    lines: list[dict] | None = None,
) -> AnsweredApi:
    second, third = "/stores/abc123/v2/orders/250", "/stores/abc123/v3/orders/250"
    return AnsweredApi(
        {
            f"{second}?include=consignments,fees&consignment_structure=object": order,
            f"{second}/coupons": coupons or [],
            f"{second}/products": lines or [],
            f"{third}/metafields?namespace=grapevine": {"data": metafields or []},
            f"{third}/payment_actions/refunds": {"data": refunds or []},
        }
    )


def told(changes: dict | None = None, **more: list[dict]) -> dict:
    return facts("bigcommerce", event(), api=api(ORDER | (changes or {}), **more))


def test_a_completed_order_is_the_whole_sale():
    sale = told()
    assert (sale["id"], sale["status"], sale["as_of"], sale["completed_at"]) == (
        "bigcommerce:250",
        "completed",
        "2026-02-02T10:00:00Z",
        "2026-02-02T08:00:00Z",
    )
    names = ("items", "discount", "tax", "shipping", "other")
    assert [sale[f"{name}_total"] for name in names] == [11_000, 1_000, 1_900, 500, 0]
    assert (sale["currency"], sale["customer"]) == (
        "EUR",
        {"id": "20", "email": "ines@example.com"},
    )
    assert "fx_rate" not in sale and sale["disputed"] is False


def test_a_buyers_form_is_heard_for_who_recommended_alone():
    sale = told(coupons=[{"code": "BEN7X"}])
    assert (sale["ref_token"], sale["codes"], sale["id"]) == (
        "tok_form",
        ["BEN7X"],
        "bigcommerce:250",
    )


def test_metafields_are_the_shops_own_word():
    rows = {"gv_ref": "tok_1", "gv_order": "1001", "gv_customer": "ines", "gv_credit": "500"}
    metafields = [{"key": key, "value": value} for key, value in rows.items()]
    sale = told({"customer_id": 0}, metafields=metafields)
    assert (sale["id"], sale["ref_token"], sale["customer"]["id"]) == ("1001", "tok_1", "ines")
    assert (sale["credit_used"], sale["discount_total"]) == (500, 500)
    assert told(metafields=metafields)["customer"]["id"] == "20"


@pytest.mark.parametrize(
    ("status", "payment", "expected"),
    [
        (0, "", "placed"),
        (1, "", "placed"),
        (7, "", "placed"),
        (12, "held for review", "placed"),
        (11, "captured", "paid"),
        (11, "", "paid"),
        (11, "authorized", "placed"),
        (9, "void", "placed"),
        (3, "captured", "paid"),
        (8, "paid", "paid"),
        (2, "", "completed"),
        (10, "pending", "completed"),
        (4, "refunded", "completed"),
        (14, "partially refunded", "completed"),
        (13, "captured", "completed"),
        (5, "", "cancelled"),
        (6, "declined", "cancelled"),
    ],
)
def test_status(status, payment, expected):
    sale = told({"status_id": status, "payment_status": payment})
    assert (sale["status"], sale["disputed"]) == (expected, status == 13)


def test_what_was_refunded_before_it_was_shipped_is_paid():
    refunded = {"status_id": 14, "date_shipped": ""}
    assert told(refunded)["status"] == "paid"
    assert told(refunded | {"order_is_digital": True})["status"] == "completed"


def test_gift_certificates_wrapping_and_fees_earn_nothing():
    changes = {
        "consignments": {"email": {"gift_certificates": [{"recipient_email": "a@example.com"}]}},
        "wrapping_cost_ex_tax": "1.0000",
        "fees": [{"cost_ex_tax": 2.5}],
    }
    lines = [
        {"type": "giftcertificate", "total_ex_tax": "20.0000"},
        {"type": "physical", "total_ex_tax": "80.0000"},
    ]
    assert told(changes, lines=lines)["other_total"] == 2_350


@pytest.mark.parametrize(
    ("currency", "total", "items"), [("JPY", "12400.0000", 12_400), ("KWD", "12.4005", 12_401)]
)
def test_amounts_in_currencies_of_other_decimals(currency, total, items):
    free = ("total_tax", "shipping_cost_ex_tax", "handling_cost_ex_tax", "discount_amount")
    changes = dict.fromkeys((*free, "coupon_discount"), "0.0000")
    sale = told(changes | {"default_currency_code": currency, "total_inc_tax": total})
    assert (sale["currency"], sale["items_total"]) == (currency, items)


def test_the_rate_of_another_currency_leads_back_to_the_shops():
    rate = {"store_default_currency_code": "USD"}
    rate |= {"store_default_to_transactional_exchange_rate": "0.8000000000"}
    sale = told(rate)
    assert (sale["fx_rate"], sale["fx_currency"]) == ("1.25", "USD")
    own = told(rate, metafields=[{"key": "gv_fx_rate", "value": "1.2"}])
    assert (own["fx_rate"], "fx_currency" in own) == ("1.2", False)


def test_refunds_by_their_ids():
    sale = told({"refunded_amount": "12.4000", "status_id": 14}, refunds=[REFUND])
    assert sale["refunds"] == [
        {
            "id": "3",
            "amount": 1_240,
            "items_amount": None,
            "at": "2026-02-03T10:00:00Z",
            "status": "succeeded",
        }
    ]
    assert "refunded_total" not in sale


def test_a_refund_that_was_declined_failed_and_shipping_takes_no_items():
    declined = REFUND | {"payments": [{"amount": 12.4, "is_declined": True}]}
    half = REFUND | {
        "payments": [{"amount": 10, "is_declined": False}, {"amount": 2.4, "is_declined": True}]
    }
    shipping = REFUND | {"items": [{"item_type": "SHIPPING"}, {"item_type": "HANDLING"}]}
    (first,), (second,), (third,) = (
        told(refunds=[row])["refunds"] for row in (declined, half, shipping)
    )
    assert (first["status"], first["amount"]) == ("failed", 1_240)
    assert (second["status"], second["amount"]) == ("succeeded", 1_000)
    assert third["items_amount"] == 0


def test_an_order_called_refunded_is_so_wholly():
    assert told({"status_id": 4}, refunds=[REFUND])["refunded_total"] == 12_400
    assert told({"refunded_amount": "20.0000"}, refunds=[REFUND])["refunded_total"] == 2_000


def test_the_test_gateway_makes_a_test():
    test = api(ORDER | {"payment_method": "Test Payment Gateway"})
    assert facts("bigcommerce", event(), api=test)["test"] is True
    assert "test" not in facts("bigcommerce", event(), api=test, accept_sandbox=True)


def test_an_event_of_a_transaction_names_its_order():
    paid = event("store/order/transaction/created", type="transaction", id=None, order_id=250)
    assert facts("bigcommerce", paid, api=api(ORDER))["id"] == "bigcommerce:250"


@pytest.mark.parametrize(
    ("body", "order", "why"),
    [
        (event("store/customer/created"), ORDER, "irrelevant_topic"),
        (event("store/order/message/created"), ORDER, "irrelevant_topic"),
        (event("store/order/archived"), ORDER, "order_deleted"),
        (event(id="../../v2/customers/1"), ORDER, "no_order_named"),
        (event(id=None), ORDER, "no_order_named"),
        (event() | {"producer": "stores/{store_hash}"}, ORDER, "missing_id"),
        (event(id=251), ORDER, "not_at_processor"),
        (event(), ORDER | {"is_deleted": True}, "order_deleted"),
        (event(), ORDER | {"status_id": 99}, "unknown_status"),
        (event(), ORDER | {"total_inc_tax": None}, "missing_amount"),
        (event(), ORDER | {"default_currency_code": "", "currency_code": "X"}, "currency_unknown"),
    ],
)
def test_what_cannot_be_used_is_parked(body, order, why):
    assert reason("bigcommerce", body, api=api(order)) == why


def test_without_a_key_of_the_api_the_news_is_parked():
    assert reason("bigcommerce", event()) == "api_not_set_up"


def test_a_header_that_staff_chose_proves_an_event_as_the_signature_does():
    now = datetime(2026, 3, 1, 10, tzinfo=UTC)
    SIGNATURE.verify(SECRET, {HEADER: SECRET}, b"{}", now)
    SIGNATURE.verify(f"another-secret-of-theirs {SECRET}", {HEADER.lower(): SECRET}, b"{}", now)
    SIGNATURE.verify(SECRET, SIGNATURE.sign(SECRET, b"{}", now), b"{}", now)
    for given in (SECRET[:-1], "é", "a-client-secret", ""):
        with pytest.raises(BadSignature):
            SIGNATURE.verify(SECRET, {HEADER: given}, b"{}", now)


def test_what_a_credit_code_took_off_was_paid_with_credit():
    coupons = [
        {"code": "BEN7X", "amount": "5.0000", "type": 1, "discount": "4.5000"},
        {"code": "gc-7k2q-m4xp-9trd", "amount": "12.0000", "type": 5, "discount": 7.5},
    ]
    sale = told({"coupon_discount": "12.0000"}, coupons=coupons)
    assert (sale["credit_used"], sale["credit_in_totals"]) == (750, 750)
    assert sale["discount_total"] == 400 + 450
    assert sale["codes"] == ["BEN7X", "gc-7k2q-m4xp-9trd"]


def test_credit_that_the_shops_server_names_is_added_to_that_of_codes():
    coupons = [{"code": "GC7K2QM4XP9TRD", "discount": "7.50"}]
    own = [{"key": "gv_credit", "value": "250"}]
    assert told(coupons=coupons, metafields=own)["credit_used"] == 1_000


@pytest.mark.parametrize(("status", "claims"), [(0, False), (1, True), (7, True), (11, True)])
def test_an_order_that_may_be_left_claims_no_credit_code(status, claims):
    """BigCommerce calls an order incomplete while its buyer is at the payment, and ever after."""
    coupons = [{"code": "BEN7X", "discount": "1"}, {"code": "GC7K2QM4XP9TRD", "discount": "5"}]
    sale = told({"status_id": status}, coupons=coupons)
    assert ("GC7K2QM4XP9TRD" in sale["codes"]) is ("credit_used" in sale) is claims
    assert "BEN7X" in sale["codes"]
