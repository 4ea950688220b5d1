"""What an owner asks who sells through Paddle or Lemon Squeezy. Bodies are the processors' own, with ids of their own; dollars."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from shared.webhooks import PROVIDERS
from tests.support.contracts.paddle_classic import CONTRACT, sign_form
from tests.support.processor_deliveries import PAYLOADS, needs_payloads, published
from tests.support.running_cloud import Answer
from tests.support.running_shop import Person, RunningShop

pytestmark = needs_payloads


@pytest.fixture
def dollars(shop: RunningShop) -> RunningShop:
    """The bodies are years old, so who bought with them was a customer before any click."""
    shop.publish(currency="USD", friend={"new_customers_only": False})
    return shop


def history(shop: RunningShop, person: Person) -> list[tuple[str, int]]:
    return [(entry["kind"], entry["amount"]) for entry in shop.entries(person)]


# --- Paddle ---


def transaction(shop: RunningShop, words: dict, name: str = "completed", mark: str = "") -> dict:
    """Items of 599.00, 53.15 tax."""
    event = published(f"paddle/transaction.{name}.captured.json")
    own = {"id": f"txn_{mark}{shop.mark}", "customer_id": f"ctm_{shop.mark}", "custom_data": words}
    event["data"] |= own
    return event


def adjustment(shop: RunningShop, status: str, **changes: object) -> dict:
    """108.87 go back, 100.00 of them for an item."""
    name = "created" if status == "pending_approval" else "updated"
    event = published(f"paddle/adjustment.{name}.captured.json")
    ids = {"id": f"adj_{shop.mark}", "transaction_id": f"txn_{shop.mark}", "status": status}
    event["data"] |= ids | changes
    return event


def test_a_refund_at_paddle_takes_back_once_paddle_approves_it(dollars):
    anna = dollars.member("anna")
    words = {"gv_ref": dollars.click(anna.code)}
    dollars.hears("paddle", transaction(dollars, words, "paid"), transaction(dollars, words))
    assert history(dollars, anna) == [("reward", 5_990)]

    dollars.hears("paddle", adjustment(dollars, "pending_approval"))
    assert dollars.credit(anna) == 5_990
    dollars.hears("paddle", adjustment(dollars, "approved"), transaction(dollars, words, "paid"))

    assert history(dollars, anna) == [("reward", 5_990), ("clawback", -1_000)]


def test_a_chargeback_at_paddle_takes_the_reward_until_it_is_reversed(dollars):
    anna = dollars.member("anna")
    dollars.hears("paddle", transaction(dollars, {"gv_ref": dollars.click(anna.code)}))
    taken = {"action": "chargeback", "totals": {"total": "65215", "currency_code": "USD"}}
    given = taken | {"action": "chargeback_reverse", "id": f"adj_{dollars.mark}_back"}
    dollars.hears("paddle", adjustment(dollars, "approved", **taken))
    assert dollars.credit(anna) == 0
    later = adjustment(dollars, "approved", **given) | {"occurred_at": "2024-10-01T10:00:00Z"}
    dollars.hears("paddle", later)
    assert dollars.credit(anna) == 5_990


def test_a_renewal_at_paddle_is_an_order_of_its_own(dollars):
    anna = dollars.member("anna")
    words = {"gv_ref": dollars.click(anna.code)}
    dollars.hears("paddle", transaction(dollars, words))
    dollars.hears("paddle", transaction(dollars, words, mark="second_"))
    assert history(dollars, anna) == [("reward", 5_990), ("reward", 5_990)]


def test_what_a_browser_writes_names_no_order_and_no_credit(dollars):
    anna = dollars.member("anna")
    words = {"gv_ref": dollars.click(anna.code), "gv_credit": "59900", "gv_order": "another"}
    words |= {"gv_customer": anna.id, "gv_fx_rate": "100"}
    dollars.hears("paddle", transaction(dollars, words))
    assert dollars.ask("GET", "/v1/orders/another").status == 404
    assert history(dollars, anna) == [("reward", 5_990)]


def test_a_signature_of_paddle_holds_five_seconds(dollars):
    raw = json.dumps(transaction(dollars, {})).encode()
    signature, secret = PROVIDERS["paddle"].signature, dollars.secrets["paddle"]
    for seconds, status in ((6, 401), (5, 202)):
        headers = signature.sign(secret, raw, dollars.now - timedelta(seconds=seconds))
        assert dollars.cloud.http("POST", "/webhooks/paddle", raw, headers).status == status
    dollars.drain()


# --- Lemon Squeezy ---


def lemon_order(shop: RunningShop, token: str | None, **attributes: object) -> dict:
    """58.99 without tax."""
    event = published("lemonsqueezy/order_created.json")
    event["meta"]["custom_data"] = {"gv_ref": token}
    event["data"]["id"] = str(int(shop.mark, 16))
    event["data"]["attributes"] |= {"user_email": f"{shop.mark}@example.com"} | attributes
    return event


def lemon_invoice(shop: RunningShop, token: str | None, reason: str, number: int) -> dict:
    order = lemon_order(shop, token)
    invoice = order["data"]["attributes"] | {
        "billing_reason": reason,
        "subscription_id": int(shop.mark, 16),
        "created_at": "2023-02-17T12:26:23.000000Z",
    }
    data = {"type": "subscription-invoices", "id": f"{number}{order['data']['id']}"}
    meta = order["meta"] | {"event_name": "subscription_payment_success"}
    return {"meta": meta, "data": data | {"attributes": invoice}}


def test_refunds_at_lemon_squeezy_are_told_as_a_sum_and_taken_back_once(dollars):
    anna = dollars.member("anna")
    token = dollars.click(anna.code)
    part = {"status": "partial_refund", "updated_at": "2023-01-18T12:26:23.000000Z"}
    more = part | {"refunded_amount": 2_950, "updated_at": "2023-01-19T12:26:23.000000Z"}
    dollars.hears("lemonsqueezy", lemon_order(dollars, token))
    dollars.hears("lemonsqueezy", lemon_order(dollars, token, **part, refunded_amount=1_000))
    dollars.hears("lemonsqueezy", lemon_order(dollars, token, **more))
    dollars.hears("lemonsqueezy", lemon_order(dollars, token, **more))
    assert history(dollars, anna) == [("reward", 590), ("clawback", -100), ("clawback", -195)]


def test_a_subscriptions_first_invoice_is_its_order_and_the_next_one_is_another(dollars):
    anna = dollars.member("anna")
    token = dollars.click(anna.code)
    begun = published("lemonsqueezy/subscription_created.json")
    begun["data"]["id"] = str(int(dollars.mark, 16))
    begun["data"]["attributes"]["order_id"] = int(dollars.mark, 16)
    dollars.hears("lemonsqueezy", lemon_invoice(dollars, token, "initial", 1))
    dollars.hears("lemonsqueezy", begun, lemon_order(dollars, token))
    assert history(dollars, anna) == [("reward", 590)]
    dollars.hears("lemonsqueezy", lemon_invoice(dollars, token, "renewal", 2))
    assert history(dollars, anna) == [("reward", 590), ("reward", 590)]


# --- Paddle Classic ---


def send_form(shop: RunningShop, fields: dict, secret: str | None = None) -> Answer:
    form = urlencode({name: text for name, text in fields.items() if name != "p_signature"})
    _, body = sign_form(secret or shop.secrets["paddle_classic"], form.encode(), shop.now)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = shop.cloud.http("POST", "/webhooks/paddle_classic", body, headers)
    shop.drain()
    return answer


def classic_sale(shop: RunningShop, passthrough: str) -> dict:
    """100.00 and 19.00 tax."""
    return {
        "alert_id": f"1{shop.mark}",
        "alert_name": "payment_succeeded",
        "order_id": f"9-{shop.mark}",
        "currency": "USD",
        "sale_gross": "119.00",
        "payment_tax": "19.00",
        "email": f"{shop.mark}@example.com",
        "event_time": "2026-03-01 09:59:00",
        "passthrough": passthrough,
        "customer_name": "Zoë Ångström & Söhne",
    }


def test_a_sale_at_paddle_classic_and_its_refunds(dollars):
    anna = dollars.member("anna")
    sale = classic_sale(dollars, json.dumps({"gv_ref": dollars.click(anna.code)}))
    refund = published("paddle_classic/payment_refunded.captured.json")
    refund |= {"order_id": sale["order_id"], "alert_id": f"2{dollars.mark}", "amount": "19.00"}
    part = refund | {"alert_id": f"3{dollars.mark}", "refund_type": "partial", "amount": "59.50"}
    assert [send_form(dollars, fields).status for fields in (sale, refund, part, sale, part)] == [
        202
    ] * 5
    assert history(dollars, anna) == [("reward", 1_000), ("clawback", -500)]


def test_a_form_that_another_account_signed_is_refused(dollars):
    answer = send_form(dollars, classic_sale(dollars, ""), CONTRACT.secret)
    assert (answer.status, answer.json["code"]) == (401, "bad_signature")


# --- all that they published ---


def names(*providers: str) -> list[str]:
    return [
        f"{provider}/{file.name}"
        for provider in providers
        for file in sorted(PAYLOADS.glob(f"{provider}/*.json"))
    ]


@pytest.mark.parametrize("name", names("paddle", "paddle_classic", "lemonsqueezy", "bigcommerce"))
def test_every_published_body_is_told_or_parked_with_a_reason(dollars, name):
    provider, body = name.partition("/")[0], published(name)
    if provider == "paddle_classic":
        answer = send_form(dollars, body)
    else:
        answer = dollars.deliver(provider, body)
        dollars.drain()
    expected = PARKED.get(name)
    assert (answer.status, answer.json.get("reason")) == (200 if expected else 202, expected)


PARKED = {
    "paddle/adjustment.updated.data-only-sdk.json": "not_an_event",
    "paddle/customer.created.captured.json": "irrelevant_topic",
    "paddle/subscription.activated.captured.json": "irrelevant_topic",
    "paddle/subscription.created.captured.json": "irrelevant_topic",
    "paddle/transaction.canceled.data-only-sdk.json": "not_an_event",
    "paddle/transaction.completed.data-only-sdk.json": "not_an_event",
    "paddle/transaction.revised.data-only-sdk.json": "not_an_event",
    "bigcommerce/store.order.created.captured.json": "missing_id",
    "bigcommerce/store.order.refund.created.captured.json": "missing_id",
    "bigcommerce/store.order.transaction.created.captured.json": "missing_id",
}
"""Why the others are parked; BigCommerce's name no store, since the publisher took it out."""
