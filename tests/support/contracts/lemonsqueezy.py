"""Lemon Squeezy: the order whole, with the sum that went back of it. It knows no disputes."""

from shared.webhooks import PROVIDERS
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


def _event(topic: str, kind: str, mark: str, token: str | None, day: int, attributes: dict) -> Told:
    """100.00 and 19.00 tax."""
    known = {
        "user_email": f"{mark}@example.com",
        "currency": "EUR",
        "currency_rate": "1.1700",
        "subtotal": 10_000,
        "discount_total": 0,
        "tax": 1_900,
        "total": 11_900,
        "created_at": "2026-02-01T10:00:00.000000Z",
        "updated_at": f"2026-02-{day:02d}T10:00:00.000000Z",
        "test_mode": False,
    }
    return Told(
        {
            "meta": {"event_name": topic, "custom_data": {"gv_ref": token}},
            "data": {"type": kind, "id": mark, "attributes": known | attributes},
        }
    )


def _order(mark: str, token: str | None, day: int, status: str, **attributes: object) -> Told:
    topic = "order_created" if day == 1 else "order_refunded"
    return _event(topic, "orders", mark, token, day, {"status": status, **attributes})


def _renewal(mark: str, token: str | None, day: int, status: str) -> Told:
    told = {"status": status, "billing_reason": "renewal", "subscription_id": int(mark)}
    return _event("subscription_payment_failed", "subscription-invoices", mark, token, day, told)


def lives(mark: str, token: str | None) -> dict[str, Life]:
    paid = _order(mark, token, 1, "paid", refunded_amount=0)
    subscription = {"order_id": int(mark), "status": "active"}
    begun = _event("subscription_created", "subscriptions", f"5{mark}", token, 1, subscription)
    first = {"billing_reason": "initial", "subscription_id": int(f"5{mark}"), "status": "paid"}
    invoice = _event(
        "subscription_payment_success", "subscription-invoices", f"8{mark}", token, 1, first
    )
    part = _order(mark, token, 2, "partial_refund", refunded_amount=2_975)
    return {
        REFUNDED: Life(
            (
                paid,
                begun,
                invoice,
                part,
                _order(mark, token, 3, "partial_refund", refunded_amount=4_165),
            ),
            6_500,
        ),
        REFUNDED_WHOLLY: Life((paid, part, _order(mark, token, 3, "refunded", refunded=True)), 0),
        DISPUTE_LOST: Life((paid, _order(mark, token, 2, "fraudulent")), 0),
        CANCELLED: Life((_renewal(mark, token, 1, "pending"), _renewal(mark, token, 2, "void")), 0),
    }


CONTRACT = Contract(
    "lemonsqueezy",
    "secret-of-a-shop-at-lemon-squeezy",
    "secret-of-another-shop-at-lemon",
    header_signer(PROVIDERS["lemonsqueezy"].signature),
    lives,
    _event("license_key_created", "license-keys", "1", None, 1, {"status": "active"}),
    _order("7", None, 1, "paid", test_mode=True),
    {
        REFUND_FAILED: "Lemon Squeezy tells the sum of what went back, which only grows",
        DISPUTE_WON: "Lemon Squeezy tells no disputes, only that an order was fraud",
    },
)
