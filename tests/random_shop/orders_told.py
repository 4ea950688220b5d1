"""Documents of orders as a shop tells them, and what becomes of them."""

import random
from collections.abc import Callable
from datetime import datetime
from itertools import count

from shared.domain.instants import instant_text

ITEMS = (400, 1_000, 3_333, 12_345, 60_000)


def new_order(chance: random.Random, name: str, buyer: dict, at: datetime) -> dict:
    items = chance.choice(ITEMS)
    status = chance.choice(("completed", "completed", "completed", "paid", "placed"))
    order = {
        "id": name,
        "customer": buyer,
        "status": status,
        "placed_at": instant_text(at),
        "currency": "EUR",
        "items_total": items,
        "discount_total": chance.choice((0, 0, items // 10)),
        "tax_total": chance.choice((0, items // 5)),
        "shipping_total": chance.choice((0, 490)),
        "other_total": chance.choice((0, 0, 0, 1_500)),
        "credit_used": chance.choice((0, 0, 0, 300)),
        "refunds": [],
        "disputes": [],
    }
    return order | _reached(status, at)


def _reached(status: str, at: datetime) -> dict:
    times = {"paid": ("paid_at",), "completed": ("paid_at", "completed_at")}
    return dict.fromkeys(times.get(status, ()), instant_text(at))


def refund(chance: random.Random, order: dict, at: datetime) -> dict:
    most = order["items_total"] + order["tax_total"]
    made = {
        "id": _unused_id(order),
        "amount": chance.choice((most, chance.randrange(1, most + 1))),
        "status": chance.choice(("succeeded", "succeeded", "succeeded", "pending", "failed")),
        "at": instant_text(at),
    }
    if chance.random() < 0.3:
        made["items_amount"] = chance.randrange(made["amount"] + 1)
    if chance.random() < 0.3:
        made["credit"] = chance.choice((0, 200, 900))
    return order | {"refunds": [*order["refunds"], made]}


def _unused_id(order: dict) -> str:
    """Perhaps that of a refund which `refunds_complete` had left out."""
    used = {row["id"] for row in order["refunds"]}
    return next(name for n in count() if (name := f"{order['id']}-R{n}") not in used)


def refund_changed(chance: random.Random, order: dict, at: datetime) -> dict:
    """A refund that failed after it succeeded, or the other way."""
    if not order["refunds"]:
        return refund(chance, order, at)
    refunds = [dict(row) for row in order["refunds"]]
    chance.choice(refunds)["status"] = chance.choice(("succeeded", "failed", "failed"))
    return order | {"refunds": refunds}


def refunds_complete(chance: random.Random, order: dict, at: datetime) -> dict:
    kept = [row for row in order["refunds"] if chance.random() < 0.5]
    return order | {"refunds": kept, "refunds_complete": True}


def refunded_total(chance: random.Random, order: dict, at: datetime) -> dict:
    total = order.get("refunded_total", 0) + chance.randrange(order["items_total"] + 1)
    return order | {"refunded_total": total}


def dispute(chance: random.Random, order: dict, at: datetime) -> dict:
    """A new dispute, or news of one."""
    number = chance.randrange(len(order["disputes"]) + 1)
    name = f"{order['id']}-D{number}"
    others = [row for row in order["disputes"] if row["id"] != name]
    told = {
        "id": name,
        "amount": chance.choice((None, chance.randrange(1, order["items_total"] + 1))),
        "status": chance.choice(("open", "open", "won", "lost", "cancelled")),
        "at": instant_text(at),
    }
    return order | {"disputes": [*others, told]}


def disputed(chance: random.Random, order: dict, at: datetime) -> dict:
    return order | {"disputed": not order.get("disputed", False)}


def cancelled(chance: random.Random, order: dict, at: datetime) -> dict:
    return order | {"status": "cancelled"}


def further(chance: random.Random, order: dict, at: datetime) -> dict:
    """Paid or completed, also after a cancellation."""
    status = chance.choice(("paid", "completed", "completed"))
    return order | _reached(status, at) | {"status": status}


def other_totals(chance: random.Random, order: dict, at: datetime) -> dict:
    return order | {
        "items_total": max(400, order["items_total"] + chance.choice((-100, 1_000))),
        "other_total": chance.choice((0, 700)),
        "credit_used": chance.choice((0, 150, 300)),
    }


type Change = Callable[[random.Random, dict, datetime], dict]
CHANGES: dict[Change, int] = {
    refund: 6,
    refund_changed: 4,
    refunds_complete: 1,
    refunded_total: 1,
    dispute: 4,
    disputed: 1,
    cancelled: 2,
    further: 4,
    other_totals: 2,
}


def change(chance: random.Random, order: dict, at: datetime) -> dict:
    (changed,) = chance.choices(list(CHANGES), CHANGES.values())
    told = {name: value for name, value in order.items() if name != "refunds_complete"}
    return changed(chance, told, at)
