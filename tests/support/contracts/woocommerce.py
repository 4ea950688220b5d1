"""WooCommerce: the order whole, each time it changes. It knows no disputes."""

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

_NO_DISPUTES = "WooCommerce tells no disputes; the gateway's own webhook does"


def _order(mark: str, token: str | None, day: int, *refunds: str, **changes: object) -> Told:
    """100.00 and 19.00 tax."""
    return Told(
        {
            "id": f"{mark}",
            "order_key": f"wc_order_{mark}",
            "status": "completed",
            "currency": "EUR",
            "date_created_gmt": "2026-02-01T09:00:00",
            "date_paid_gmt": "2026-02-01T10:00:00",
            "date_completed_gmt": "2026-02-01T10:00:00",
            "date_modified_gmt": f"2026-02-{day:02d}T10:00:00",
            "total_tax": "19.00",
            "total": "119.00",
            "customer_id": 0,
            "billing": {"email": f"{mark}@example.com"},
            "meta_data": [{"id": 1, "key": "gv_ref", "value": token}],
            "refunds": [
                {"id": f"{mark}{place}", "total": f"-{amount}"}
                for place, amount in enumerate(refunds, 1)
            ],
        }
        | changes,
        {"X-WC-Webhook-Topic": "order.updated"},
    )


def lives(mark: str, token: str | None) -> dict[str, Life]:
    paid, refunded = _order(mark, token, 1), _order(mark, token, 2, "29.75")
    unpaid = {"date_paid_gmt": None, "date_completed_gmt": None}
    placed = _order(mark, token, 1, status="pending", **unpaid)
    gone = _order(mark, token, 2, status="cancelled", **unpaid)
    return {
        REFUNDED: Life((paid, refunded, _order(mark, token, 3, "29.75", "11.90")), 6_500),
        REFUND_FAILED: Life((paid, refunded, _order(mark, token, 3)), 10_000),
        REFUNDED_WHOLLY: Life((paid, refunded, _order(mark, token, 3, "29.75", "89.25")), 0),
        CANCELLED: Life((placed, gone), 0),
    }


CONTRACT = Contract(
    "woocommerce",
    "ck3$x[T)0s~w!ZpQ^7;uWb&<R>",
    "ck3$x[T)0s~w!ZpQ^7;uWbAAAA",
    header_signer(PROVIDERS["woocommerce"].signature),
    lives,
    Told({"id": 7, "name": "Tea"}, {"X-WC-Webhook-Topic": "product.updated"}),
    "WooCommerce has no test mode of its own",
    {DISPUTE_WON: _NO_DISPUTES, DISPUTE_LOST: _NO_DISPUTES},
)
