"""BigCommerce: thin events, and the order as its API shows it at the time."""

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

_AWAITING, _COMPLETED, _CANCELLED, _DISPUTED = 7, 10, 5, 13
_SHIPPED = (_COMPLETED, 14, 4, _DISPUTED)
_UNSHIPPED = (1, _AWAITING, _CANCELLED)


def _order(mark: str, day: int, status: int, **fields: object) -> dict:
    """100.00 and 19.00 tax."""
    return {
        "id": int(mark),
        "customer_id": 0,
        "date_created": "Sun, 01 Feb 2026 09:00:00 +0000",
        "date_modified": f"Sun, {day:02d} Feb 2026 10:00:00 +0000",
        "date_shipped": "" if status in _UNSHIPPED else "Sun, 01 Feb 2026 10:00:00 +0000",
        "status_id": status,
        "payment_status": "captured",
        "payment_method": "Credit Card",
        "default_currency_code": "EUR",
        "currency_code": "EUR",
        "store_default_currency_code": "EUR",
        "total_inc_tax": "119.0000",
        "total_tax": "19.0000",
        "refunded_amount": "0.0000",
        "billing_address": {"email": f"{mark}@example.com", "form_fields": []},
    } | fields


def _refund(amount: str, number: int = 1, *, declined: bool = False) -> dict:
    return {
        "id": number,
        "created": "2026-02-02T10:00:00+00:00",
        "total_amount": amount,
        "payments": [{"id": number, "amount": amount, "is_declined": declined}],
        "items": [{"item_type": "ORDER", "item_id": 1}],
    }


def _told(
    mark: str, token: str | None, order: dict, *refunds: dict, scope: str = "store/order/updated"
) -> Told:
    root = f"/stores/abc123/v2/orders/{mark}"
    answers = {
        f"{root}?include=consignments,fees&consignment_structure=object": order,
        f"{root}/coupons": [{"id": 1, "code": "SPRING"}],
        f"{root.replace('v2', 'v3')}/metafields?namespace=grapevine": {
            "data": [{"key": "gv_ref", "value": token}] if token else []
        },
        f"{root.replace('v2', 'v3')}/payment_actions/refunds": {"data": list(refunds)},
    }
    event = {
        "scope": scope,
        "store_id": "1025646",
        "data": {"type": "order", "id": int(mark)},
        "producer": "stores/abc123",
    }
    return Told(event, api=answers)


def lives(mark: str, token: str | None) -> dict[str, Life]:
    def at(day: int, status: int, *refunds: dict) -> Told:
        return _told(mark, token, _order(mark, day, status), *refunds)

    placed, paid = at(1, _AWAITING), at(2, _COMPLETED)
    first = _refund("29.75")
    part = at(3, 14, first)
    return {
        REFUNDED: Life((placed, paid, part, at(4, 14, first, _refund("11.90", 2))), 6_500),
        REFUND_FAILED: Life((paid, part, at(4, 10, _refund("29.75", declined=True))), 10_000),
        REFUNDED_WHOLLY: Life((paid, part, at(4, 4, first)), 0),
        DISPUTE_WON: Life((paid, at(3, _DISPUTED), at(4, _COMPLETED)), 10_000),
        DISPUTE_LOST: Life((paid, at(3, _DISPUTED)), 0),
        CANCELLED: Life((placed, at(2, _CANCELLED)), 0),
    }


CONTRACT = Contract(
    "bigcommerce",
    "a-client-secret-of-an-app-at-bigcommerce",
    "another-client-secret-of-an-app-at-bigc",
    header_signer(PROVIDERS["bigcommerce"].signature),
    lives,
    Told({"scope": "store/customer/created", "data": {"type": "customer", "id": 1}}),
    _told("7", None, _order("7", 1, 10, payment_method="Test Payment Gateway")),
)
