import pytest

from tests.support.webhook_bodies import facts, reason, stripe_event

SESSION = {
    "id": "cs_1",
    "object": "checkout.session",
    "mode": "payment",
    "payment_status": "paid",
    "created": 1772359000,
    "currency": "eur",
    "amount_total": 10710,
    "amount_subtotal": 10000,
    "total_details": {"amount_discount": 1000, "amount_shipping": 500, "amount_tax": 1210},
    "payment_intent": "pi_1",
    "client_reference_id": "tok_client",
    "customer": "cus_1",
    "customer_details": {"email": "ines@example.com"},
    "metadata": {},
}
CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "amount": 10000,
    "amount_captured": 10000,
    "captured": True,
    "paid": True,
    "currency": "eur",
    "payment_intent": "pi_1",
    "created": 1772359100,
    "receipt_email": None,
    "billing_details": {"email": "ines@example.com"},
    "metadata": {},
}
INVOICE = {
    "id": "in_1",
    "object": "invoice",
    "billing_reason": "manual",
    "created": 1772359100,
    "currency": "eur",
    "total": 2380,
    "amount_paid": 2380,
    "total_taxes": [{"amount": 380}],
    "customer_email": "ines@example.com",
    "status_transitions": {"paid_at": 1772359150},
    "metadata": {},
}
INTENT = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 900,
    "amount_received": 900,
    "currency": "eur",
    "latest_charge": "ch_1",
}


def session(topic: str = "checkout.session.completed", **changes) -> dict:
    return facts("stripe", stripe_event(topic, SESSION | changes))


def test_a_paid_session_is_the_whole_sale():
    assert session() == {
        "schema_version": 1,
        "provider": "stripe",
        "as_of": "2026-03-01T10:00:00Z",
        "refs": ["stripe:cs_1", "stripe:pi_1"],
        "ref_token": "tok_client",
        "code": None,
        "codes": [],
        "customer": {"email": "ines@example.com"},
        "status": "completed",
        "placed_at": "2026-03-01T09:56:40Z",
        "paid_at": "2026-03-01T10:00:00Z",
        "completed_at": "2026-03-01T10:00:00Z",
        "currency": "EUR",
        "items_total": 10000,
        "discount_total": 1000,
        "tax_total": 1210,
        "shipping_total": 500,
        "other_total": 0,
        "totals_rank": 1,
    }


def test_included_tax_is_taken_out_of_the_items():
    told = session(amount_total=11900, amount_subtotal=11900, total_details={"amount_tax": 1900})
    assert (told["items_total"], told["tax_total"]) == (10000, 1900)


def test_shipping_is_told_net_of_its_tax():
    told = session(shipping_cost={"amount_subtotal": 595, "amount_tax": 95, "amount_total": 595})
    assert told["shipping_total"] == 500


def test_metadata_outranks_the_client_reference():
    told = session(
        metadata={"gv_ref": "tok_1", "gv_order": "1001", "gv_customer": "I", "gv_code": "ANNA-7K2Q"}
    )
    assert (told["ref_token"], told["id"], told["code"], told["codes"]) == (
        "tok_1",
        "1001",
        "ANNA-7K2Q",
        ["ANNA-7K2Q"],
    )
    assert told["customer"] == {"id": "I", "email": "ines@example.com"}


def test_credit_came_off_as_a_discount_and_is_told_apart_from_it():
    told = session(metadata={"gv_credit": "400"})
    assert (told["items_total"], told["discount_total"], told["credit_used"]) == (10000, 600, 400)
    assert (
        told["items_total"] - told["discount_total"] + told["tax_total"] + told["shipping_total"]
        == 10710 + 400
    )


@pytest.mark.parametrize("credit", ["4.00", "-1", "", [], "9" * 13])
def test_credit_that_is_no_whole_number_is_parked(credit):
    assert (
        reason(
            "stripe",
            stripe_event(
                "checkout.session.completed", SESSION | {"metadata": {"gv_credit": credit}}
            ),
        )
        == "unusable_amount"
    )


def test_a_session_that_waits_for_its_money_is_placed_until_it_comes():
    waiting = session(payment_status="unpaid")
    assert waiting["status"] == "placed" and "paid_at" not in waiting
    assert session("checkout.session.async_payment_succeeded")["status"] == "completed"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"metadata": {"gv_order": "1001"}}, None), ({"invoice": "in_1"}, None), ({}, "cancelled")],
)
def test_a_payment_that_failed_cancels_only_what_nothing_else_can_pay(changes, expected):
    event = stripe_event("checkout.session.async_payment_failed", SESSION | changes)
    if expected:
        assert facts("stripe", event)["status"] == expected
    else:
        assert reason("stripe", event) == "payment_not_made"


def test_sessions_without_a_sale_are_parked():
    assert reason("stripe", stripe_event("checkout.session.expired", SESSION)) == "payment_not_made"
    assert (
        reason("stripe", stripe_event("checkout.session.completed", SESSION | {"mode": "setup"}))
        == "not_a_sale"
    )


def test_names_lead_from_the_session_to_the_charge():
    told = session(
        invoice="in_1",
        payment_intent={"id": "pi_1", "object": "payment_intent"},
        subscription="sub_1",
    )
    assert told["refs"] == ["stripe:cs_1", "stripe:in_1", "stripe:pi_1", "stripe:sub_1"]


def test_names_are_as_many_as_the_domain_takes():
    payments = {
        "data": [
            {"status": "paid", "payment": {"payment_intent": f"pi_{number}"}}
            for number in range(40)
        ]
    }
    assert len(invoice(payments=payments)["refs"]) == 20


def invoice(**changes) -> dict:
    return facts("stripe", stripe_event("invoice.paid", INVOICE | changes))


def test_a_paid_invoice_is_a_sale():
    told = invoice(payment_intent="pi_2", charge="ch_2")
    assert told["refs"] == ["stripe:in_1", "stripe:pi_2", "stripe:ch_2"]
    assert (told["status"], told["paid_at"], told["items_total"], told["tax_total"]) == (
        "completed",
        "2026-03-01T09:59:10Z",
        2000,
        380,
    )
    assert "hint" not in told


def test_both_events_of_a_paid_invoice_say_the_same():
    assert facts("stripe", stripe_event("invoice.payment_succeeded", INVOICE)) == invoice()


def test_what_a_customer_balance_paid_is_not_charged_again():
    told = invoice(amount_paid=1380)
    assert told["items_total"] + told["tax_total"] == 1380


def test_an_invoice_paid_outside_of_stripe_counts_whole():
    assert invoice(amount_paid=0, paid_out_of_band=True)["items_total"] == 2000


@pytest.mark.parametrize(
    "place",
    [
        {"subscription_details": {"metadata": {"gv_ref": "tok_1"}}},
        {"parent": {"subscription_details": {"metadata": {"gv_ref": "tok_1"}}}},
        {"lines": {"data": [{"metadata": {}}, {"metadata": {"gv_ref": "tok_1"}}]}},
        {
            "metadata": {"gv_ref": "tok_1"},
            "subscription_details": {"metadata": {"gv_ref": "other"}},
        },
    ],
)
def test_the_token_of_an_invoice_may_stand_in_four_places(place):
    assert invoice(**place)["ref_token"] == "tok_1"


def test_a_renewal_is_an_order_of_its_own():
    details = {"metadata": {"gv_order": "1001", "gv_ref": "tok_1", "gv_credit": "100"}}
    first = invoice(
        billing_reason="subscription_create", subscription="sub_1", subscription_details=details
    )
    renewal = invoice(
        billing_reason="subscription_cycle", subscription="sub_1", subscription_details=details
    )
    assert (first["id"], first["credit_used"]) == ("1001", 100)
    assert "id" not in renewal and "credit_used" not in renewal and renewal["ref_token"] == "tok_1"
    assert "stripe:sub_1" in first["refs"] and "stripe:sub_1" not in renewal["refs"]


def test_the_payment_of_an_invoice_names_its_intent():
    payment = {
        "id": "inpay_1",
        "object": "invoice_payment",
        "invoice": "in_1",
        "payment": {"type": "payment_intent", "payment_intent": "pi_1"},
    }
    told = facts("stripe", stripe_event("invoice_payment.paid", payment))
    assert told["refs"] == ["stripe:in_1", "stripe:pi_1"] and told["hint"] and "status" not in told


def test_the_payments_that_an_invoice_lists_are_names_too():
    payments = {
        "data": [
            {"status": "canceled", "payment": {"payment_intent": "pi_9"}},
            {"status": "paid", "payment": {"payment_intent": "pi_1"}},
        ]
    }
    assert invoice(payments=payments)["refs"] == ["stripe:in_1", "stripe:pi_1"]


@pytest.mark.parametrize(
    ("metadata", "hint"),
    [
        ({}, True),
        ({"gv_ref": "tok_1"}, False),
        ({"gv_order": "1001"}, False),
        ({"gv_ref": " "}, True),
    ],
)
@pytest.mark.parametrize(
    ("topic", "thing"),
    [
        ("payment_intent.succeeded", INTENT),
        ("charge.succeeded", CHARGE),
        ("charge.updated", CHARGE),
    ],
)
def test_a_bare_payment_is_a_hint_unless_it_carries_our_word(topic, thing, metadata, hint):
    told = facts("stripe", stripe_event(topic, thing | {"metadata": metadata}))
    assert told.get("hint", False) is hint
    assert (told["status"], told["totals_rank"]) == ("completed", 0)


def test_a_charge_and_its_intent_name_the_sale_alike():
    charge, intent = (
        facts("stripe", stripe_event(*news))
        for news in (("charge.succeeded", CHARGE), ("payment_intent.succeeded", INTENT))
    )
    assert charge["refs"] == intent["refs"] == ["stripe:pi_1", "stripe:ch_1"]


def test_an_authorised_charge_is_not_paid():
    held = facts(
        "stripe",
        stripe_event("charge.succeeded", CHARGE | {"captured": False, "amount_captured": 0}),
    )
    assert held["status"] == "placed" and held["items_total"] == 10000
    taken = facts("stripe", stripe_event("charge.captured", CHARGE | {"amount_captured": 6000}))
    assert (taken["status"], taken["items_total"]) == ("completed", 6000)


def test_a_canceled_intent_cancels_only_what_nothing_else_can_pay():
    assert facts("stripe", stripe_event("payment_intent.canceled", INTENT))["status"] == "cancelled"
    for changes in ({"metadata": {"gv_order": "1001"}}, {"invoice": "in_1"}):
        assert (
            reason("stripe", stripe_event("payment_intent.canceled", INTENT | changes))
            == "payment_not_made"
        )


@pytest.mark.parametrize(
    ("currency", "told", "minor"),
    [
        ("eur", 1234, 1234),
        ("jpy", 500, 500),
        ("kwd", 5120, 5120),
        ("isk", 500, 5),
        ("ugx", 10000, 100),
        ("mga", 500, 50000),
        ("huf", 1000, 1000),
    ],
)
def test_amounts_are_in_the_minor_units_of_iso_4217(currency, told, minor):
    result = session(currency=currency, amount_total=told, total_details=None)
    assert (result["items_total"], result["currency"]) == (minor, currency.upper())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"currency": "isk", "amount_total": 1234, "total_details": None}, "unusable_amount"),
        ({"currency": "xyz"}, "currency_unknown"),
        ({"currency": None}, "currency_unknown"),
        ({"amount_total": None}, "missing_amount"),
        ({"amount_total": -1}, "unusable_amount"),
        ({"amount_total": 10**30}, "unusable_amount"),
        ({"amount_total": 10.5}, "unusable_amount"),
        ({"amount_total": "10710"}, "unusable_amount"),
        ({"amount_total": True}, "unusable_amount"),
        ({"id": None}, "missing_id"),
    ],
)
def test_totals_that_cannot_be_used_are_parked(changes, expected):
    assert (
        reason("stripe", stripe_event("checkout.session.completed", SESSION | changes)) == expected
    )


def test_live_payments_are_no_tests():
    assert "test" not in session()


class TestWhatPaid:
    """Stripe gives each card or account a fingerprint."""

    @pytest.mark.parametrize(("kind", "told"), [("card", "Zo0VSX2dK"), ("sepa_debit", "aB1")])
    def test_a_charge_tells_the_fingerprint_of_what_paid_it(self, kind, told):
        details = {
            "payment_method_details": {"type": kind, kind: {"fingerprint": told, "last4": "4242"}}
        }
        found = facts("stripe", stripe_event("charge.succeeded", CHARGE | details))
        assert (found["payment_fingerprint"], "4242" in str(found)) == (told, False)

    def test_so_does_an_intent_that_carries_its_charges(self):
        charges = [
            {
                "id": "ch_1",
                "payment_method_details": {"type": "card", "card": {"fingerprint": "Zo0VSX2dK"}},
            }
        ]
        found = facts(
            "stripe",
            stripe_event("payment_intent.succeeded", INTENT | {"charges": {"data": charges}}),
        )
        assert found["payment_fingerprint"] == "Zo0VSX2dK"

    @pytest.mark.parametrize(
        "details",
        [
            None,
            "card",
            {},
            {"type": 5},
            {"type": "card"},
            {"type": "card", "card": {"fingerprint": None}},
        ]
        + [
            {"type": "card", "card": {"fingerprint": name}}
            for name in ("", 5, "4242424242424242", "x" * 200)
        ],
    )
    def test_what_is_no_fingerprint_is_not_told_and_breaks_nothing(self, details):
        found = facts(
            "stripe", stripe_event("charge.succeeded", CHARGE | {"payment_method_details": details})
        )
        assert "payment_fingerprint" not in found
