import pytest
from test_shopify_facts import LINE, MONEY_BACK, REFUND, order

from tests.support.webhook_bodies import facts, reason

DISPUTE = {
    "id": 815713555,
    "order_id": 625362839,
    "type": "chargeback",
    "amount": "11.50",
    "currency": "EUR",
    "status": "needs_response",
    "evidence_due_by": "2026-03-17T19:00:00-05:00",
    "evidence_sent_on": None,
    "finalized_on": None,
    "initiated_at": "2026-03-03T20:00:00-05:00",
}


def refund(**changes) -> dict:
    return facts("shopify", REFUND | changes, "refunds/create")["refunds"][0]


def test_a_refund_names_what_it_gave_back_for_items():
    told = facts("shopify", REFUND, "refunds/create")
    assert told["refunds"] == [
        {
            "id": "890088186047892319",
            "amount": 5950,
            "items_amount": 5000,
            "at": "2026-03-05T10:00:00Z",
            "status": "succeeded",
        }
    ]
    assert told["refs"] == ["shopify:450789469"] and told["hint"] and "id" not in told


def test_the_order_tells_the_same_refund_alike():
    assert order(financial_status="partially_refunded", refunds=[REFUND])["refunds"] == [refund()]


def test_a_restocking_fee_lowers_what_was_given_back():
    assert refund(transactions=[MONEY_BACK | {"amount": "30.00"}])["items_amount"] == 3000


@pytest.mark.parametrize(
    "shipping",
    [
        {
            "order_adjustments": [
                {"kind": "shipping_refund", "amount": "-4.90", "tax_amount": "-0.93"}
            ]
        },
        {
            "refund_shipping_lines": [
                {
                    "subtotal_amount_set": {"shop_money": {"amount": "4.90"}},
                    "tax_amount_set": {"shop_money": {"amount": "0.93"}},
                }
            ]
        },
    ],
)
def test_shipping_given_back_leaves_the_items_alone(shipping):
    told = refund(refund_line_items=[], transactions=[MONEY_BACK | {"amount": "5.83"}], **shipping)
    assert (told["amount"], told["items_amount"]) == (583, 0)


def test_goodwill_names_no_items():
    adjustment = {"kind": "refund_discrepancy", "amount": "-20.00", "tax_amount": "0.00"}
    told = refund(
        refund_line_items=[],
        order_adjustments=[adjustment],
        transactions=[MONEY_BACK | {"amount": "20.00"}],
    )
    assert (told["amount"], told["items_amount"]) == (2000, None)


def test_goodwill_on_top_of_an_item_is_a_share_of_the_whole():
    """The line says 50.00 and 9.50 of tax; 80.00 went back."""
    told = refund(transactions=[MONEY_BACK | {"amount": "80.00"}])
    assert (told["amount"], told["items_amount"]) == (8000, None)


def test_a_gift_card_given_back_leaves_the_items_alone():
    card = LINE | {"subtotal": 50.0, "total_tax": 0.0, "line_item": {"gift_card": True}}
    alone = refund(refund_line_items=[card], transactions=[MONEY_BACK | {"amount": "50.00"}])
    assert (alone["amount"], alone["items_amount"]) == (5000, 0)
    beside = refund(
        refund_line_items=[card, LINE], transactions=[MONEY_BACK | {"amount": "109.50"}]
    )
    assert (beside["amount"], beside["items_amount"]) == (10950, 5000)


@pytest.mark.parametrize(("tax", "items"), [(7.98, 4202), (9.5, 5000)])
def test_a_refund_on_its_own_shows_by_the_rates_whether_prices_include_tax(tax, items):
    line = LINE | {"total_tax": tax, "line_item": {"tax_lines": [{"rate": 0.19}]}}
    moved = [MONEY_BACK | {"amount": "50.00"}]
    assert refund(refund_line_items=[line], transactions=moved)["items_amount"] == items


def test_the_order_knows_whether_prices_include_tax():
    told = order(
        taxes_included=True,
        refunds=[
            REFUND
            | {"refund_line_items": [LINE | {"total_tax": 7.98}]}
            | {"transactions": [MONEY_BACK | {"amount": "50.00"}]}
        ],
    )
    assert told["refunds"][0]["items_amount"] == 4202


def test_only_money_that_moved_is_refunded():
    others = [
        {"kind": "void", "status": "success", "amount": "9.00"},
        {"kind": "sale", "status": "success", "amount": "9.00"},
    ]
    assert (
        refund(transactions=[*others, MONEY_BACK, MONEY_BACK | {"status": "failure"}])["amount"]
        == 5950
    )
    assert reason("shopify", REFUND | {"transactions": others}) == "no_money_moved"
    assert "refunds" not in order(refunds=[REFUND | {"transactions": others}])


@pytest.mark.parametrize(
    ("told", "ours"), [("pending", "pending"), ("failure", "failed"), ("error", "failed")]
)
def test_a_refund_that_did_not_arrive_does_not_count(told, ours):
    assert refund(transactions=[MONEY_BACK | {"status": told}])["status"] == ours


def test_a_refund_in_the_buyers_currency_is_told_in_the_shops():
    pair = {
        "shop_money": {"amount": "50.00", "currency_code": "EUR"},
        "presentment_money": {"amount": "53.75", "currency_code": "USD"},
    }
    told = refund(
        refund_line_items=[LINE | {"subtotal_set": pair}],
        transactions=[MONEY_BACK | {"amount": "53.75", "currency": "USD"}],
    )
    assert (told["amount"], told["items_amount"]) == (5000, 5000)
    foreign = REFUND | {
        "total_duties_set": {"shop_money": {"amount": "0", "currency_code": "EUR"}},
        "transactions": [MONEY_BACK | {"currency": "USD"}],
    }
    assert reason("shopify", foreign) == "currency_differs"


def test_an_order_called_refunded_is_so_wholly():
    assert order(financial_status="refunded")["refunded_total"] == 11200
    told = order(
        financial_status="refunded",
        current_total_price="0.00",
        refunds=[REFUND | {"transactions": [MONEY_BACK | {"amount": "112.00"}]}],
    )
    assert "refunded_total" not in told


def test_refunds_without_an_order_are_parked():
    assert reason("shopify", REFUND | {"order_id": None}) == "no_order_named"


@pytest.mark.parametrize(
    ("status", "changes", "ours", "as_of"),
    [
        ("needs_response", {}, "open", "2026-03-04T01:00:00Z"),
        (
            "under_review",
            {"evidence_sent_on": "2026-03-06T00:00:00Z"},
            "open",
            "2026-03-06T00:00:00Z",
        ),
        ("lost", {"finalized_on": "2026-03-20T00:00:00Z"}, "lost", "2026-03-20T00:00:00Z"),
        ("accepted", {"finalized_on": "2026-03-20T00:00:00Z"}, "lost", "2026-03-20T00:00:00Z"),
        ("won", {"finalized_on": "2026-03-20T00:00:00Z"}, "won", "2026-03-20T00:00:00Z"),
        ("won", {"evidence_sent_on": "2026-02-06T00:00:00Z"}, "won", "2026-03-01T10:00:00Z"),
        ("charge_refunded", {}, "cancelled", "2026-03-01T10:00:00Z"),
    ],
)
def test_disputes_by_id(status, changes, ours, as_of):
    told = facts("shopify", DISPUTE | {"status": status} | changes)
    assert (told["as_of"], told["refs"], told["hint"]) == (as_of, ["shopify:625362839"], True)
    assert told["disputes"] == [
        {"id": "815713555", "amount": 1150, "status": ours, "at": "2026-03-04T01:00:00Z"}
    ]


def test_a_dispute_without_an_amount_is_about_the_whole_order():
    assert facts("shopify", DISPUTE | {"amount": None})["disputes"][0]["amount"] is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": "inquiry"}, "inquiry"),
        ({"order_id": None}, "no_order_named"),
        ({"status": "?"}, "unknown_status"),
    ],
)
def test_disputes_that_move_nothing_are_parked(changes, expected):
    assert reason("shopify", DISPUTE | changes) == expected
