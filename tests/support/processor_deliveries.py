"""Webhooks of processors: small bodies with fresh ids, and the samples that they publish."""

import copy
import json
import random
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "events"
PAYLOADS = ROOT.parent / "shared" / "payloads"
needs_payloads = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason=f"the published webhook bodies are not at {PAYLOADS}"
)


def sample(name: str) -> dict:
    return json.loads((SAMPLES / f"{name}.json").read_text())


def published(name: str) -> dict:
    return json.loads((PAYLOADS / name).read_text())


def number() -> int:
    """A random id, as long as those of shop platforms."""
    return random.randrange(10**12, 10**15)


def stripe_session(token: str | None, mark: str, seconds: int, **changes: object) -> dict:
    """A paid session of 100.00 net of 19.00 tax and 5.90 shipping, all ids ending in `mark`."""
    event = sample("stripe_session_paid")
    session = {
        "id": f"cs_{mark}",
        "payment_intent": f"pi_{mark}",
        "created": seconds,
        "client_reference_id": token,
        "metadata": {},
    }
    session["customer_details"] = {"email": f"{mark}@example.com"}
    event["data"]["object"] |= session | changes
    return event | {"id": f"evt_{mark}", "created": seconds}


def stripe_refund(mark: str, amount: int, seconds: int, name: str = "1", **changes: object) -> dict:
    event = sample("stripe_refund_created")
    refund = {
        "id": f"re_{mark}_{name}",
        "amount": amount,
        "payment_intent": f"pi_{mark}",
        "charge": f"ch_{mark}",
        "created": seconds,
    }
    event["data"]["object"] |= refund | changes
    return event | {"id": f"evt_{mark}_{name}", "created": seconds}


def stripe_dispute(mark: str, status: str, seconds: int) -> dict:
    topic = "charge.dispute.closed" if status in ("won", "lost") else "charge.dispute.created"
    dispute = {
        "id": f"dp_{mark}",
        "object": "dispute",
        "charge": f"ch_{mark}",
        "payment_intent": f"pi_{mark}",
        "status": status,
    }
    return {
        "id": f"evt_{mark}_{status}",
        "object": "event",
        "type": topic,
        "created": seconds,
        "data": {"object": dispute},
    }


def woocommerce_order(token: str | None, **changes: object) -> dict:
    """100.00 less 10.00 discount, tax 17.10, shipping 4.90, completed."""
    order = sample("woocommerce_order_completed")
    order |= {"id": number(), "customer_id": 0, "coupon_lines": []}
    order["billing"] = {"email": f"{order['id']}@example.com"}
    order["meta_data"] = [{"id": 1, "key": "gv_ref", "value": token}]
    return order | changes


def shopify_order(token: str | None, **changes: object) -> dict:
    """100.00 less 10.00 discount, tax 17.10, shipping 4.90, fulfilled."""
    order = sample("shopify_order_fulfilled")
    order |= {
        "id": number(),
        "discount_codes": [],
        "note_attributes": [{"name": "gv_ref", "value": token}],
    }
    order |= {
        "admin_graphql_api_id": f"gid://shopify/Order/{order['id']}",
        "email": f"{order['id']}@example.com",
    }
    order["customer"] = {"id": number(), "email": order["email"]}
    return order | changes


def shopify_refund(order: dict, subtotal: str, tax: str) -> dict:
    """One item goes back; its price and tax are refunded."""
    refund = sample("shopify_refund")
    refund |= {"id": number(), "order_id": order["id"]}
    refund["refund_line_items"][0] |= {"subtotal": subtotal, "total_tax": tax}
    refund["transactions"][0]["amount"] = str(Decimal(subtotal) + Decimal(tax))
    return refund


def with_refunds(order: dict, *amounts: str) -> dict:
    """A WooCommerce order that lists these refunds."""
    changed = copy.deepcopy(order)
    changed["refunds"] = [
        {"id": order["id"] + place, "total": f"-{amount}"}
        for place, amount in enumerate(amounts, 1)
    ]
    return changed
