import pytest
from test_stripe_facts import CHARGE

from tests.support.webhook_bodies import facts, reason, stripe_event

REFUND = {
    "id": "re_1",
    "object": "refund",
    "amount": 2500,
    "currency": "eur",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "status": "succeeded",
}
DISPUTE = {
    "id": "dp_1",
    "object": "dispute",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "status": "needs_response",
}


def test_refunds_are_as_many_as_the_domain_takes():
    listed = {"data": [REFUND | {"id": f"re_{number}"} for number in range(201)]}
    assert (
        reason("stripe", stripe_event("charge.refunded", CHARGE | {"refunds": listed}))
        == "unusable_amount"
    )


def test_refunds_listed_in_a_charge_are_told_by_id_alone():
    listed = {
        "data": [REFUND, REFUND | {"id": "re_2", "status": "failed", "amount": 100}],
        "has_more": False,
    }
    told = facts(
        "stripe",
        stripe_event("charge.refunded", CHARGE | {"amount_refunded": 2600, "refunds": listed}),
    )
    assert [(refund["id"], refund["amount"], refund["status"]) for refund in told["refunds"]] == [
        ("re_1", 2500, "succeeded"),
        ("re_2", 100, "failed"),
    ]
    assert told["hint"] and not {"refunded_total", "status", "paid_at", "items_total"} & set(told)


@pytest.mark.parametrize("listed", [None, {"data": []}])
def test_a_charge_without_a_list_tells_the_cumulative_sum(listed):
    told = facts(
        "stripe",
        stripe_event("charge.refunded", CHARGE | {"amount_refunded": 2600, "refunds": listed}),
    )
    assert told["refunded_total"] == 2600 and "refunds" not in told


def test_a_list_that_goes_on_elsewhere_is_told_with_the_sum():
    told = facts(
        "stripe",
        stripe_event(
            "charge.refunded",
            CHARGE | {"amount_refunded": 9000, "refunds": {"data": [REFUND], "has_more": True}},
        ),
    )
    assert told["refunded_total"] == 9000 and len(told["refunds"]) == 1


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ("succeeded", "succeeded"),
        ("pending", "pending"),
        ("requires_action", "pending"),
        ("failed", "failed"),
        ("canceled", "failed"),
        (None, "succeeded"),
    ],
)
@pytest.mark.parametrize(
    "topic", ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"]
)
def test_refunds_by_id(topic, told, ours):
    result = facts("stripe", stripe_event(topic, REFUND | {"status": told, "created": 1772359200}))
    refund = {
        "id": "re_1",
        "amount": 2500,
        "items_amount": None,
        "at": "2026-03-01T10:00:00Z",
        "status": ours,
    }
    assert (
        result["refunds"] == [refund]
        and result["refs"] == ["stripe:pi_1", "stripe:ch_1"]
        and result["hint"]
    )


def test_refunds_that_cannot_be_used_are_parked():
    assert (
        reason("stripe", stripe_event("refund.updated", REFUND | {"status": "lost in space"}))
        == "unknown_status"
    )
    assert (
        reason(
            "stripe", stripe_event("refund.created", {"id": "re_1", "amount": 1, "currency": "eur"})
        )
        == "no_order_named"
    )
    assert reason("stripe", stripe_event("charge.refunded", CHARGE)) == "no_money_moved"


@pytest.mark.parametrize(
    ("status", "disputed"),
    [("needs_response", True), ("under_review", True), ("lost", True), ("won", False)],
)
@pytest.mark.parametrize(
    "news", ["created", "updated", "closed", "funds_withdrawn", "funds_reinstated"]
)
def test_disputes_follow_their_status(news, status, disputed):
    told = facts("stripe", stripe_event(f"charge.dispute.{news}", DISPUTE | {"status": status}))
    assert (
        told["disputed"] is disputed
        and told["refs"] == ["stripe:pi_1", "stripe:ch_1"]
        and told["hint"]
    )


@pytest.mark.parametrize(
    "status", ["warning_needs_response", "warning_under_review", "warning_closed", "prevented"]
)
def test_an_inquiry_moves_no_money(status):
    assert (
        reason("stripe", stripe_event("charge.dispute.created", DISPUTE | {"status": status}))
        == "inquiry"
    )
