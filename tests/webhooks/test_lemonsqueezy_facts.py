"""Lemon Squeezy's orders, and the invoices of its subscriptions."""

import pytest

from tests.support.contract import AnsweredApi
from tests.support.webhook_bodies import facts, reason

ORDER = {
    "user_email": "ines@example.com",
    "currency": "EUR",
    "currency_rate": "1.17",
    "subtotal": 10_000,
    "discount_total": 1_000,
    "tax": 1_710,
    "total": 10_710,
    "refunded_amount": 0,
    "status": "paid",
    "created_at": "2026-02-01T10:00:00.000000Z",
    "updated_at": "2026-02-01T10:00:05.000000Z",
    "test_mode": False,
}
WORDS = {"gv_ref": "tok_1", "gv_code": "ANNA", "gv_order": "1001", "gv_credit": "5"}


def event(kind: str = "orders", number: str = "7", **attributes: object) -> dict:
    return {
        "meta": {"event_name": "order_created", "custom_data": WORDS},
        "data": {"type": kind, "id": number, "attributes": ORDER | attributes},
    }


def told(kind: str = "orders", **attributes: object) -> dict:
    return facts("lemonsqueezy", event(kind, **attributes))


def test_a_paid_order_is_the_whole_sale():
    sale = told()
    assert (sale["id"], sale["status"], sale["paid_at"]) == (
        "lemonsqueezy:7",
        "completed",
        "2026-02-01T10:00:00Z",
    )
    amounts = [sale[f"{name}_total"] for name in ("items", "discount", "tax")]
    assert amounts == [10_000, 1_000, 1_710]
    assert (sale["fx_rate"], sale["fx_currency"]) == ("1.17", "USD")
    assert sale["customer"] == {"email": "ines@example.com"}


def test_custom_data_is_heard_for_who_recommended_alone():
    sale = told()
    assert (sale["ref_token"], sale["codes"], sale["id"]) == ("tok_1", ["ANNA"], "lemonsqueezy:7")
    assert "credit_used" not in sale


def test_tax_within_the_price_is_taken_out_of_the_items():
    assert told(total=11_900, tax=1_900, discount_total=0)["items_total"] == 10_000


def test_dollars_need_no_rate():
    assert "fx_rate" not in told(currency="USD", currency_rate="1.0")


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_amounts_are_in_the_smallest_unit_of_their_currency(currency):
    sale = told(currency=currency, tax=0, discount_total=0)
    assert (sale["currency"], sale["items_total"]) == (currency, 10_710)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("pending", "placed"),
        ("failed", "placed"),
        ("paid", "completed"),
        ("partial_refund", "completed"),
        ("refunded", "completed"),
        ("fraudulent", "completed"),
        ("void", "cancelled"),
    ],
)
def test_status(status, expected):
    assert told(status=status)["status"] == expected
    assert told(status=status).get("disputed", False) is (status == "fraudulent")


def test_refunds_are_told_as_their_sum():
    assert told(status="partial_refund", refunded_amount=1_000)["refunded_total"] == 1_000
    assert "refunded_total" not in told()
    assert told(status="refunded", refunded_amount=None)["refunded_total"] == 10_710
    assert told(refunded=True, refunded_amount=None)["refunded_total"] == 10_710


def test_a_renewal_is_an_order_of_its_own():
    sale = told("subscription-invoices", billing_reason="renewal", subscription_id=5)
    assert (sale["id"], sale["refs"]) == ("lemonsqueezy:invoice:7", ["lemonsqueezy:invoice:7"])
    assert sale["status"] == "completed" and "hint" not in sale


def test_a_first_invoice_and_its_subscription_lead_to_the_order():
    first = told(
        "subscription-invoices", billing_reason="initial", subscription_id=5, refunded_amount=300
    )
    begun = told("subscriptions", order_id=9)
    assert (first["refs"], first["hint"]) == (["lemonsqueezy:subscription:5"], True)
    assert (first["refunded_total"], "items_total" in first) == (300, False)
    assert begun["refs"] == ["lemonsqueezy:9", "lemonsqueezy:subscription:7"]


def test_test_mode_is_a_test():
    assert told(test_mode=True)["test"] is True
    assert "test" not in facts("lemonsqueezy", event(test_mode=True), accept_sandbox=True)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (event("license-keys"), "irrelevant_topic"),
        ({"data": event()["data"]}, "irrelevant_topic"),
        (event(number=""), "missing_id"),
        (event(status="lost"), "unknown_status"),
        (event(total=None), "missing_amount"),
        (event(total=-1), "unusable_amount"),
        (event(total=1.5), "unusable_amount"),
        (event(currency="XXX"), "currency_unknown"),
        (event("subscription-invoices", billing_reason="initial"), "no_order_named"),
        (event("subscriptions"), "no_order_named"),
    ],
)
def test_what_cannot_be_used_is_parked(body, why):
    assert reason("lemonsqueezy", body) == why


def test_the_code_of_a_discounted_order_is_what_was_redeemed():
    path = "/v1/discount-redemptions?filter%5Border_id%5D=7"
    redeemed = {"data": [{"attributes": {"discount_code": "BEN2222"}}]}
    bare = event() | {"meta": {"event_name": "order_created"}}
    assert facts("lemonsqueezy", bare, api=AnsweredApi({path: redeemed}))["code"] == "BEN2222"
    assert facts("lemonsqueezy", bare).get("code") is None
    full = event(discount_total=0) | {"meta": {"event_name": "order_created"}}
    undiscounted = facts("lemonsqueezy", full, api=AnsweredApi({path: redeemed}))
    assert undiscounted.get("code") is None


def test_what_a_credit_code_took_off_was_paid_with_credit():
    """The order has 100.00 of items, 10.00 off and 17.10 of tax; the redemption says what for."""
    row = {"discount_code": "GC7K2QM4XP9TRD", "discount_amount": 1_200, "amount": 1_000}
    redeemed = {"data": [{"attributes": row}]}
    api = AnsweredApi({"/v1/discount-redemptions?filter%5Border_id%5D=7": redeemed})
    sale = facts("lemonsqueezy", event(), api=api)
    assert (sale["credit_used"], sale["credit_in_totals"]) == (1_000, 1_000)
    assert (sale["items_total"], sale["discount_total"]) == (10_000, 0)
    assert sale["codes"] == ["ANNA", "GC7K2QM4XP9TRD"]


def test_what_an_advocates_code_took_off_is_no_credit():
    redeemed = {"data": [{"attributes": {"discount_code": "BEN7X", "amount": 1_000}}]}
    api = AnsweredApi({"/v1/discount-redemptions?filter%5Border_id%5D=7": redeemed})
    sale = facts("lemonsqueezy", event(), api=api)
    assert "credit_used" not in sale and sale["discount_total"] == 1_000
