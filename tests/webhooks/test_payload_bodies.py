"""Every body that processors published, and what it becomes where no API can be asked.

Each file has a row: `update` and a summary of its facts, or `parked` and the reason.
"""

import json

import pytest

from shared.webhooks.provider import ProviderUpdate
from tests.support.webhook_bodies import (
    ARRIVAL,
    PAYLOADS,
    needs_payloads,
    topic_headers,
    translate_one,
)

TABLE = """
stripe/charge.captured.json                                  update hint completed 100 USD
stripe/charge.dispute.closed.json                            update hint disputed False
stripe/charge.dispute.created.json                           parked inquiry
stripe/charge.failed.json                                    parked payment_not_made
stripe/charge.refund.updated.json                            update hint refunds 100
stripe/charge.refunded.data-only-pay.json                    parked not_an_event
stripe/charge.succeeded.data-only-pay.json                   parked not_an_event
stripe/charge.succeeded.json                                 update hint completed 2000 USD
stripe/checkout.session.completed.captured-2022-11-15.json   update completed 0 USD
stripe/checkout.session.completed.data-only-pay.json         parked not_an_event
stripe/checkout.session.completed.json                       update completed 3000 USD
stripe/checkout.session.completed.payment_mode.json          update completed 25000 USD
stripe/customer.created.json                                 parked irrelevant_topic
stripe/invoice.paid.captured-2022-11-15.json                 update completed 0 USD
stripe/invoice.paid.json                                     update completed 2000 USD
stripe/invoice.payment_succeeded.captured-2022-11-15.json    update completed 0 USD
stripe/invoice.payment_succeeded.json                        update completed 2000 USD
stripe/invoice.updated.json                                  parked irrelevant_topic
stripe/payment_intent.canceled.json                          update hint cancelled
stripe/payment_intent.payment_failed.json                    parked payment_not_made
shopify/app.uninstalled.captured-2024-10.json                parked irrelevant_topic
shopify/checkouts.create.docs-2026-04.json                   parked irrelevant_topic
shopify/customers.data_request.docs-2026-04.json             parked privacy_request
shopify/customers.redact.docs-2026-04.json                   parked privacy_request
shopify/dispute.resource.chargeback-needs_response.json      update hint dispute open 1150
shopify/dispute.resource.chargeback-under_review.json        update hint dispute open 1150
shopify/dispute.resource.chargeback-won.json                 parked no_order_named
shopify/dispute.resource.inquiry-needs_response.json         parked inquiry
shopify/disputes.create.captured-2024-10.json                update hint dispute open 1150
shopify/disputes.create.docs-2026-04.json                    update hint dispute open 1150
shopify/disputes.update.docs-2026-04.json                    update hint dispute open 1150
shopify/order.resource.authorized.json                       update placed 40994 USD
shopify/order.resource.partially_refunded.json               update paid 59894 USD
shopify/order_transactions.create.captured-2024-10.json      parked irrelevant_topic
shopify/order_transactions.create.docs-2026-04.json          parked irrelevant_topic
shopify/orders.cancelled.captured-2024-10.json               update test cancelled 39800 USD
shopify/orders.cancelled.docs-2026-04.json                   update test cancelled 41495 USD
shopify/orders.create.captured-2024-10.json                  update test cancelled 39800 USD
shopify/orders.create.docs-2026-04.json                      update test cancelled 41495 USD
shopify/orders.create.raw-2017.json                          update test cancelled 5798 USD
shopify/orders.edited.captured-2024-10.json                  parked irrelevant_topic
shopify/orders.fulfilled.docs-2026-04.json                   update test cancelled 41495 USD
shopify/orders.paid.captured-2024-10.json                    update test cancelled 39800 USD
shopify/orders.paid.docs-2026-04.json                        update test cancelled 41495 USD
shopify/orders.updated.captured-2024-10.json                 update test cancelled 39800 USD
shopify/orders.updated.docs-2026-04.json                     update test cancelled 41495 USD
shopify/refunds.create.captured-2024-10.json                 parked no_money_moved
shopify/returns.close.docs-2026-04.json                      parked irrelevant_topic
shopify/tender_transactions.create.docs-2026-04.json         parked irrelevant_topic
woocommerce/coupon.created.captured.json                     parked irrelevant_topic
woocommerce/coupon.deleted.captured.json                     parked irrelevant_topic
woocommerce/order.created.processing.json                    update paid 2935 USD
woocommerce/order.updated.list0-processing.json              update paid 2935 USD
woocommerce/order.updated.processing.json                    update paid 2935 USD
woocommerce/product.updated.captured.json                    parked irrelevant_topic
woocommerce/refund.resource.726.json                         parked irrelevant_topic
woocommerce/refund.resource.list1.json                       parked irrelevant_topic
square/customer.created.json                                 parked irrelevant_topic
square/customer.deleted.json                                 parked irrelevant_topic
square/dispute.created.json                                  update hint dispute open 8801
square/dispute.state.changed.json                            update hint dispute won 8801
square/gift_card.activity.created.json                       parked irrelevant_topic
square/invoice.canceled.json                                 update hint cancelled
square/invoice.payment_made.json                             update completed 10000 USD
square/loyalty.event.created.json                            parked irrelevant_topic
square/oauth.authorization.revoked.json                      parked irrelevant_topic
square/order.created.json                                    parked api_not_set_up
square/order.fulfillment.updated.json                        parked api_not_set_up
square/order.updated.json                                    parked api_not_set_up
square/payment.created.json                                  update placed 100 USD
square/refund.updated.json                                   update hint refunds 1000
adyen/AUTHORISATION.captured.json                            update completed 10100 EUR
adyen/CANCEL_OR_REFUND.json                                  update hint cancelled
adyen/CAPTURE.json                                           update hint
adyen/CAPTURE_FAILED.json                                    update hint
adyen/CHARGEBACK.json                                        update hint dispute lost 1000
adyen/CHARGEBACK_REVERSED.json                               update hint dispute won 1000
adyen/EXPIRE.json                                            update hint cancelled
adyen/NOTIFICATION_OF_CHARGEBACK.json                        update hint dispute open 1000
adyen/NOTIFICATION_OF_FRAUD.json                             parked irrelevant_topic
adyen/OFFER_CLOSED.json                                      update hint cancelled
adyen/ORDER_CLOSED.json                                      parked irrelevant_topic
adyen/POSTPONED_REFUND.json                                  update hint refunds 1000
adyen/PREARBITRATION_LOST.json                               update hint dispute lost 1000
adyen/REFUND.json                                            update hint refunds 1000
adyen/REFUNDED_REVERSED.json                                 update hint refunds 1000
adyen/REFUND_FAILED.json                                     update hint refunds 1000
adyen/REFUND_WITH_DATA.json                                  update hint refunds 1000
adyen/REPORT_AVAILABLE.json                                  parked irrelevant_topic
adyen/REQUEST_FOR_INFORMATION.json                           parked inquiry
adyen/SECOND_CHARGEBACK.json                                 update hint dispute lost 1000
adyen/TECHNICAL_CANCEL.json                                  update hint cancelled
adyen/VOID_PENDING_REFUND.json                               parked no_money_moved
paypal/BILLING.SUBSCRIPTION.CANCELLED.captured.json          parked irrelevant_topic
paypal/CHECKOUT.ORDER.APPROVED.captured.json                 parked api_not_set_up
paypal/CHECKOUT.ORDER.COMPLETED.captured.json                parked api_not_set_up
paypal/CHECKOUT.ORDER.VOIDED.captured.json                   parked api_not_set_up
paypal/CUSTOMER-SUPPORT.CHARGEBACK.DECISION-RESPONDED.captured.json parked irrelevant_topic
paypal/CUSTOMER.DISPUTE.CREATED.captured.json                parked api_not_set_up
"""
ROWS = [row.split(maxsplit=2) for row in TABLE.strip().splitlines()]


def paid_total(facts: dict) -> int:
    return (
        facts["items_total"]
        - facts["discount_total"]
        + facts["tax_total"]
        + facts["shipping_total"]
        + facts["other_total"]
    )


def summary(facts: dict) -> str:
    words = ["hint"] * facts.get("hint", False) + ["test"] * (
        facts["provider"] == "shopify" and facts.get("test", False)
    )
    words += [facts["status"]] if "status" in facts else []
    words += [str(paid_total(facts)), facts["currency"]] if "items_total" in facts else []
    words += (
        ["refunds", *(str(refund["amount"]) for refund in facts["refunds"])]
        if "refunds" in facts
        else []
    )
    words += ["disputed", str(facts["disputed"])] if "disputed" in facts else []
    for dispute in facts.get("disputes", ()):
        words += ["dispute", dispute["status"], str(dispute["amount"])]
    return " ".join(words)


def translate_file(name: str, **options):
    provider, _, file = name.partition("/")
    entry = next(
        entry
        for entry in json.loads((PAYLOADS / "manifest.json").read_text())["items"]
        if entry["file"] == name
    )
    headers = entry["headers"] or topic_headers(entry["event"])
    return translate_one(
        provider, headers, (PAYLOADS / provider / file).read_bytes(), ARRIVAL, **options
    )


@needs_payloads
@pytest.mark.parametrize(("name", "kind", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_each_published_body_becomes(name, kind, expected):
    result = translate_file(name)
    if kind == "update":
        assert isinstance(result, ProviderUpdate), result
        assert summary(result.facts) == expected
    else:
        assert getattr(result, "reason", result) == expected


@needs_payloads
def test_the_table_names_every_file():
    files = {
        f"{provider}/{file.name}"
        for provider in ("stripe", "shopify", "woocommerce", "square", "adyen", "paypal")
        for file in (PAYLOADS / provider).iterdir()
    }
    assert files == {name for name, _, _ in ROWS}


@needs_payloads
@pytest.mark.parametrize("name", [name for name, _, _ in ROWS])
def test_the_same_body_says_the_same_twice_and_is_json(name):
    assert translate_file(name) == translate_file(name)
    result = translate_file(name)
    if isinstance(result, ProviderUpdate):
        assert json.loads(json.dumps(result.facts)) == result.facts
        assert {"schema_version", "as_of", "provider", "refs"} <= set(result.facts)


@needs_payloads
@pytest.mark.parametrize(
    "name", [name for name, kind, _ in ROWS if kind == "update" and name.startswith("stripe/")]
)
def test_a_sandbox_payment_is_a_test_only_where_the_shop_is_live(name):
    assert translate_file(name).facts["test"] is True
    assert "test" not in translate_file(name, accept_sandbox=True).facts


@needs_payloads
def test_a_test_order_of_shopify_is_one_everywhere():
    assert (
        translate_file("shopify/orders.paid.docs-2026-04.json", accept_sandbox=True).facts["test"]
        is True
    )


@needs_payloads
def test_every_name_that_news_of_one_sale_shares():
    session, invoice = (
        "stripe/checkout.session.completed.captured-2022-11-15.json",
        "stripe/invoice.paid.captured-2022-11-15.json",
    )
    assert "stripe:in_1MhUT5E0b6fckueSfPlY05Fw" in set(translate_file(session).facts["refs"]) & set(
        translate_file(invoice).facts["refs"]
    )
    assert translate_file(session).facts["refs"][0].startswith("stripe:cs_")
    order, dispute = (
        "shopify/orders.paid.docs-2026-04.json",
        "shopify/disputes.create.docs-2026-04.json",
    )
    assert set(translate_file(dispute).facts["refs"]) <= set(translate_file(order).facts["refs"])


@needs_payloads
def test_ids_above_two_to_the_53rd_are_exact():
    rounded, exact = (
        translate_file("shopify/orders.create.captured-2024-10.json").facts,
        translate_file("shopify/orders.create.raw-2017.json").facts,
    )
    assert rounded["id"] == exact["id"] == "shopify:820982911946154508"
    assert rounded["customer"]["id"] == exact["customer"]["id"] == "115310627314723954"
