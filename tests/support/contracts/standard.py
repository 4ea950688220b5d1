"""Standard Webhooks: the shop's server tells the order whole, each time."""

import base64

from shared.webhooks.standard import SIGNATURE
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

_SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()


def _news(mark: str, token: str | None, day: int, **changes: object) -> Told:
    order = {
        "id": f"shop-{mark}",
        "ref_token": token,
        "status": "completed",
        "paid_at": "2026-02-01T10:00:00Z",
        "completed_at": "2026-02-01T10:00:00Z",
        "currency": "EUR",
        "items_total": 10_000,
        "tax_total": 1_900,
    }
    at = f"2026-02-{day:02d}T10:00:00Z"
    return Told({"type": "OrderChanged", "timestamp": at, "data": order | changes})


def _refund(amount: int, status: str = "succeeded", name: str = "re_1") -> dict:
    at = "2026-02-02T10:00:00Z"
    return {"id": name, "amount": amount, "at": at, "status": status}


def _dispute(status: str) -> dict:
    return {"id": "dp_1", "amount": 5_950, "status": status, "at": "2026-02-02T10:00:00Z"}


def lives(mark: str, token: str | None) -> dict[str, Life]:
    paid = _news(mark, token, 1)
    first, second = _refund(2_975), _refund(1_190, name="re_2")
    rest = _refund(8_925, name="re_2")
    refunded = _news(mark, token, 2, refunds=[first])
    failed = _news(mark, token, 3, refunds=[_refund(2_975, "failed")])
    opened = _news(mark, token, 2, disputes=[_dispute("open")])
    won = _news(mark, token, 9, disputes=[_dispute("won")])
    lost = _news(mark, token, 9, disputes=[_dispute("lost")])
    placed = _news(mark, token, 1, status="placed", paid_at=None, completed_at=None)
    gone = _news(mark, token, 2, status="cancelled", paid_at=None, completed_at=None)
    return {
        REFUNDED: Life((paid, refunded, _news(mark, token, 3, refunds=[first, second])), 6_500),
        REFUND_FAILED: Life((paid, refunded, failed), 10_000),
        REFUNDED_WHOLLY: Life((paid, refunded, _news(mark, token, 3, refunds=[first, rest])), 0),
        DISPUTE_WON: Life((paid, opened, won), 10_000),
        DISPUTE_LOST: Life((paid, opened, lost), 5_000),
        CANCELLED: Life((placed, gone), 0),
    }


CONTRACT = Contract(
    "standard",
    _SECRET,
    _SECRET[:-4] + "AAAA",
    header_signer(SIGNATURE),
    lives,
    Told({"type": "user.created", "timestamp": "2026-02-01T10:00:00Z", "data": {"id": "1"}}),
    "the shop's server says itself whether an order is a test",
)
