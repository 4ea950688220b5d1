"""Stripe: a Checkout session and what follows."""

from shared.webhooks.stripe.signature import SIGNATURE
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
    header_signer,
)

_DAY = 86_400
_PAID_AT = 1_772_100_000


def _event(topic: str, thing: dict, seconds: int, live: bool = True) -> Told:
    return Told(
        {
            "id": f"evt_{topic}_{seconds}",
            "object": "event",
            "type": topic,
            "created": seconds,
            "livemode": live,
            "data": {"object": thing},
        }
    )


def _session(mark: str, token: str | None, status: str = "paid") -> dict:
    return {
        "id": f"cs_{mark}",
        "object": "checkout.session",
        "payment_intent": f"pi_{mark}",
        "payment_status": status,
        "created": _PAID_AT - 100,
        "currency": "eur",
        "amount_total": 11_900,
        "total_details": {"amount_tax": 1_900},
        "metadata": {"gv_ref": token},
        "customer_details": {"email": f"{mark}@example.com"},
    }


def _paid(mark: str, token: str | None, live: bool = True) -> Told:
    return _event("checkout.session.completed", _session(mark, token), _PAID_AT, live)


def _refund(mark: str, amount: int, status: str, days: int, name: str = "1") -> Told:
    thing = {
        "id": f"re_{mark}_{name}",
        "object": "refund",
        "payment_intent": f"pi_{mark}",
        "amount": amount,
        "currency": "eur",
        "status": status,
        "created": _PAID_AT + _DAY,
    }
    topic = "refund.created" if status == "succeeded" else "refund.failed"
    return _event(topic, thing, _PAID_AT + days * _DAY)


def _dispute(mark: str, status: str, days: int) -> Told:
    thing = {
        "id": f"dp_{mark}",
        "object": "dispute",
        "payment_intent": f"pi_{mark}",
        "amount": 5_950,
        "currency": "eur",
        "status": status,
        "created": _PAID_AT + _DAY,
    }
    closed = status in ("won", "lost")
    topic = "charge.dispute.closed" if closed else "charge.dispute.created"
    return _event(topic, thing, _PAID_AT + days * _DAY)


def lives(mark: str, token: str | None) -> dict[str, Life]:
    paid = _paid(mark, token)
    placed = _session(mark, token, "unpaid")
    unpaid = _event("checkout.session.completed", placed, _PAID_AT - 50)
    never = _event("checkout.session.async_payment_failed", placed, _PAID_AT)
    opened = _dispute(mark, "needs_response", 1)
    first = _refund(mark, 2_975, "succeeded", 1)
    return {
        REFUNDED: Life((paid, first, _refund(mark, 1_190, "succeeded", 2, "2")), 6_500),
        REFUND_FAILED: Life((paid, first, _refund(mark, 2_975, "failed", 2)), 10_000),
        REFUNDED_WHOLLY: Life((paid, first, _refund(mark, 8_925, "succeeded", 2, "2")), 0),
        DISPUTE_WON: Life((paid, opened, _dispute(mark, "won", 9)), 10_000),
        DISPUTE_LOST: Life((paid, opened, _dispute(mark, "lost", 9)), 5_000),
        CANCELLED: Life((unpaid, never), 0),
    }


CONTRACT = Contract(
    "stripe",
    "whsec_1234567890abcdef1234567890abcdef",
    "whsec_1234567890abcdef1234567890abAAAA",
    header_signer(SIGNATURE),
    lives,
    _event("customer.created", {"id": "cus_1", "object": "customer"}, _PAID_AT),
    _paid("test", None, live=False),
)
