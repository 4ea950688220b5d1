"""The defaults of a program as the specification shows them, filled in field by field (`program-document`)."""

from typing import Any

DEFAULTS: dict[str, Any] = {
    "time_zone": "UTC",
    "base": "items_net",
    "earn_on": "completed",
    "hold_days": 0,
    "groups": [],
    "rules": {
        "total_days": None,
        "payment_minimum": None,
        "max_bonus": None,
        "min_bonus": None,
        "max_per_advocate": None,
        "total_payments": None,
    },
    "friend": {"bonus": None, "discount": None, "new_customers_only": True},
    "wallet": {
        "max_percent_of_order": "100",
        "expires_after_days": None,
        "credit_reduces_base": True,
    },
    "active": {"from": None, "until": None},
}


def filled(program: dict[str, Any]) -> dict[str, Any]:
    """A program with every field that decides something."""
    whole = dict(program)
    for name, value in DEFAULTS.items():
        told = program.get(name)
        whole[name] = (
            {**value, **(told or {})} if isinstance(value, dict) else program.get(name, value)
        )
    return whole
