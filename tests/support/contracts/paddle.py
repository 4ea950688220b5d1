"""Paddle: a transaction is the sale, adjustments take back; they count once approved."""

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


def _event(topic: str, entity: dict, day: int, event_id: str = "evt_1") -> Told:
    return Told(
        {
            "event_id": event_id,
            "event_type": topic,
            "occurred_at": f"2026-02-{day:02d}T10:00:00.123456Z",
            "notification_id": event_id.replace("evt", "ntf"),
            "data": entity,
        }
    )


def _transaction(
    mark: str, token: str | None, status: str, day: int, event_id: str = "evt_1"
) -> Told:
    """100.00 and 19.00 tax."""
    totals = {"subtotal": "10000", "discount": "0", "tax": "1900", "total": "11900"}
    totals |= {"credit": "0", "grand_total": "11900", "currency_code": "EUR"}
    paid = status in ("paid", "completed")
    captured = {"status": "captured", "captured_at": "2026-02-01T10:00:00Z"}
    transaction = {
        "id": f"txn_{mark}",
        "status": status,
        "customer_id": f"ctm_{mark}",
        "currency_code": "EUR",
        "custom_data": {"gv_ref": token},
        "created_at": "2026-02-01T09:00:00Z",
        "billed_at": "2026-02-01T10:00:00Z" if paid else None,
        "payments": [captured] if paid else [],
        "details": {"totals": totals},
    }
    return _event(f"transaction.{status}", transaction, day, event_id)


def _adjustment(mark: str, action: str, gross: int, status: str, day: int, name: str = "1") -> Told:
    tax = gross * 19 // 119
    totals = {"subtotal": str(gross - tax), "tax": str(tax), "total": str(gross)}
    adjustment = {
        "id": f"adj_{mark}_{name}",
        "action": action,
        "status": status,
        "transaction_id": f"txn_{mark}",
        "totals": totals,
        "created_at": "2026-02-02T10:00:00Z",
    }
    return _event("adjustment.updated", adjustment, day)


def lives(mark: str, token: str | None) -> dict[str, Life]:
    paid, completed = (
        _transaction(mark, token, status, day) for status, day in (("paid", 1), ("completed", 2))
    )
    asked = _adjustment(mark, "refund", 2_975, "pending_approval", 3)
    first = _adjustment(mark, "refund", 2_975, "approved", 4)
    opened = _adjustment(mark, "chargeback", 5_950, "approved", 3, "c")
    won = _adjustment(mark, "chargeback_reverse", 5_950, "approved", 9, "r")
    warned = _adjustment(mark, "chargeback_warning", 5_950, "approved", 2, "w")
    second = _adjustment(mark, "refund", 1_190, "approved", 5, "2")
    rest = _adjustment(mark, "refund", 8_925, "approved", 5, "2")
    rejected = _adjustment(mark, "refund", 2_975, "rejected", 5)
    draft = _transaction(mark, token, "draft", 1)
    return {
        REFUNDED: Life((paid, completed, asked, first, second), 6_500),
        REFUND_FAILED: Life((completed, asked, first, rejected), 10_000),
        REFUNDED_WHOLLY: Life((paid, completed, first, rest), 0),
        DISPUTE_WON: Life((paid, warned, opened, won), 10_000),
        DISPUTE_LOST: Life((paid, opened), 5_000),
        CANCELLED: Life((draft, _transaction(mark, token, "canceled", 2)), 0),
    }


CONTRACT = Contract(
    "paddle",
    "pdl_ntfset_01hs0t3tw21j988db1pam5xg8m_GrOWLNef",
    "pdl_ntfset_01hs0t3tw21j988db1pam5xg8m_AAAAAAAA",
    header_signer(PROVIDERS["paddle"].signature),
    lives,
    _event("customer.created", {"id": "ctm_1", "email": "sam@example.com"}, 1),
    _transaction("test", None, "completed", 1, "ntfsimevt_1"),
)
