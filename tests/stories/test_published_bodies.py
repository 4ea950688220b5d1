"""The main job on bodies that the processors published themselves: a token injected, ids of their own, signed anew. Dollars."""

import pytest

from tests.support.processor_deliveries import needs_payloads, number, published
from tests.support.running_shop import Person, RunningShop

pytestmark = needs_payloads


@pytest.fixture
def dollars(shop: RunningShop) -> RunningShop:
    shop.publish(currency="USD")
    return shop


def history(shop: RunningShop, person: Person) -> list[tuple[str, int]]:
    return [(entry["kind"], entry["amount"]) for entry in shop.entries(person)]


def test_stripe(dollars):
    anna = dollars.member("anna")
    session = published("stripe/checkout.session.completed.payment_mode.json")
    intent = f"pi_{dollars.mark}"
    session["data"]["object"] |= {
        "id": f"cs_{dollars.mark}",
        "payment_intent": intent,
        "client_reference_id": dollars.click(anna.code),
    }
    refund = published("stripe/charge.refund.updated.json")
    refund["data"]["object"] |= {
        "id": f"re_{dollars.mark}",
        "payment_intent": intent,
        "charge": f"ch_{dollars.mark}",
        "amount": 5_000,
    }

    dollars.hears("stripe", session)
    assert dollars.balance(anna)["available"] == 2_500
    dollars.hears("stripe", refund, session, refund)

    assert dollars.balance(anna)["available"] == 2_000
    assert history(dollars, anna) == [("reward", 2_500), ("clawback", -500)]


def test_stripes_invoice_and_session_of_one_subscription_are_one_sale(dollars):
    anna = dollars.member("anna")
    session = published("stripe/checkout.session.completed.json")
    invoice, paid_twice = (
        published("stripe/invoice.paid.json"),
        published("stripe/invoice.payment_succeeded.json"),
    )
    subscription = f"sub_{dollars.mark}"
    session["data"]["object"] |= {
        "id": f"cs_{dollars.mark}",
        "subscription": subscription,
        "client_reference_id": dollars.click(anna.code),
    }
    for told in (invoice, paid_twice):
        names = {
            "id": f"in_{dollars.mark}",
            "charge": f"ch_{dollars.mark}",
            "subscription": subscription,
            "payment_intent": None,
        }
        told["data"]["object"] |= names | {"billing_reason": "subscription_create"}

    dollars.hears("stripe", invoice, session, paid_twice)

    assert len(history(dollars, anna)) == 1
    assert dollars.seen_order(f"stripe:cs_{dollars.mark}") == dollars.seen_order(
        f"stripe:in_{dollars.mark}"
    )


def test_woocommerce(dollars):
    anna = dollars.member("anna")
    order = published("woocommerce/order.updated.processing.json") | {"id": number()}
    order["meta_data"].append({"id": 1, "key": "gv_ref", "value": dollars.click(anna.code)})
    order["billing"]["email"] = f"{dollars.mark}@example.com"
    dollars.hears("woocommerce", order)
    assert history(dollars, anna) == []

    completed = {
        "status": "completed",
        "date_completed_gmt": "2017-03-24T10:00:00",
        "date_modified_gmt": "2017-03-24T10:00:00",
    }
    dollars.hears("woocommerce", order | completed)
    refund = published("woocommerce/refund.resource.726.json")
    listed = [{"id": refund["id"], "reason": refund["reason"], "total": f"-{refund['amount']}"}]
    dollars.hears(
        "woocommerce",
        order | completed | {"refunds": listed, "date_modified_gmt": "2017-03-25T10:00:00"},
    )

    assert refund["amount"] == "10.00"
    assert history(dollars, anna) == [("reward", 180), ("clawback", -61)]


def shopify_sale(shop: RunningShop, anna: Person) -> dict:
    """A real order of 597.00 less 10.00, fulfilled by now."""
    order = published("shopify/order.resource.partially_refunded.json") | {
        "id": number(),
        "fulfillment_status": "fulfilled",
    }
    order |= {
        "admin_graphql_api_id": f"gid://shopify/Order/{order['id']}",
        "email": f"{shop.mark}@example.com",
        "contact_email": None,
    }
    order["customer"] |= {"id": number(), "admin_graphql_api_id": None, "email": order["email"]}
    return order | {"note_attributes": [{"name": "gv_ref", "value": shop.click(anna.code)}]}


def test_shopify(dollars):
    anna = dollars.member("anna")
    order = shopify_sale(dollars, anna)
    restock = published("shopify/refunds.create.captured-2024-10.json") | {
        "id": number(),
        "order_id": order["id"],
    }
    money = {
        "transactions": [
            {
                "id": number(),
                "kind": "refund",
                "status": "success",
                "amount": "398.00",
                "currency": "USD",
            }
        ]
    }

    dollars.hears("shopify", order)
    answer = dollars.deliver("shopify", restock)
    assert (answer.status, answer.json["reason"]) == (200, "no_money_moved")
    assert dollars.credit(anna) == 5_870
    dollars.hears("shopify", restock | money, order, restock | money)

    assert history(dollars, anna) == [("reward", 5_870), ("clawback", -3_980)]


def test_a_chargeback_at_shopify_takes_the_reward_until_it_is_won(dollars):
    anna = dollars.member("anna")
    order = shopify_sale(dollars, anna)
    names = {"id": number(), "order_id": order["id"], "amount": "598.94", "currency": "USD"}
    lost = published("shopify/disputes.create.docs-2026-04.json") | names | {"type": "chargeback"}
    won = published("shopify/dispute.resource.chargeback-won.json") | names
    won |= {"finalized_on": "2026-02-20"}
    dollars.hears("shopify", order, lost)
    assert dollars.credit(anna) == 0
    dollars.hears("shopify", won)
    assert [amount for _, amount in history(dollars, anna)] == [5_870, -5_870, 5_870]
