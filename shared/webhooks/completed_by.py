"""The setting that says what completes an order. Each provider has its own (specification:
completion).
"""

from collections.abc import Mapping

PAYMENT, FULFILMENT, SHOP = "payment", "fulfilment", "shop"
SETTINGS = (PAYMENT, FULFILMENT, SHOP)
REPORT_FULFILMENT = frozenset({"shopify", "woocommerce", "square", "bigcommerce", "standard"})
"""The providers that tell a completion apart from a payment. For the others, both are the same."""


class UnknownSetting(ValueError):
    """The setting is not one of `SETTINGS`."""


def offered_settings(provider: str) -> tuple[str, ...]:
    """The settings between which an owner can choose for a provider."""
    return SETTINGS if provider in REPORT_FULFILMENT else (PAYMENT, SHOP)


def offered_setting(provider: str, setting: str) -> str:
    """The offered setting that means the same: `payment` in place of a fulfilment that the provider
    does not report.
    """
    return setting if setting in offered_settings(provider) else PAYMENT


def apply_completed_by(setting: str, facts: Mapping[str, object]) -> dict[str, object]:
    """The facts with the status that the setting requires. Raises `UnknownSetting`.

    * `payment`: a paid order is completed.
    * `fulfilment`: the provider's own status stays.
    * `shop`: a completed order is changed to paid, because only the shop's server completes it.
    """
    if setting not in SETTINGS:
        raise UnknownSetting(f"{setting!r} is none of {', '.join(SETTINGS)}")
    if setting == PAYMENT and facts.get("status") == "paid":
        return {**facts, "status": "completed", "completed_at": facts.get("paid_at")}
    if setting == SHOP and facts.get("status") == "completed":
        others = {name: fact for name, fact in facts.items() if name != "completed_at"}
        return {**others, "status": "paid"}
    return dict(facts)
