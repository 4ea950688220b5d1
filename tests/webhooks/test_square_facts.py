"""What Square's events say, beyond the contract that all processors have."""

import pytest

from shared.webhooks.parking import ParkedDelivery
from tests.support.contracts.square import CONTRACT, event, money, order, payment
from tests.support.webhook_bodies import ARRIVAL, translate_one


def told(news, documents=None, **options):
    api = CONTRACT.api(news.api if documents is None else documents)
    return translate_one("square", news.headers, news.raw, ARRIVAL, api=api, **options)


def facts(news, documents=None, **options) -> dict:
    result = told(news, documents, **options)
    assert not isinstance(result, ParkedDelivery), result
    return result.facts


def without_api(news):
    return translate_one("square", news.headers, news.raw, ARRIVAL)


def order_facts(**changes: object) -> dict:
    documents = {"/v2/orders/ord1": order("1", "tok", **changes)}
    return facts(event("order_updated", "order.updated", {"order_id": "ord1"}), documents)


def test_an_order_tells_its_parts():
    facts = order_facts(
        total_money=money(13_500),
        total_tax_money=money(1_900),
        total_discount_money=money(500),
        total_tip_money=money(300),
        total_service_charge_money=money(700),
        line_items=[
            {"item_type": "GIFT_CARD", "total_money": money(600)},
            {"item_type": "ITEM", "total_money": money(11_900)},
        ],
    )
    assert facts["items_total"] == 13_500 - 1_900 - 300 - 700 - 600 + 500
    assert (facts["discount_total"], facts["tax_total"]) == (500, 1_900)
    assert facts["other_total"] == 300 + 700 + 600


def test_an_order_is_paid_before_it_is_handed_over():
    assert order_facts(state="COMPLETED")["status"] == "completed"
    paid = {
        "net_amount_due_money": money(0),
        "tenders": [{"id": "pay1", "created_at": "2026-02-01T10:00:00Z"}],
    }
    open_order = order("1", "tok", "OPEN", **paid)
    news = event("order_updated", "order.updated", {"order_id": "ord1"})
    assert facts(news, {"/v2/orders/ord1": open_order})["status"] == "paid"
    half = order("1", "tok", "OPEN", **{**paid, "net_amount_due_money": money(5_000)})
    assert facts(news, {"/v2/orders/ord1": half})["status"] == "placed"


def test_metadata_are_the_servers_words():
    words = {"gv_ref": "tok", "gv_order": "1001", "gv_customer": "I", "gv_credit": "500"}
    facts = order_facts(metadata=words, total_discount_money=money(500))
    assert facts["id"] == "1001"
    assert facts["customer"]["id"] == "I"
    assert (facts["credit_used"], facts["discount_total"]) == (500, 0)


def test_news_that_only_name_an_order_wait_for_the_key_of_the_api():
    result = without_api(event("order_updated", "order.updated", {"order_id": "ord1"}))
    assert result.reason == "api_not_set_up"


def test_without_the_api_a_payment_is_the_sale():
    result = without_api(payment("1", None, reference_id="tok", tip_money=money(900))).facts
    assert (result["ref_token"], result["status"]) == ("tok", "completed")
    assert (result["items_total"], result["other_total"]) == (11_000, 900)
    assert result["totals_rank"] == 0
    assert result["refs"] == ["square:ord1", "square:pay1"]
    assert "hint" not in result


def test_a_payments_reference_names_the_token_where_its_order_has_none():
    assert facts(payment("1", None, reference_id="tok"))["ref_token"] == "tok"
    assert facts(payment("1", "of-the-order", reference_id="tok"))["ref_token"] == "of-the-order"
    assert facts(payment("1", None))["customer"] == {"email": "1@example.com"}


def test_a_payment_that_is_not_made_changes_nothing():
    for status in ("CANCELED", "FAILED"):
        assert told(payment("1", None, status)).reason == "payment_not_made"
    assert told(payment("1", None, "STRANGE")).reason == "unknown_status"


@pytest.mark.parametrize(
    ("kind", "topic", "thing", "reason"),
    [
        ("refund", "refund.updated", {"payment_id": "p", "status": "STRANGE"}, "unknown_status"),
        ("refund", "refund.updated", {"status": "COMPLETED"}, "no_order_named"),
        ("dispute", "dispute.created", {"state": "STRANGE"}, "unknown_status"),
        ("dispute", "dispute.created", {"state": "LOST"}, "no_order_named"),
        ("invoice", "invoice.payment_made", {"status": "PAID"}, "no_order_named"),
        ("invoice", "invoice.payment_made", {"order_id": "o", "status": "X"}, "unknown_status"),
        ("order_updated", "order.updated", {}, "no_order_named"),
    ],
)
def test_what_names_no_order_or_has_a_status_that_nobody_knows_is_parked(
    kind, topic, thing, reason
):
    assert told(event(kind, topic, {"id": "1"} | thing)).reason == reason


def test_an_inquiry_moves_no_money():
    thing = {"id": "d", "state": "INQUIRY_EVIDENCE_REQUIRED", "amount_money": money(1)}
    assert told(event("dispute", "dispute.created", thing)).reason == "inquiry"


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 1_234), ("KWD", 1_234)])
def test_amounts_are_minor_units_of_any_currency(currency, amount):
    total = {"amount": amount, "currency": currency}
    documents = order_facts(total_money=total, total_tax_money={"amount": 0, "currency": currency})
    assert (documents["items_total"], documents["currency"]) == (amount, currency)


def test_an_invoice_is_of_its_order():
    invoice = {
        "id": "inv",
        "order_id": "ord1",
        "status": "PAID",
        "updated_at": "2026-02-01T10:00:00Z",
        "payment_requests": [{"total_completed_amount_money": money(11_900)}],
        "primary_recipient": {"email_address": "i@example.com"},
    }
    result = facts(event("invoice", "invoice.payment_made", invoice))
    assert (result["refs"], result["status"]) == (["square:ord1"], "completed")
    gone = facts(event("invoice", "invoice.canceled", invoice | {"status": "CANCELED"}))
    assert (gone["status"], gone["hint"]) == ("cancelled", True)


def test_the_sandbox_is_told_by_the_apis_address_too():
    api = CONTRACT.api(payment("1", None).api)
    sandbox = type(api)(api.documents, "https://connect.squareupsandbox.com")
    news = payment("1", None)
    result = translate_one("square", {}, news.raw, ARRIVAL, api=sandbox)
    assert result.facts["test"] is True
