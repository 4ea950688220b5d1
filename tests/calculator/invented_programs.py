"""Programs at random: each system, rule, window and currency that a shop may combine."""

from random import Random
from typing import Any

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")
PERCENTS = ("10", "8", "5", "12.5", "3.33", "50", "0.5", "33.3333", "100")


def maybe(random: Random, chance: float, value: Any) -> Any:
    return value if random.random() < chance else None


def reward(random: Random) -> dict[str, Any]:
    if random.random() < 0.25:
        return {"fixed": random.choice((1, 50, 500, 3000))}
    return {"percent": random.choice(PERCENTS)}


def window(random: Random) -> dict[str, Any]:
    """Part of the three months in which histories play."""
    start = maybe(random, 0.5, f"2026-03-{random.randint(1, 20):02}T00:00:00Z")
    end = maybe(random, 0.5, f"2026-0{random.randint(4, 5)}-{random.randint(1, 20):02}T10:00:00Z")
    return {"from": start, "until": end}


def credit(random: Random) -> dict[str, Any]:
    if random.random() < 0.3:
        percent = random.choice(("10", "50", "33.3333"))
        return {"system": "recursive", "percent": percent, "max_levels": maybe(random, 0.4, 2)}
    levels = [reward(random) for _ in range(random.choice((0, 1, 1, 2, 3)))]
    return {"system": "levels", "levels": levels, "customer": maybe(random, 0.4, reward(random))}


def groups(random: Random) -> list[dict[str, Any]]:
    if random.random() < 0.5:
        return []
    by_volume = [
        {"id": f"volume{least}", "name": f"From {least}", "description": "", "min_volume": least}
        for least in random.sample((0, 5000, 12000, 20000), random.randint(1, 3))
    ]
    staff = {"id": "staff", "name": "Staff", "description": "", "assigned": True}
    return [
        {**group, "levels": [reward(random) for _ in range(random.randint(1, 2))]}
        for group in (*by_volume, staff)
    ]


def rules(random: Random) -> dict[str, Any]:
    least = maybe(random, 0.25, random.choice((1, 100, 700)))
    limit = {"amount": random.choice((1500, 4000)), **window(random)}
    return {
        "total_days": maybe(random, 0.2, random.choice((7, 30))),
        "payment_minimum": maybe(random, 0.25, random.choice((4000, 6000))),
        "max_bonus": maybe(random, 0.25, random.choice((700, 2000))),
        "min_bonus": least,
        "max_per_advocate": maybe(random, 0.3, limit),
        "total_payments": maybe(random, 0.25, random.choice((1, 2))),
    }


def program(random: Random) -> dict[str, Any]:
    """One valid program."""
    bonus = reward(random) | ({"once": True} if random.random() < 0.4 else {})
    return {
        "id": "default",
        "name": "Invented",
        "currency": random.choice(("EUR", "EUR", "JPY", "KWD")),
        "time_zone": random.choice(ZONES),
        "base": random.choice(("items_net", "items_net", "items_list", "paid_total")),
        "earn_on": random.choice(("completed", "completed", "paid")),
        "hold_days": random.choice((0, 0, 3, 14)),
        "credit": credit(random),
        "groups": groups(random),
        "rules": rules(random),
        "friend": {"bonus": maybe(random, 0.4, bonus), "new_customers_only": random.random() < 0.5},
        "wallet": {
            "max_percent_of_order": random.choice(("100", "100", "50", "33.3")),
            "expires_after_days": maybe(random, 0.5, random.choice((1, 7, 30))),
            "credit_reduces_base": random.random() < 0.6,
        },
        "active": window(random) if random.random() < 0.25 else {"from": None, "until": None},
    }
