"""What completes an order, a setting for each processor (design, section 4)."""

from collections.abc import Mapping

PAYMENT, FULFILMENT, SHOP = "payment", "fulfilment", "shop"
SETTINGS = (PAYMENT, FULFILMENT, SHOP)


class UnknownSetting(ValueError):
    """None of `SETTINGS`."""


def completed(facts: Mapping, setting: str) -> dict:
    """The facts as the setting reads them.

    By `payment` what is paid is completed; by `fulfilment` it is what the processor says; by `shop` only the shop's own server tells it.
    """
    if setting not in SETTINGS:
        raise UnknownSetting(f"{setting!r} is none of {', '.join(SETTINGS)}")
    if setting == PAYMENT and facts.get("status") == "paid":
        return {**facts, "status": "completed", "completed_at": facts.get("paid_at")}
    if setting == SHOP and facts.get("status") == "completed":
        told = {name: fact for name, fact in facts.items() if name != "completed_at"}
        return {**told, "status": "paid"}
    return dict(facts)
