"""PayPal: bodies that name an object, and the API that tells it."""

from shared.webhooks.signature import Receiver
from tests.support.contract import (
    CANCELLED,
    DISPUTE_LOST,
    DISPUTE_WON,
    REFUND_FAILED,
    REFUNDED,
    REFUNDED_WHOLLY,
    Contract,
    Life,
    Told,
)
from tests.support.paypal_certificates import chain, root_file, sign

API = "https://api-m.paypal.com"
TIMES = {"APPROVED": "09", "COMPLETED": "10", "VOIDED": "11"}


def money(value: str, currency: str = "EUR") -> dict:
    return {"currency_code": currency, "value": value}


def capture(mark: str, status: str = "COMPLETED") -> dict:
    return {
        "id": f"CAP{mark}",
        "status": status,
        "amount": money("119.00"),
        "create_time": "2026-02-01T10:00:00Z",
        "supplementary_data": {"related_ids": {"order_id": f"ORD{mark}"}},
    }


def refund(mark: str, value: str, status: str = "COMPLETED", name: str = "1") -> dict:
    up = f"{API}/v2/payments/captures/CAP{mark}"
    return {
        "id": f"REF{mark}{name}",
        "status": status,
        "amount": money(value),
        "create_time": "2026-02-02T10:00:00Z",
        "update_time": "2026-02-04T10:00:00Z" if status == "FAILED" else "2026-02-02T10:00:00Z",
        "links": [{"rel": "self", "href": "x"}, {"rel": "up", "href": up}],
    }


def order(mark: str, token: str | None, status: str = "COMPLETED", *refunds: dict) -> dict:
    """100.00 and 19.00 tax."""
    payments = {"captures": [capture(mark)], "refunds": list(refunds)}
    breakdown = {"item_total": money("100.00"), "tax_total": money("19.00")}
    unit = {
        "custom_id": token,
        "amount": money("119.00") | {"breakdown": breakdown},
        "payments": payments if status == "COMPLETED" else {},
    }
    return {
        "id": f"ORD{mark}",
        "status": status,
        "create_time": "2026-02-01T09:00:00Z",
        "update_time": f"2026-02-01T{TIMES[status]}:00:00Z",
        "payer": {"email_address": f"{mark}@example.com"},
        "purchase_units": [unit],
    }


def event(topic: str, resource: dict, api: dict) -> Told:
    return Told({"id": f"WH-{topic}", "event_type": topic, "resource": resource}, {}, api)


def told_order(mark: str, token: str | None, status: str, topic: str) -> Told:
    api = {f"/v2/checkout/orders/ORD{mark}": order(mark, token, status)}
    return event(topic, {"id": f"ORD{mark}"}, api)


def captured(mark: str, token: str | None) -> Told:
    api = {
        f"/v2/payments/captures/CAP{mark}": capture(mark),
        f"/v2/checkout/orders/ORD{mark}": order(mark, token),
    }
    return event("PAYMENT.CAPTURE.COMPLETED", {"id": f"CAP{mark}"}, api)


def refunded(mark: str, token: str | None, *refunds: dict) -> Told:
    """The last of the refunds is the news."""
    status = "PARTIALLY_REFUNDED" if refunds[-1]["status"] == "COMPLETED" else "COMPLETED"
    api = {
        f"/v2/payments/refunds/{refunds[-1]['id']}": refunds[-1],
        f"/v2/payments/captures/CAP{mark}": capture(mark, status),
        f"/v2/checkout/orders/ORD{mark}": order(mark, token, "COMPLETED", *refunds),
    }
    topic = (
        "PAYMENT.REFUND.FAILED" if refunds[-1]["status"] == "FAILED" else "PAYMENT.CAPTURE.REFUNDED"
    )
    return event(topic, {"id": refunds[-1]["id"]}, api)


def dispute(mark: str, topic: str, stage: str, outcome: str | None = None) -> Told:
    known = {
        "dispute_id": f"PP-{mark}",
        "create_time": "2026-02-03T10:00:00Z",
        "update_time": "2026-02-09T10:00:00Z" if outcome else "2026-02-03T10:00:00Z",
        "disputed_transactions": [{"seller_transaction_id": f"CAP{mark}"}],
        "status": "RESOLVED" if outcome else "UNDER_REVIEW",
        "dispute_life_cycle_stage": stage,
        "dispute_amount": money("59.50"),
        "dispute_outcome": {"outcome_code": outcome},
    }
    api = {f"/v1/customer/disputes/PP-{mark}": known}
    return event(f"CUSTOMER.DISPUTE.{topic}", {"dispute_id": f"PP-{mark}"}, api)


def lives(mark: str, token: str | None) -> dict[str, Life]:
    approved = told_order(mark, token, "APPROVED", "CHECKOUT.ORDER.APPROVED")
    paid = captured(mark, token)
    first, second = refund(mark, "29.75"), refund(mark, "11.90", name="2")
    rest = refund(mark, "89.25", name="2")
    failed = refunded(mark, token, refund(mark, "29.75", "FAILED"))
    opened = dispute(mark, "CREATED", "CHARGEBACK")
    won = dispute(mark, "RESOLVED", "CHARGEBACK", "RESOLVED_SELLER_FAVOUR")
    lost = dispute(mark, "RESOLVED", "CHARGEBACK", "RESOLVED_BUYER_FAVOUR")
    part = refunded(mark, token, first)
    return {
        REFUNDED: Life((approved, paid, part, refunded(mark, token, first, second)), 6_500),
        REFUND_FAILED: Life((paid, part, failed), 10_000),
        REFUNDED_WHOLLY: Life((paid, part, refunded(mark, token, first, rest)), 0),
        DISPUTE_WON: Life((paid, opened, won), 10_000),
        DISPUTE_LOST: Life((paid, opened, lost), 5_000),
        CANCELLED: Life((approved, told_order(mark, token, "VOIDED", "CHECKOUT.ORDER.VOIDED")), 0),
    }


CONTRACT = Contract(
    "paypal",
    "0EH40505U7160970P",
    "8PT597110X687430LKGECATA",
    lambda secret, body, now: (sign(secret, body, now), body),
    lives,
    event("BILLING.SUBSCRIPTION.CANCELLED", {"id": "I-1"}, {}),
    "PayPal's sandbox is told by its API's address, in test_paypal_facts.py",
    receiver=Receiver(
        "https://grapevine.example/webhooks/paypal", API, lambda url: chain(), root_file()
    ),
    api_url=API,
)
