"""Adyen: an authorisation, and items that follow; refunds and disputes have references of their own."""

import json

from shared.webhooks.adyen.signature import SIGNATURE
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


def item(code: str, psp: str, amount: int, day: int, **fields: object) -> dict:
    """One item; all of one day are of one second."""
    return {
        "eventCode": code,
        "pspReference": psp,
        "amount": {"currency": "EUR", "value": amount},
        "eventDate": f"2026-02-{day:02d}T10:00:00+01:00",
        "merchantAccountCode": "ShopECOM",
        "merchantReference": "",
        "success": "true",
    } | fields


def body(*items: dict, live: str = "true") -> dict:
    return {"live": live, "notificationItems": [{"NotificationRequestItem": row} for row in items]}


def _seal(secret: str, raw: bytes, now: object) -> tuple[dict, bytes]:
    return {}, SIGNATURE.seal(secret, json.loads(raw))


def lives(mark: str, token: str | None) -> dict[str, Life]:
    """100.00, of which Adyen tells no tax."""
    original = {"originalReference": f"PSP{mark}"}

    def told(code: str, psp: str, amount: int, day: int, **fields: object) -> Told:
        return Told(body(item(code, psp, amount, day, **fields)))

    paid = told("AUTHORISATION", f"PSP{mark}", 10_000, 1, merchantReference=token or "")
    refund = told("REFUND", f"RE{mark}", 2_500, 2, **original)
    second = told("REFUND", f"RF{mark}", 1_000, 3, **original)
    rest = told("REFUND", f"RF{mark}", 7_500, 3, **original)
    failed = told("REFUND_FAILED", f"RE{mark}", 2_500, 2, **original)
    notice = told("NOTIFICATION_OF_CHARGEBACK", f"DP{mark}", 4_000, 3, **original)
    back = told("CHARGEBACK", f"DP{mark}", 4_000, 3, **original)
    won = told("CHARGEBACK_REVERSED", f"DP{mark}", 4_000, 3)
    lost = told("SECOND_CHARGEBACK", f"DP{mark}", 4_000, 3)
    gone = told("CANCELLATION", f"CA{mark}", 10_000, 2, **original)
    return {
        REFUNDED: Life((paid, refund, second), 6_500),
        REFUND_FAILED: Life((paid, refund, failed), 10_000),
        REFUNDED_WHOLLY: Life((paid, refund, rest), 0),
        DISPUTE_WON: Life((paid, notice, back, won), 10_000),
        DISPUTE_LOST: Life((paid, notice, back, won, lost), 6_000),
        CANCELLED: Life((paid, gone), 0),
    }


CONTRACT = Contract(
    "adyen",
    "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
    "74F490DD33F7327BAECC88B2947C011FC02D014A473AAA33A8EC93E4DC069174",
    _seal,
    lives,
    Told(body(item("REPORT_AVAILABLE", "R1", 0, 1))),
    Told(body(item("AUTHORISATION", "PSPtest", 10_000, 1), live="false")),
)
