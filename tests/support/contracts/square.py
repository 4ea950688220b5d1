"""Square: an order that webhooks only name, its payment, refunds and disputes."""

from shared.webhooks.signature import Receiver
from shared.webhooks.square.signature import SIGNATURE
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

URL = "https://grapevine.example/webhooks/square"


def money(amount: int) -> dict:
    return {"amount": amount, "currency": "EUR"}


def order(mark: str, token: str | None, state: str = "COMPLETED", **changes: object) -> dict:
    """100.00 and 19.00 tax."""
    paid = state == "COMPLETED"
    tender = {
        "id": f"pay{mark}",
        "payment_id": f"pay{mark}",
        "created_at": "2026-02-01T10:00:00Z",
        "amount_money": money(11_900),
    }
    known = {
        "id": f"ord{mark}",
        "state": state,
        "created_at": "2026-02-01T09:00:00Z",
        "updated_at": "2026-02-01T10:00:00Z" if state != "OPEN" else "2026-02-01T09:00:00Z",
        "metadata": {"gv_ref": token} if token else {},
        "total_money": money(11_900),
        "total_tax_money": money(1_900),
        "net_amount_due_money": money(0 if paid else 11_900),
        "tenders": [tender] if paid else [],
    }
    return {"order": known | changes}


def event(kind: str, topic: str, thing: dict, api: dict | None = None) -> Told:
    name = thing.get("id", "1")
    data = {"type": kind, "id": name, "object": {kind: thing}}
    document = {"merchant_id": "M", "type": topic, "event_id": f"{topic}-{name}", "data": data}
    return Told(document, {}, api or {})


def _thin(mark: str, token: str | None, topic: str, state: str) -> Told:
    kind = topic.replace(".", "_")
    api = {f"/v2/orders/ord{mark}": order(mark, token, state)}
    return event(kind, topic, {"order_id": f"ord{mark}", "state": state}, api)


def payment(mark: str, token: str | None, status: str = "COMPLETED", **changes: object) -> Told:
    thing = {
        "id": f"pay{mark}",
        "order_id": f"ord{mark}",
        "status": status,
        "created_at": "2026-02-01T09:59:00Z",
        "updated_at": "2026-02-01T10:00:00Z",
        "amount_money": money(11_900),
        "total_money": money(11_900),
        "buyer_email_address": f"{mark}@example.com",
    }
    api = {f"/v2/orders/ord{mark}": order(mark, token)}
    return event("payment", "payment.updated", thing | changes, api)


def refund(mark: str, amount: int, status: str, day: int, name: str = "1") -> Told:
    thing = {
        "id": f"pay{mark}_r{name}",
        "payment_id": f"pay{mark}",
        "order_id": f"return{mark}",
        "status": status,
        "amount_money": money(amount),
        "created_at": "2026-02-02T10:00:00Z",
        "updated_at": f"2026-02-{day:02d}T10:00:00Z",
    }
    return event("refund", "refund.updated", thing)


def _dispute(mark: str, state: str, day: int) -> Told:
    thing = {
        "id": f"dis{mark}",
        "disputed_payment": {"payment_id": f"pay{mark}"},
        "state": state,
        "amount_money": money(5_950),
        "created_at": "2026-02-02T10:00:00Z",
        "updated_at": f"2026-02-{day:02d}T10:00:00Z",
    }
    return event("dispute", "dispute.state.changed", thing)


def lives(mark: str, token: str | None) -> dict[str, Life]:
    made, paid = _thin(mark, token, "order.created", "OPEN"), payment(mark, token)
    first, opened = refund(mark, 2_975, "PENDING", 2), _dispute(mark, "EVIDENCE_REQUIRED", 2)
    done = refund(mark, 2_975, "COMPLETED", 3)
    rest = refund(mark, 8_925, "COMPLETED", 4, "2")
    return {
        REFUNDED: Life((made, paid, first, done), 7_500),
        REFUND_FAILED: Life((made, paid, done, refund(mark, 2_975, "FAILED", 4)), 10_000),
        REFUNDED_WHOLLY: Life((made, paid, done, rest), 0),
        DISPUTE_WON: Life((paid, opened, _dispute(mark, "WON", 9)), 10_000),
        DISPUTE_LOST: Life((paid, opened, _dispute(mark, "ACCEPTED", 9)), 5_000),
        CANCELLED: Life((made, _thin(mark, token, "order.updated", "CANCELED")), 0),
    }


CONTRACT = Contract(
    "square",
    "Ibxx_5AKakO-3qeNVR61Dw",
    "MCmhFRxGX82xMwg5FsaoQA",
    lambda secret, body, now: (SIGNATURE.sign(secret, body, now, URL), body),
    lives,
    event("customer", "customer.created", {"id": "CUST"}),
    Told(payment("test", None).body, {"square-environment": "Sandbox"}, payment("test", None).api),
    receiver=Receiver(URL),
    api_url="https://connect.squareup.com",
)
