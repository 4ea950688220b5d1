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
    "amount": 3000,
    "currency": "eur",
    "created": 1772359200,
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


PARTLY_CAPTURED = CHARGE | {"amount": 20675, "amount_captured": 20300}
RELEASE = REFUND | {"id": "re_0", "amount": 375, "created": 1772359000}


class TestWhatWasNotCaptured:
    """203.00 of 206.75 were captured; Stripe counts the rest into `amount_refunded`."""

    def test_it_was_never_charged(self):
        charge = PARTLY_CAPTURED | {"amount_refunded": 375, "refunds": {"data": [RELEASE]}}
        told = facts("stripe", stripe_event("charge.captured", charge))
        assert (told["items_total"], told["captured_total"]) == (20300, 20300)
        assert [refund["status"] for refund in told["refunds"]] == ["failed"]
        assert "refunded_total" not in told

    @pytest.mark.parametrize(
        ("refunded", "total"), [(375, None), (2875, 2500), (20675, 20300), (100, 100)]
    )
    def test_a_sum_counts_without_it(self, refunded, total):
        charge = PARTLY_CAPTURED | {"amount_refunded": refunded}
        told = facts("stripe", stripe_event("charge.updated", charge))
        assert told.get("refunded_total") == total

    def test_of_refunds_alike_the_first_let_it_go(self):
        later = REFUND | {"id": "re_1", "amount": 375, "created": 1772359300}
        charge = PARTLY_CAPTURED | {"amount_refunded": 750, "refunds": {"data": [later, RELEASE]}}
        told = facts("stripe", stripe_event("charge.refunded", charge))
        assert {refund["id"]: refund["status"] for refund in told["refunds"]} == {
            "re_1": "succeeded",
            "re_0": "failed",
        }

    def test_one_without_a_transaction_goes_before_an_earlier_one(self):
        real = REFUND | {"id": "re_1", "amount": 375, "created": 1, "balance_transaction": "txn_1"}
        release = RELEASE | {"balance_transaction": None}
        charge = PARTLY_CAPTURED | {"amount_refunded": 750, "refunds": {"data": [real, release]}}
        told = facts("stripe", stripe_event("charge.refunded", charge))
        assert [refund["status"] for refund in told["refunds"]] == ["succeeded", "failed"]

    def test_before_the_capture_nothing_is_uncaptured(self):
        held = CHARGE | {"captured": False, "amount_captured": 0, "amount_refunded": 0}
        assert "captured_total" not in facts("stripe", stripe_event("charge.succeeded", held))


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
    ("status", "ours"),
    [
        ("needs_response", "open"),
        ("under_review", "open"),
        ("lost", "lost"),
        ("won", "won"),
        ("charge_refunded", "cancelled"),
    ],
)
@pytest.mark.parametrize("news", ["created", "updated", "closed", "funds_withdrawn"])
def test_disputes_by_id_follow_their_status(news, status, ours):
    told = facts("stripe", stripe_event(f"charge.dispute.{news}", DISPUTE | {"status": status}))
    assert told["disputes"] == [
        {"id": "dp_1", "amount": 3000, "status": ours, "at": "2026-03-01T10:00:00Z"}
    ]
    assert told["refs"] == ["stripe:pi_1", "stripe:ch_1"] and told["hint"]
    assert "disputed" not in told


@pytest.mark.parametrize(
    ("status", "ours"), [("under_review", "won"), ("won", "won"), ("lost", "lost")]
)
def test_funds_that_came_back_are_taken_no_longer(status, ours):
    event = stripe_event("charge.dispute.funds_reinstated", DISPUTE | {"status": status})
    assert facts("stripe", event)["disputes"][0]["status"] == ours


@pytest.mark.parametrize(
    ("currency", "told", "amount"), [("eur", 1000, 1000), ("jpy", 1000, 1000), ("isk", 1000, 10)]
)
def test_a_dispute_is_in_minor_units(currency, told, amount):
    event = stripe_event("charge.dispute.created", DISPUTE | {"currency": currency, "amount": told})
    assert facts("stripe", event)["disputes"][0]["amount"] == amount


def test_a_dispute_without_an_amount_is_about_the_whole_order():
    event = stripe_event("charge.dispute.created", DISPUTE | {"amount": None})
    assert facts("stripe", event)["disputes"][0]["amount"] is None


def test_a_dispute_without_an_id_is_one_of_the_whole_order():
    event = stripe_event("charge.dispute.closed", DISPUTE | {"id": None, "status": "lost"})
    told = facts("stripe", event)
    assert told["disputed"] is True and "disputes" not in told


def test_withdrawn_funds_are_taken_even_of_an_inquiry():
    event = stripe_event(
        "charge.dispute.funds_withdrawn", DISPUTE | {"status": "warning_under_review"}
    )
    assert facts("stripe", event)["disputes"][0]["status"] == "open"


@pytest.mark.parametrize(
    "status", ["warning_needs_response", "warning_under_review", "warning_closed", "prevented"]
)
def test_an_inquiry_moves_no_money(status):
    assert (
        reason("stripe", stripe_event("charge.dispute.created", DISPUTE | {"status": status}))
        == "inquiry"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": None}, "unknown_status"),
        ({"status": "strange"}, "unknown_status"),
        ({"payment_intent": None, "charge": None, "metadata": {}}, "no_order_named"),
    ],
)
def test_a_dispute_of_no_order_or_of_a_status_that_nobody_knows_is_parked(changes, expected):
    assert reason("stripe", stripe_event("charge.dispute.created", DISPUTE | changes)) == expected


def test_a_payment_that_names_no_invoice_links_nothing():
    payment = {"id": "inpay_1", "payment": {"payment_intent": "pi_1"}}
    assert reason("stripe", stripe_event("invoice_payment.paid", payment)) == "no_order_named"
