"""What PayPal's API says, beyond the contract that all processors have."""

import pytest

from shared.webhooks.parking import ParkedDelivery
from tests.support.contracts.paypal import (
    CONTRACT,
    capture,
    captured,
    dispute,
    event,
    money,
    order,
    refund,
)
from tests.support.webhook_bodies import ARRIVAL, translate_one

ORDER = "/v2/checkout/orders/ORD1"


def told(news, documents=None):
    api = CONTRACT.api(news.api if documents is None else documents)
    return translate_one("paypal", {}, news.raw, ARRIVAL, api=api)


def facts(news, documents=None) -> dict:
    result = told(news, documents)
    assert not isinstance(result, ParkedDelivery), result
    return result.facts


def order_facts(**unit: object) -> dict:
    known = order("1", "tok")
    known["purchase_units"][0] |= unit
    return facts(event("CHECKOUT.ORDER.COMPLETED", {"id": "ORD1"}, {ORDER: known}))


def test_nothing_of_a_body_is_believed_but_the_name():
    lie = capture("1") | {"amount": money("99999.00"), "custom_id": "another-token"}
    news = event("PAYMENT.CAPTURE.COMPLETED", lie, captured("1", "tok").api)
    assert facts(news)["items_total"] == 10_000
    assert facts(news)["ref_token"] == "tok"


def test_without_its_api_nothing_of_paypal_is_known():
    result = translate_one("paypal", {}, captured("1", "tok").raw, ARRIVAL)
    assert result.reason == "api_not_set_up"
    assert told(captured("1", "tok"), {}).reason == "not_at_processor"
    assert told(event("PAYMENT.CAPTURE.COMPLETED", {}, {})).reason == "no_order_named"


def test_the_breakdown_of_an_order():
    breakdown = {
        "item_total": money("100.00"),
        "discount": money("10.00"),
        "tax_total": money("17.10"),
        "shipping": money("8.00"),
        "handling": money("1.00"),
        "insurance": money("0.50"),
        "shipping_discount": money("4.60"),
    }
    known = order_facts(amount=money("112.00") | {"breakdown": breakdown})
    assert (known["items_total"], known["discount_total"]) == (10_000, 1_000)
    assert (known["tax_total"], known["shipping_total"]) == (1_710, 490)
    assert known["totals_rank"] == 1


def test_without_a_breakdown_only_the_sum_is_known():
    assert order_facts(amount=money("119.00"))["totals_rank"] == 0


def test_what_was_captured_of_an_order():
    part = capture("1") | {"amount": money("60.00")}
    assert order_facts(payments={"captures": [part]})["captured_total"] == 6_000
    assert "captured_total" not in order_facts()
    waiting = order_facts(payments={"captures": [capture("1", "PENDING")]})
    assert (waiting["status"], "captured_total" in waiting) == ("placed", False)


def test_a_custom_id_is_heard_as_evidence_alone():
    words = '{"gv_ref": "tok", "gv_code": "ANNA-7K2Q", "gv_order": "1001", "gv_credit": "500"}'
    known = order_facts(custom_id=words)
    assert (known["ref_token"], known["code"]) == ("tok", "ANNA-7K2Q")
    assert "id" not in known
    assert "credit_used" not in known


def test_a_custom_id_may_be_as_long_as_paypal_takes_it():
    words = '{"gv_ref": "tok", "rest": "%s"}'
    assert order_facts(custom_id=words % ("x" * (255 - len(words) + 2)))["ref_token"] == "tok"


def test_a_capture_whose_order_paypal_no_longer_tells_is_the_sale():
    documents = {"/v2/payments/captures/CAP1": capture("1") | {"custom_id": "tok"}}
    known = facts(captured("1", None), documents)
    assert (known["refs"], known["ref_token"]) == (["paypal:CAP1"], "tok")
    assert (known["status"], known["items_total"]) == ("completed", 11_900)


def test_a_reversal_counts_that_the_order_does_not_list():
    documents = captured("1", "tok").api | {"/v2/payments/refunds/REF11": refund("1", "119.00")}
    known = facts(event("PAYMENT.CAPTURE.REVERSED", {"id": "REF11"}, {}), documents)
    assert [row["amount"] for row in known["refunds"]] == [11_900]


@pytest.mark.parametrize(
    ("currency", "value", "minor"),
    [
        ("JPY", "1234", 1_234),
        ("JPY", "1234.00", 1_234),
        ("HUF", "1234", 123_400),
        ("TWD", "1234", 123_400),
    ],
)
def test_currencies_in_which_paypal_takes_no_decimals(currency, value, minor):
    paid = capture("1") | {"amount": money(value, currency)}
    known = order_facts(amount=money(value, currency), payments={"captures": [paid]})
    assert (known["items_total"], known["currency"]) == (minor, currency)


def test_as_long_as_buyer_and_seller_talk_no_money_is_held():
    assert told(dispute("1", "CREATED", "INQUIRY")).reason == "inquiry"
    open_one = facts(dispute("1", "UPDATED", "CHARGEBACK"))["disputes"][0]
    assert (open_one["status"], open_one["amount"]) == ("open", 5_950)


def test_of_a_dispute_whose_money_went_back_as_a_refund_the_refund_counts():
    lost = dispute("1", "RESOLVED", "CHARGEBACK", "RESOLVED_BUYER_FAVOUR")
    for status, ended in (("COMPLETED", "lost"), ("PARTIALLY_REFUNDED", "cancelled")):
        documents = lost.api | {"/v2/payments/captures/CAP1": capture("1", status)}
        assert facts(lost, documents)["disputes"][0]["status"] == ended


def test_what_is_in_another_currency_than_its_order_is_parked():
    other = refund("1", "10.00") | {"amount": money("10.00", "USD")}
    part = {"captures": [capture("1")], "refunds": [other]}
    for unit in (
        {"payments": part},
        {"payments": {"captures": [capture("1") | {"amount": money("119.00", "USD")}]}},
        {"amount": money("119.00") | {"breakdown": {"tax_total": money("19.00", "USD")}}},
    ):
        known = order("1", "tok")
        known["purchase_units"][0] |= unit
        news = event("CHECKOUT.ORDER.COMPLETED", {"id": "ORD1"}, {ORDER: known})
        assert told(news).reason == "currency_differs"


def test_statuses_that_nobody_knows_are_parked():
    strange = order("1", "tok", "COMPLETED", refund("1", "10.00", "STRANGE"))
    news = event("CHECKOUT.ORDER.COMPLETED", {"id": "ORD1"}, {ORDER: strange})
    assert told(news).reason == "unknown_status"
    assert told(dispute("1", "RESOLVED", "CHARGEBACK", "STRANGE")).reason == "unknown_status"
    documents = {"/v1/payments/sale/SALE1": sale("strange")}
    news = event("PAYMENT.SALE.COMPLETED", {"id": "SALE1"}, documents)
    assert told(news).reason == "unknown_status"
    for changes, reason in (
        ({"state": "strange"}, "unknown_status"),
        ({"sale_id": None}, "no_order_named"),
    ):
        known = {"id": "R1", "sale_id": "SALE1", "state": "completed"} | changes
        known |= {"amount": {"total": "-30.00", "currency": "EUR"}}
        documents = {"/v1/payments/refund/R1": known}
        assert told(event("PAYMENT.SALE.REFUNDED", {"id": "R1"}, documents)).reason == reason


def test_a_sale_without_details_is_its_sum():
    known = sale()
    del known["amount"]["details"]
    documents = {"/v1/payments/sale/SALE1": known}
    told_sale = facts(event("PAYMENT.SALE.COMPLETED", {"id": "SALE1"}, documents))
    assert (told_sale["items_total"], told_sale["tax_total"]) == (12_390, 0)


def test_the_sandbox_is_told_by_the_apis_address():
    news = captured("1", "tok")
    live = CONTRACT.api(news.api)
    sandbox = type(live)(live.documents, "https://api-m.sandbox.paypal.com")
    assert translate_one("paypal", {}, news.raw, ARRIVAL, api=sandbox).facts["test"] is True
    assert "test" not in translate_one("paypal", {}, news.raw, ARRIVAL, api=live).facts
    accepted = translate_one("paypal", {}, news.raw, ARRIVAL, api=sandbox, accept_sandbox=True)
    assert "test" not in accepted.facts


def sale(state: str = "completed") -> dict:
    details = {"subtotal": "100.00", "tax": "19.00", "shipping": "4.90"}
    return {
        "id": "SALE1",
        "state": state,
        "amount": {"total": "123.90", "currency": "EUR", "details": details},
        "create_time": "2026-02-01T10:00:00Z",
        "custom": "tok",
        "billing_agreement_id": "I-1",
    }


def test_each_payment_of_a_subscription_is_an_order_of_its_own():
    documents = {"/v1/payments/sale/SALE1": sale()}
    known = facts(event("PAYMENT.SALE.COMPLETED", {"id": "SALE1"}, documents))
    assert (known["refs"], known["ref_token"]) == (["paypal:SALE1"], "tok")
    assert (known["items_total"], known["tax_total"], known["shipping_total"]) == (
        10_000,
        1_900,
        490,
    )
    assert known["status"] == "completed"
    documents = {"/v1/payments/sale/SALE1": sale("pending")}
    assert facts(event("PAYMENT.SALE.PENDING", {"id": "SALE1"}, documents))["status"] == "placed"


@pytest.mark.parametrize(
    ("state", "status"), [("completed", "succeeded"), ("pending", "pending"), ("failed", "failed")]
)
def test_refunds_of_a_subscriptions_payment(state, status):
    known = {
        "id": "R1",
        "sale_id": "SALE1",
        "state": state,
        "amount": {"total": "-30.00", "currency": "EUR"},
        "create_time": "2026-02-02T10:00:00Z",
    }
    news = event("PAYMENT.SALE.REFUNDED", {"id": "R1"}, {"/v1/payments/refund/R1": known})
    told_refund = facts(news)["refunds"][0]
    assert (told_refund["status"], told_refund["amount"]) == (status, 3_000)
    assert facts(news)["refs"] == ["paypal:SALE1"]
