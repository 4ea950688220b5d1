"""Shopify: the order whole, refunds and disputes by their ids."""

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

_NEVER_UNDONE = "a refund of Shopify's is told when its money moved, and is not undone afterwards"


def _order(mark: str, token: str | None, day: int, **changes: object) -> Told:
    """100.00 and 19.00 tax."""
    order = {
        "id": f"{mark}",
        "created_at": "2026-02-01T09:00:00Z",
        "processed_at": "2026-02-01T09:00:00Z",
        "updated_at": f"2026-02-{day:02d}T10:00:00Z",
        "cancelled_at": None,
        "test": False,
        "currency": "EUR",
        "email": f"{mark}@example.com",
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "taxes_included": False,
        "total_line_items_price": "100.00",
        "total_discounts": "0.00",
        "total_tax": "19.00",
        "total_price": "119.00",
        "fulfillments": [{"id": 1, "status": "success", "created_at": "2026-02-01T10:00:00Z"}],
        "note_attributes": [{"name": "gv_ref", "value": token}],
        "refunds": [],
    }
    return Told(order | changes, {"X-Shopify-Topic": "orders/updated"})


def _refund(mark: str, amount: str, day: int, name: str) -> Told:
    """Money for nothing in particular."""
    refund = {
        "id": f"{mark}{name}",
        "order_id": f"{mark}",
        "created_at": f"2026-02-{day:02d}T10:00:00Z",
        "processed_at": f"2026-02-{day:02d}T10:00:00Z",
        "order_adjustments": [],
        "refund_line_items": [],
        "transactions": [
            {"id": 1, "kind": "refund", "status": "success", "amount": amount, "currency": "EUR"}
        ],
    }
    return Told(refund, {"X-Shopify-Topic": "refunds/create"})


def _dispute(mark: str, status: str, ended: str | None) -> Told:
    dispute = {
        "id": f"{mark}9",
        "order_id": f"{mark}",
        "type": "chargeback",
        "amount": "59.50",
        "currency": "EUR",
        "status": status,
        "evidence_due_by": "2026-02-20T10:00:00Z",
        "initiated_at": "2026-02-03T10:00:00Z",
        "finalized_on": ended,
    }
    return Told(dispute, {"X-Shopify-Topic": "disputes/update"})


def lives(mark: str, token: str | None) -> dict[str, Life]:
    paid = _order(mark, token, 1)
    first = _refund(mark, "29.75", 2, "1")
    opened = _dispute(mark, "needs_response", None)
    unpaid = {"financial_status": "pending", "fulfillment_status": None, "fulfillments": []}
    placed = _order(mark, token, 1, **unpaid)
    gone = _order(mark, token, 2, **unpaid, cancelled_at="2026-02-02T10:00:00Z")
    return {
        REFUNDED: Life((paid, first, _refund(mark, "11.90", 3, "2")), 6_500),
        REFUNDED_WHOLLY: Life((paid, first, _refund(mark, "89.25", 3, "2")), 0),
        DISPUTE_WON: Life((paid, opened, _dispute(mark, "won", "2026-02-12")), 10_000),
        DISPUTE_LOST: Life((paid, opened, _dispute(mark, "lost", "2026-02-12")), 5_000),
        CANCELLED: Life((placed, gone), 0),
    }


CONTRACT = Contract(
    "shopify",
    "shpss_1234567890abcdef1234567890abcdef",
    "shpss_1234567890abcdef1234567890abAAAA",
    header_signer(PROVIDERS["shopify"].signature),
    lives,
    Told({"id": 7, "title": "Tea"}, {"X-Shopify-Topic": "products/update"}),
    "Shopify's test orders are tests everywhere, the bogus gateway's",
    {REFUND_FAILED: _NEVER_UNDONE},
)
