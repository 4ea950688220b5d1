"""Writes a generated history: members in trees of advocates, then orders, ordered by time."""

import argparse
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 1, 1, tzinfo=UTC)
REFUNDED_IN_PERCENT = 3


def instant(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def write_history(path: Path, members: int, orders: int, seed: int = 1) -> None:
    """Writes a history file; the same arguments give the same file.

    About nine of ten members have an advocate. About three percent of the orders appear a second
    time, with a part refund.
    """
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as lines:
        for number in range(members):
            event = {"type": "member", "id": f"M{number}", "at": instant(number % 1_000)}
            if number and chance.randrange(10):
                event["advocate"] = f"M{chance.randrange(number)}"
            lines.write(json.dumps(event) + "\n")
        for number in range(orders):
            order = _order(
                number,
                f"M{chance.randrange(members)}",
                2_000 + number // 4,
                chance.randrange(500, 50_000),
            )
            lines.write(
                json.dumps({"type": "order", "at": order["completed_at"], "order": order}) + "\n"
            )
            if chance.randrange(100) < REFUNDED_IN_PERCENT:
                at = instant(2_000 + number // 4 + 60)
                refund = {
                    "id": "re_1",
                    "amount": order["items_total"] // 3,
                    "items_amount": None,
                    "at": at,
                    "status": "succeeded",
                }
                lines.write(
                    json.dumps({"type": "order", "at": at, "order": {**order, "refunds": [refund]}})
                    + "\n"
                )


def _order(number: int, customer: str, minutes: int, items: int) -> dict:
    return {
        "id": f"{1_000_000 + number}",
        "customer": {"id": customer},
        "ref_token": None,
        "code": None,
        "status": "completed",
        "placed_at": instant(minutes),
        "paid_at": instant(minutes + 1),
        "completed_at": instant(minutes + 30),
        "currency": "EUR",
        "items_total": items,
        "discount_total": 0,
        "tax_total": items // 5,
        "shipping_total": 490,
        "credit_used": 0,
        "refunds": [],
        "refunded_total": None,
        "disputed": False,
        "fx_rate": None,
        "test": False,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    arguments = parser.parse_args()
    write_history(arguments.path, arguments.members, arguments.orders)
