"""Random programs, which use every rule sooner or later."""

import random

ZONES = ("UTC", "Europe/Berlin", "America/New_York")
"""Their midnights lie outside the shop's hours, in which clients act."""
GROUPS = [
    {"id": "silver", "name": "Silver", "min_volume": 30_000, "levels": [{"percent": "15"}]},
    {"id": "gold", "name": "Gold", "min_volume": 120_000, "levels": [{"percent": "20"}] * 2},
    {"id": "staff", "name": "Employees", "assigned": True, "levels": [{"fixed": 550}]},
]


def random_terms(chance: random.Random, zone: str, currency: str = "EUR") -> dict:
    """A document of a program; lint may refuse it."""
    return {
        "id": "default",
        "name": f"Terms {chance.randrange(10**6)}",
        "currency": currency,
        "time_zone": zone,
        "base": chance.choice(("items_net", "items_list", "paid_total")),
        "earn_on": chance.choice(("completed", "paid")),
        "hold_days": chance.choice((0, 0, 3, 14)),
        "credit": _credit(chance),
        "groups": chance.choice(([], GROUPS)),
        "rules": _rules(chance),
        "friend": {
            "bonus": chance.choice((None, {"fixed": 150}, {"percent": "3", "once": True})),
            "new_customers_only": chance.random() < 0.2,
        },
        "attribution": {
            "touch": chance.choice(("first", "last")),
            "window_days": chance.choice((None, 20)),
        },
        "wallet": {
            "expires_after_days": chance.choice((None, 4, 15, 40)),
            "expiry_notice_days": chance.choice((None, 2, 14)),
            "credit_reduces_base": chance.random() < 0.5,
            "max_percent_of_order": chance.choice(("100", "100", "60")),
        },
        "review": {
            "hold": chance.choice(([], ["same_payment"])),
            "deadline_days": 5,
            "at_deadline": chance.choice(("approve", "refuse")),
        },
    }


def _credit(chance: random.Random) -> dict:
    if chance.random() < 0.25:
        return {"system": "recursive", "percent": "12", "max_levels": chance.choice((None, 3))}
    levels = [{"percent": "10"}, {"percent": "4.5"}, {"fixed": 77}, {"percent": "1"}]
    return {
        "system": "levels",
        "levels": levels[: chance.randrange(1, 5)],
        "customer": chance.choice((None, {"percent": "5"})),
    }


def _rules(chance: random.Random) -> dict:
    return {
        "total_days": chance.choice((None, None, 60)),
        "payment_minimum": chance.choice((None, None, 900)),
        "min_bonus": chance.choice((None, 120)),
        "max_bonus": chance.choice((None, 2_500)),
        "max_per_advocate": chance.choice((None, {"amount": 6_000}, {"amount": 40_000})),
        "total_payments": chance.choice((None, None, 3)),
    }
