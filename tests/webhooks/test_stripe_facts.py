import pytest

from tests.support.contract import AnsweredApi
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
        ({"amount_total": "107.10"}, "unusable_amount"),
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


class TestCaptureByHand:
    """100.00 authorised, 60.00 captured."""

    @pytest.mark.parametrize(
        ("changes", "captured"),
        [
            ({"amount": 10000, "amount_received": 6000}, 6000),
            ({"amount": 10000, "amount_received": 10000}, None),
            ({"amount": 10000, "amount_received": 10000, "capture_method": "manual"}, 10000),
            ({"amount": 10000, "amount_received": 10000, "capture_method": "automatic"}, None),
        ],
    )
    def test_an_intent_tells_what_was_captured(self, changes, captured):
        told = facts("stripe", stripe_event("payment_intent.succeeded", INTENT | changes))
        assert told.get("captured_total") == captured
        assert told["totals_rank"] == 0 and told["hint"]

    def test_so_does_a_charge(self):
        told = facts("stripe", stripe_event("charge.captured", CHARGE | {"amount_captured": 6000}))
        assert told["captured_total"] == 6000
        assert "captured_total" not in facts("stripe", stripe_event("charge.captured", CHARGE))


def test_a_tip_is_a_part_of_the_sum_and_earns_nothing():
    tipped = INTENT | {"amount_details": {"tip": {"amount": 100}}}
    told = facts("stripe", stripe_event("payment_intent.succeeded", tipped))
    assert (told["items_total"], told["other_total"]) == (800, 100)


CONVERSION = {"amount_total": 11000, "amount_subtotal": 10000, "fx_rate": "1.1"}


class TestAdaptivePricing:
    """The shop sells in euro; the buyer paid in dollars, 1.1 of them for a euro."""

    def test_the_old_form_is_in_the_buyers_currency_with_a_rate_to_it(self):
        told = session(
            currency="usd",
            amount_total=11000,
            total_details=None,
            currency_conversion=CONVERSION | {"source_currency": "eur"},
        )
        assert (told["currency"], told["items_total"]) == ("USD", 11000)
        assert told["fx_rate"].startswith("0.909090909090909") and told["fx_currency"] == "EUR"

    def test_the_new_form_is_in_the_shops_currency(self):
        told = session(
            presentment_details={"presentment_amount": 11781, "presentment_currency": "usd"}
        )
        assert (told["currency"], told["items_total"]) == ("EUR", 10000)
        assert "fx_rate" not in told

    def test_both_forms_at_once_are_the_new_one(self):
        told = session(
            currency_conversion=CONVERSION | {"source_currency": "eur"},
            presentment_details={"presentment_amount": 11781, "presentment_currency": "usd"},
        )
        assert told["currency"] == "EUR" and "fx_rate" not in told

    def test_the_rate_that_the_shops_server_tells_goes_first(self):
        told = session(
            currency="usd",
            currency_conversion=CONVERSION | {"source_currency": "eur"},
            metadata={"gv_fx_rate": "0.5"},
        )
        assert told["fx_rate"] == "0.5" and "fx_currency" not in told

    @pytest.mark.parametrize("rate", [None, "", "0", "-1", "1e3", [], "nonsense", "1" * 40])
    def test_what_is_no_rate_is_not_told(self, rate):
        conversion = {"source_currency": "eur", "fx_rate": rate}
        told = session(currency="usd", currency_conversion=conversion)
        assert not {"fx_rate", "fx_currency"} & set(told)


class TestWhatAnInvoiceWasPaidBy:
    """119.00 with 19.00 of tax."""

    INVOICE = INVOICE | {
        "total": 11900,
        "amount_due": 5900,
        "amount_paid": 5900,
        "total_taxes": [{"amount": 1900}],
        "status": "paid",
    }

    def test_the_part_from_the_balance_takes_its_part_of_the_tax(self):
        told = facts("stripe", stripe_event("invoice.paid", self.INVOICE))
        assert (told["items_total"], told["tax_total"]) == (4958, 942)
        assert told["captured_total"] == 5900

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"amount_paid": 0, "amount_due": 0}, (0, 0)),
            ({"amount_paid": 11900, "amount_due": 11900}, (10000, 1900)),
            ({"amount_paid": 12900, "amount_due": 11900}, (10000, 1900)),
            ({"total": 0, "amount_paid": 0, "amount_due": 0, "total_taxes": []}, (0, 0)),
            ({"total": -500, "amount_paid": 0, "amount_due": 0}, (0, 0)),
            (
                {
                    "currency": "jpy",
                    "total": 119,
                    "amount_paid": 59,
                    "total_taxes": [{"amount": 19}],
                },
                (50, 9),
            ),
        ],
    )
    def test_whatever_was_paid_adds_up(self, changes, expected):
        told = facts("stripe", stripe_event("invoice.paid", self.INVOICE | changes))
        assert (told["items_total"], told["tax_total"]) == expected

    def test_discount_and_shipping_shrink_alike(self):
        told = facts(
            "stripe",
            stripe_event(
                "invoice.paid",
                self.INVOICE
                | {"total_discount_amounts": [{"amount": 1000}]}
                | {"shipping_cost": {"amount_total": 1190, "amount_tax": 190}},
            ),
        )
        assert (told["discount_total"], told["shipping_total"]) == (496, 496)
        assert told["items_total"] - 496 + told["tax_total"] + 496 == 5900

    @pytest.mark.parametrize(
        ("version", "flag", "paid"),
        [
            ("2024-06-20", True, 5900),
            ("2024-06-20", False, 0),
            ("2025-03-31.basil", False, 5900),
            ("2025-09-30.clover", False, 5900),
            (None, False, 0),
        ],
    )
    def test_money_outside_of_stripe_is_told_by_each_version_in_its_way(self, version, flag, paid):
        invoice = self.INVOICE | {"amount_paid": 0, "paid_out_of_band": flag}
        told = facts("stripe", stripe_event("invoice.paid", invoice, api_version=version))
        assert told["items_total"] + told["tax_total"] == paid

    @pytest.mark.parametrize(
        ("version", "tax"), [("2024-06-20", 100), ("2025-03-31.basil", 200), (None, 100)]
    )
    def test_the_version_says_which_field_of_the_tax_counts(self, version, tax):
        both = {"total_tax_amounts": [{"amount": 100}], "total_taxes": [{"amount": 200}]}
        invoice = INVOICE | both | {"amount_paid": 2380}
        told = facts("stripe", stripe_event("invoice.paid", invoice, api_version=version))
        assert told["tax_total"] == tax


@pytest.mark.parametrize("reason_for", ["subscription_cycle", "subscription_update"])
def test_renewals_and_prorations_are_orders_of_their_own(reason_for):
    told = invoice(billing_reason=reason_for, subscription="sub_1")
    assert told["refs"] == ["stripe:in_1"]


def test_a_trial_begins_with_an_order_of_nothing():
    free = {"total": 0, "amount_paid": 0, "total_taxes": []}
    told = invoice(billing_reason="subscription_create", subscription="sub_1", **free)
    assert (told["items_total"], told["refs"]) == (0, ["stripe:in_1", "stripe:sub_1"])
    begun = session(payment_status="no_payment_required", amount_total=0, subscription="sub_1")
    assert (begun["status"], "stripe:sub_1" in begun["refs"]) == ("completed", True)


@pytest.mark.parametrize(
    ("discounts", "codes"),
    [
        ([{"coupon": "c", "promotion_code": "promo_1"}], []),
        (
            [{"coupon": "c", "promotion_code": {"id": "promo_1", "code": "ANNA-7K2Q"}}],
            ["ANNA-7K2Q"],
        ),
        (["di_1"], []),
    ],
)
def test_a_promotion_code_counts_where_it_names_a_code(discounts, codes):
    assert session(discounts=discounts)["codes"] == codes
    assert invoice(discounts=discounts)["codes"] == codes


PROMOTION_CODE = {"id": "promo_1", "code": "ANNA-7K2Q"}
STRIPES_API = AnsweredApi(
    {
        "/v1/promotion_codes/promo_1": PROMOTION_CODE,
        "/v1/promotion_codes/../../v1/balance": PROMOTION_CODE,
        "/v1/invoices/in_1?expand%5B%5D=discounts.promotion_code": {
            "id": "in_1",
            "discounts": [{"id": "di_1", "promotion_code": PROMOTION_CODE}],
        },
    }
)


@pytest.mark.parametrize(
    ("discounts", "codes"),
    [
        ([{"coupon": "c", "promotion_code": "promo_1"}], ["ANNA-7K2Q"]),
        ([{"coupon": "c", "promotion_code": "promo_2"}], []),
        ([{"coupon": "c", "promotion_code": "../../v1/balance"}], []),
        ([{"coupon": "c", "promotion_code": None}], []),
    ],
)
def test_a_code_that_is_told_by_its_id_is_asked_of_stripes_api(discounts, codes):
    sale = stripe_event("checkout.session.completed", SESSION | {"discounts": discounts})
    assert facts("stripe", sale, api=STRIPES_API)["codes"] == codes


def test_the_code_of_an_invoice_is_read_with_the_invoice():
    discounted = {
        "id": "in_1",
        "discounts": ["di_1"],
        "total_discount_amounts": [{"amount": 5, "discount": "di_1"}],
    }
    sale = stripe_event("invoice.paid", INVOICE | discounted)
    assert facts("stripe", sale, api=STRIPES_API)["codes"] == ["ANNA-7K2Q"]
    assert facts("stripe", sale)["codes"] == []


def test_the_shops_own_id_is_no_name_of_ours():
    told = session(metadata={"gv_order": "stripe:cs_of_a_stranger"})
    assert "id" not in told and told["refs"][0] == "stripe:cs_1"


def test_a_link_from_a_browser_tells_who_recommended_and_no_more():
    told = session(client_reference_id="gv_credit=5", custom_fields=[{"key": "gv_order"}])
    assert told["ref_token"] == "gv_credit=5" and "id" not in told


CREDIT_CODE = {"promotion_code": {"id": "promo_1", "code": "GC-7K2Q-M4XP-9TRD"}}


def test_what_a_credit_code_took_off_is_credit_and_no_discount():
    told = session(discounts=[CREDIT_CODE])
    assert (told["discount_total"], told["credit_used"]) == (0, 1000)
    assert told["codes"] == ["GC-7K2Q-M4XP-9TRD"]
    taken = [{"amount": 300, "discount": CREDIT_CODE}]
    told = invoice(total_discount_amounts=taken)
    assert (told["discount_total"], told["credit_used"]) == (0, 300)
