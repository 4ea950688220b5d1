"""What was charged and what was given back, read a second time: a few lines for each processor, which
share no code with the readers, against the facts. The amounts in the bodies are made up, so that
nothing adds up by itself.
"""

import json
import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from random import Random
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from test_alike_bodies import FORMS, OF_OURS, document_of

from shared.webhooks import PROVIDERS, translate
from shared.webhooks.provider import ProviderUpdate
from tests.support.contract import Told
from tests.support.contracts import CONTRACTS
from tests.support.webhook_bodies import ARRIVAL, PAYLOADS, topic_headers

AMOUNT = re.compile(
    r"amount|total|tax|gross|subtotal|^value$|price|discount|refunded_amount|shipping|tip"
)
NO_AMOUNT = re.compile(
    r"amounts|_id$|^id$|rate|taxes_included|taxable|count|tax_lines$|type|status"
)

type Money = tuple[int | None, int]
"""What a body says was charged (`None`: nothing of it) and what was given back for good."""


def cents(value: object) -> int:
    return int((Decimal(str(value or 0)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def summed(rows: Iterable, good: Callable[[dict], bool], amount: Callable[[dict], int]) -> int:
    return sum(amount(row) for row in rows or () if good(row))


def stripe(event: dict, api: dict) -> Money:
    thing, kind = event["data"]["object"], event["type"]
    if kind.startswith("checkout.session"):
        return (None if kind.endswith("failed") else thing["amount_total"]), 0
    if "refund." in kind and thing["object"] == "refund":
        return None, thing["amount"] if thing["status"] == "succeeded" else 0
    if kind.startswith("charge.") and thing["object"] == "charge":
        charged = thing.get("amount_captured", thing["amount"])
        never = thing["amount"] - charged
        back = thing["amount_refunded"] - never
        assume(never >= 0 and back >= 0 and not (thing.get("refunds") or {}).get("data"))
        return (None if kind == "charge.refunded" else charged), back
    assume(False)


def in_shop(order: dict, name: str) -> int:
    """An amount in the shop's currency, which the second of its two forms has."""
    whole = (order.get(f"{name}_set") or {}).get("shop_money") or {}
    return cents(whole.get("amount", order.get(name)))


def shopify(body: dict, api: dict) -> Money:
    def moved(refund: dict) -> int:
        return summed(
            refund["transactions"],
            lambda row: row["kind"] == "refund" and row["status"] == "success",
            lambda row: cents(row["amount"]),
        )

    if "order_id" in body and "transactions" in body:
        return None, moved(body)
    assume("total_price" in body and body.get("financial_status") != "refunded")
    back = sum(map(moved, body.get("refunds") or ()))
    if "current_total_price" not in body:
        return in_shop(body, "total_price"), back
    paid = body.get("financial_status") in ("paid", "partially_paid", "partially_refunded")
    owed = in_shop(body, "total_outstanding") if paid else 0
    due = in_shop(body, "current_total_price") + back
    return due - min(max(owed, 0), due), back


def woocommerce(body: dict, api: dict) -> Money:
    assume("order_key" in body and body["status"] != "refunded")
    return cents(body["total"]), summed(
        body.get("refunds"), lambda row: True, lambda row: abs(cents(row["total"]))
    )


def square(event: dict, api: dict) -> Money:
    kind, thing = event["data"]["type"], event["data"]["object"].get(event["data"]["type"], {})
    if kind == "refund":
        return None, thing["amount_money"]["amount"] if thing["status"] == "COMPLETED" else 0
    assume(kind.startswith("order") or kind == "payment")
    (order,) = (document["order"] for path, document in api.items() if "/v2/orders/" in path)
    return order["total_money"]["amount"], 0


def paypal(event: dict, api: dict) -> Money:
    orders = [document for path, document in api.items() if "/checkout/orders/" in path]
    assume(len(orders) == 1 and "DISPUTE" not in event["event_type"])
    units = orders[0]["purchase_units"]
    payments = [unit.get("payments", {}) for unit in units]
    back = {
        row["id"]: cents(row["amount"]["value"])
        for part in payments
        for row in part.get("refunds", ())
        if row["status"] == "COMPLETED"
    }
    asked = api.get(f"/v2/payments/refunds/{event['resource'].get('id')}")
    if asked:
        back[asked["id"]] = cents(asked["amount"]["value"]) * (asked["status"] == "COMPLETED")
    return sum(cents(unit["amount"]["value"]) for unit in units), sum(back.values())


def paddle(event: dict, api: dict) -> Money:
    thing, kind = event["data"], event["event_type"]
    if kind.startswith("adjustment"):
        assume(thing["action"] == "refund")
        return None, int(thing["totals"]["total"]) if thing["status"] == "approved" else 0
    totals = thing["details"]["totals"]
    return int(totals.get("grand_total") or totals["total"]), 0


def paddle_classic(form: dict, api: dict) -> Money:
    if form["alert_name"].endswith("payment_refunded"):
        return None, cents(form["amount"])
    assume("dispute" not in form["alert_name"])
    return cents(form["sale_gross"]), 0


def lemonsqueezy(event: dict, api: dict) -> Money:
    sale, kind = event["data"]["attributes"], event["data"]["type"]
    assume(kind in ("orders", "subscription-invoices") and sale["status"] != "refunded")
    first = kind != "orders" and sale["billing_reason"] == "initial"
    return (None if first else sale["total"]), sale.get("refunded_amount") or 0


def bigcommerce(event: dict, api: dict) -> Money:
    (order,) = (document for path, document in api.items() if "include=consignments" in path)
    (refunds,) = (document["data"] for path, document in api.items() if path.endswith("refunds"))
    assume(order["status_id"] != 4)
    back = summed(
        refunds,
        lambda row: not all(part["is_declined"] for part in row["payments"]),
        lambda row: cents(row["total_amount"]),
    )
    return cents(order["total_inc_tax"]), max(back, cents(order["refunded_amount"]))


def adyen(body: dict, api: dict) -> Money:
    (item,) = (row["NotificationRequestItem"] for row in body["notificationItems"])
    code, amount = item["eventCode"], item["amount"]["value"]
    if code in ("REFUND", "REFUND_WITH_DATA"):
        return None, amount if item["success"] == "true" else 0
    assume(code == "AUTHORISATION")
    return amount, 0


READERS = (
    *(stripe, shopify, woocommerce, square, paypal, paddle, paddle_classic, lemonsqueezy),
    *(bigcommerce, adyen),
)


def money_of(facts: dict) -> Money:
    """What the facts say of the same."""
    charged = None
    if "items_total" in facts:
        parts = ("items_total", "tax_total", "shipping_total", "other_total")
        charged = sum(facts[name] for name in parts) - facts["discount_total"]
        charged -= facts.get("credit_in_totals", 0)
    listed = sum(row["amount"] for row in facts.get("refunds", ()) if row["status"] == "succeeded")
    return charged, max(listed, facts.get("refunded_total") or 0)


@cache
def deliveries(name: str) -> list[Told]:
    told = [one for life in CONTRACTS[name].lives("1", "tok").values() for one in life.told]
    files = sorted(PAYLOADS.glob(f"{name}/*.json")) if name not in (FORMS, "bigcommerce") else []
    topic = topic_headers("orders/updated" if name == "shopify" else "order.updated")
    return told + [Told(file.read_bytes(), topic) for file in files]


def made_up(node: object, chance: Random, name: object = "") -> object:
    """The document with about half of its amounts replaced."""
    if isinstance(node, dict):
        return {key: made_up(value, chance, key) for key, value in node.items()}
    if isinstance(node, list):
        return [made_up(value, chance, name) for value in node]
    is_amount = AMOUNT.search(str(name)) and not NO_AMOUNT.search(str(name))
    if not is_amount or isinstance(node, bool) or chance.random() < 0.5:
        return node
    whole, rest = divmod(chance.randrange(10**7), 100)
    if isinstance(node, int):
        return whole * 100 + rest
    if isinstance(node, str) and re.fullmatch(r"[0-9]+\.[0-9]{2,4}", node):
        return f"{whole}.{rest:02}" + "0" * (len(node.partition(".")[2]) - 2)
    return str(whole) if isinstance(node, str) and re.fullmatch("[0-9]+", node) else node


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@settings(
    max_examples=150, phases=[Phase.generate], suppress_health_check=[HealthCheck.filter_too_much]
)
@given(number=st.integers(0), seed=st.integers(0, 2**32))
def test_two_readers_read_the_same_money(reader, number, seed):
    name, chance = reader.__name__, Random(seed)
    all_told = deliveries(name)
    told = all_told[number % len(all_told)]
    body = made_up(document_of(name, told), chance)
    api = {path: made_up(document, chance) for path, document in told.api.items()}
    raw = urlencode(body).encode() if name == FORMS else json.dumps(body).encode()
    found = translate(name, told.headers, raw, ARRIVAL, api=CONTRACTS[name].api(api))
    assume(len(found) == 1 and isinstance(found[0], ProviderUpdate))
    assert money_of(found[0].facts) == reader(body, api)


def test_every_processor_is_read_twice():
    assert {reader.__name__ for reader in READERS} == set(PROVIDERS) - {OF_OURS}
