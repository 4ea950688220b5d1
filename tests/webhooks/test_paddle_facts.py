"""Paddle's transactions and adjustments, and what its API adds."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.webhooks.paddle.signature import SIGNATURE
from shared.webhooks.signature import BadSignature
from tests.support.contract import AnsweredApi
from tests.support.webhook_bodies import facts, reason

TOTALS = {
    "subtotal": "10000",
    "discount": "1000",
    "tax": "1710",
    "total": "10710",
    "credit": "0",
    "grand_total": "10710",
    "currency_code": "EUR",
}
TRANSACTION = {
    "id": "txn_1",
    "status": "completed",
    "customer_id": "ctm_1",
    "discount_id": "dsc_1",
    "currency_code": "EUR",
    "custom_data": {"gv_ref": "tok_1", "gv_code": "ANNA", "gv_order": "1001", "gv_credit": "5"},
    "created_at": "2026-02-01T09:00:00.1Z",
    "billed_at": "2026-02-01T10:00:01.5Z",
    "payments": [
        {"status": "error", "captured_at": None},
        {"status": "captured", "captured_at": "2026-02-01T10:00:00.123456Z"},
    ],
    "details": {"totals": TOTALS},
}
ADJUSTMENT = {
    "id": "adj_1",
    "action": "refund",
    "status": "approved",
    "transaction_id": "txn_1",
    "totals": {"subtotal": "1000", "tax": "190", "total": "1190"},
    "created_at": "2026-02-02T10:00:00Z",
}
API = AnsweredApi(
    {
        "/customers/ctm_1": {"data": {"email": "ines@example.com"}},
        "/discounts/dsc_1": {"data": {"code": "BEN7X"}},
    }
)


def event(entity: dict, topic: str = "transaction.completed", **fields: object) -> dict:
    return {
        "event_id": "evt_1",
        "event_type": topic,
        "occurred_at": "2026-02-03T10:00:00.9Z",
        "notification_id": "ntf_1",
        "data": entity,
    } | fields


def sale(**changes: object) -> dict:
    return facts("paddle", event(TRANSACTION | changes))


def totals_of(**changes: object) -> tuple[int, ...]:
    told = sale(details={"totals": TOTALS | changes})
    return tuple(told[f"{name}_total"] for name in ("items", "discount", "tax"))


def adjusted(**changes: object) -> dict:
    return facts("paddle", event(ADJUSTMENT | changes, "adjustment.updated"))


def test_a_completed_transaction_is_the_whole_sale():
    told = sale()
    assert (told["id"], told["refs"], told["status"]) == (
        "paddle:txn_1",
        ["paddle:txn_1"],
        "completed",
    )
    assert (told["placed_at"], told["paid_at"]) == ("2026-02-01T09:00:00Z", "2026-02-01T10:00:00Z")
    assert (told["currency"], *totals_of()) == ("EUR", 10_000, 1_000, 1_710)
    assert "hint" not in told and "test" not in told


def test_custom_data_is_heard_for_who_recommended_alone():
    told = sale()
    assert (told["ref_token"], told["codes"]) == ("tok_1", ["ANNA"])
    assert "credit_used" not in told and told["id"] == "paddle:txn_1"


def test_without_the_api_the_buyer_is_paddles_customer():
    assert sale()["customer"] == {"id": "ctm_1"}


def test_the_api_tells_the_address_and_the_code_of_the_discount():
    told = facts("paddle", event(TRANSACTION), api=API)
    assert told["customer"] == {"email": "ines@example.com"}
    assert told["codes"] == ["ANNA", "BEN7X"]


def test_an_unpaid_transaction_asks_nobody_for_an_address():
    told = facts("paddle", event(TRANSACTION | {"status": "billed"}), api=API)
    assert "customer" not in told


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("draft", ("placed", None)),
        ("ready", ("placed", None)),
        ("billed", ("placed", "2026-02-01T10:00:01Z")),
        ("past_due", ("placed", "2026-02-01T10:00:01Z")),
        ("paid", ("completed", "2026-02-01T09:00:00Z")),
        ("canceled", ("cancelled", None)),
    ],
)
def test_status_and_a_checkout_that_was_left_is_no_order(status, told):
    facts_told = sale(status=status)
    assert (facts_told["status"], facts_told.get("placed_at")) == told


def test_what_a_balance_paid_was_not_charged():
    assert totals_of(credit="5355", grand_total="5355") == (5_000, 500, 855)


@pytest.mark.parametrize(
    ("currency", "amount"), [("JPY", 10_710), ("KWD", 10_710), ("EUR", 10_710)]
)
def test_amounts_are_in_the_smallest_unit_of_their_currency(currency, amount):
    told = sale(currency_code=currency, details={"totals": TOTALS | {"currency_code": currency}})
    paid = told["items_total"] - told["discount_total"] + told["tax_total"]
    assert (told["currency"], paid) == (currency, amount)


def test_paddles_own_rate_leads_to_the_currency_of_the_payout():
    payout = {"currency_code": "USD", "exchange_rate": "1.17"}
    told = sale(details={"totals": TOTALS, "payout_totals": payout})
    assert (told["fx_rate"], told["fx_currency"]) == ("1.17", "USD")
    same = sale(details={"totals": TOTALS, "payout_totals": payout | {"currency_code": "EUR"}})
    assert "fx_rate" not in same


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("pending_approval", "pending"),
        ("approved", "succeeded"),
        ("rejected", "failed"),
        ("reversed", "failed"),
    ],
)
def test_a_refund_counts_once_it_is_approved(status, told):
    (refund,) = adjusted(status=status)["refunds"]
    assert refund == {
        "id": "adj_1",
        "amount": 1_190,
        "items_amount": 1_000,
        "at": "2026-02-02T10:00:00Z",
        "status": told,
    }


def test_a_refund_of_tax_alone_takes_nothing_from_items():
    (refund,) = adjusted(totals={"subtotal": "0", "tax": "190", "total": "190"})["refunds"]
    assert (refund["amount"], refund["items_amount"]) == (190, 0)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"action": "chargeback"}, "open"),
        ({"action": "chargeback", "status": "reversed"}, "won"),
        ({"action": "chargeback", "status": "rejected"}, "cancelled"),
        ({"action": "chargeback_reverse"}, "won"),
    ],
)
def test_a_chargeback_and_its_reversal_are_one_dispute(changes, status):
    told = adjusted(id="adj_2", **changes)
    (dispute,) = told["disputes"]
    assert (dispute["id"], dispute["amount"], dispute["status"]) == ("txn_1", 1_190, status)
    assert told["hint"] is True and told["refs"] == ["paddle:txn_1"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"action": "chargeback_warning"}, "inquiry"),
        ({"action": "chargeback_warning_reverse"}, "inquiry"),
        ({"action": "credit"}, "no_money_moved"),
        ({"action": "credit_reverse"}, "no_money_moved"),
        ({"action": "gift"}, "unknown_status"),
        ({"status": "maybe"}, "unknown_status"),
        ({"transaction_id": None}, "no_order_named"),
        ({"totals": {}}, "missing_amount"),
        ({"totals": {"total": "-1"}}, "unusable_amount"),
    ],
)
def test_adjustments_that_take_nothing_are_parked(changes, why):
    assert reason("paddle", event(ADJUSTMENT | changes, "adjustment.created")) == why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": "lost"}, "unknown_status"),
        ({"id": None}, "missing_id"),
        ({"details": {}}, "missing_amount"),
        ({"details": {"totals": TOTALS | {"total": "1.5"}}}, "unusable_amount"),
        ({"details": {"totals": TOTALS | {"currency_code": "XXX"}}}, "currency_unknown"),
    ],
)
def test_transactions_that_cannot_be_used_are_parked(changes, why):
    assert reason("paddle", event(TRANSACTION | changes)) == why


def test_an_attempt_that_failed_changes_nothing():
    assert reason("paddle", event(TRANSACTION, "transaction.payment_failed")) == "payment_not_made"


@pytest.mark.parametrize("field", ["event_id", "notification_id"])
def test_what_the_simulator_sends_is_a_test(field):
    simulated = event(TRANSACTION, **{field: "ntfsimevt_1"})
    assert facts("paddle", simulated)["test"] is True
    assert "test" not in facts("paddle", simulated, accept_sandbox=True)


@pytest.mark.parametrize(("seconds", "holds"), [(5, True), (-5, True), (6, False), (-6, False)])
def test_a_signature_holds_five_seconds(seconds, holds):
    secret, now = "pdl_ntfset_a-secret-of-a-destination", datetime(2026, 3, 1, 10, tzinfo=UTC)
    headers, late = SIGNATURE.sign(secret, b"{}", now), now + timedelta(seconds=seconds)
    if holds:
        SIGNATURE.verify(secret, headers, b"{}", late)
    else:
        with pytest.raises(BadSignature, match="stale_timestamp"):
            SIGNATURE.verify(secret, headers, b"{}", late)


def test_a_chargeback_of_a_status_that_nobody_knows_is_parked():
    strange = ADJUSTMENT | {"action": "chargeback", "status": "strange"}
    assert reason("paddle", event(strange, "adjustment.updated")) == "unknown_status"


def credit_sale(
    tax_rate: str, lines: list[dict] | None = None, status: str = "completed", **totals: str
) -> dict:
    """A transaction that was paid with a credit code for 12.00."""
    discount = {"code": "GC7K2QM4XP9TRD", "type": "flat", "amount": "1200", "currency_code": "EUR"}
    api = AnsweredApi({"/discounts/dsc_1": {"data": discount}})
    told = TOTALS | totals | {"grand_total": totals["total"]}
    rows = lines or [{"tax_rate": tax_rate, "totals": told}]
    details = {"totals": told, "line_items": rows}
    return facts("paddle", event(TRANSACTION | {"details": details, "status": status}), api=api)


@pytest.mark.parametrize(
    ("totals", "items"),
    [
        ({"subtotal": "10000", "discount": "1200", "tax": "1672", "total": "10472"}, 10_000),
        ({"subtotal": "10000", "discount": "1008", "tax": "1708", "total": "10700"}, 10_192),
    ],
    ids=["prices without tax", "prices with tax"],
)
def test_a_credit_code_that_was_used_up_paid_its_amount(totals, items):
    """Paddle tells the discount without tax, whatever its prices contain."""
    sale = credit_sale("0.19", **totals)
    assert (sale["credit_used"], sale["credit_in_totals"]) == (1_200, 1_200)
    assert (sale["items_total"], sale["discount_total"]) == (items, 0)
    assert sale["codes"] == ["ANNA", "GC7K2QM4XP9TRD"]


def test_a_credit_code_that_paid_everything_paid_the_tax_too():
    lines = [
        {"tax_rate": "0.2", "totals": {"discount": "500"}},
        {"tax_rate": "0", "totals": {"discount": "100"}},
        {"tax_rate": "much", "totals": {"discount": "50"}},
    ]
    nothing_left = {"subtotal": "650", "discount": "650", "tax": "0", "total": "0"}
    assert credit_sale("", lines, **nothing_left)["credit_used"] == 750
    assert credit_sale("0.19", [{}], **nothing_left)["credit_used"] == 650


def test_a_discount_without_a_credit_code_is_no_credit():
    assert "credit_used" not in facts("paddle", event(TRANSACTION), api=API)


@pytest.mark.parametrize(
    ("status", "claims"),
    [("draft", False), ("ready", False), ("billed", True), ("past_due", True), ("paid", True)],
)
def test_a_checkout_that_may_be_left_claims_no_credit_code(status, claims):
    totals = {"subtotal": "10000", "discount": "1200", "tax": "1672", "total": "10472"}
    sale = credit_sale("0.19", status=status, **totals)
    assert ("GC7K2QM4XP9TRD" in sale["codes"]) is ("credit_used" in sale) is claims
    assert "GC7K2QM4XP9TRD" in sale["codes"] or sale["discount_total"] == 1_200
