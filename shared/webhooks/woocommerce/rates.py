"""The exchange rates that multi-currency plugins store in an order's meta data.

Some convert from the shop's currency to the order's, some in the other direction (specification:
exchange-rate).
"""

from shared.webhooks.exchange_rates import inverse_rate, parse_rate, rate_fields
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.update_fields import UpdateFields

_FROM_SHOP = (
    ("_wcpay_multi_currency_order_exchange_rate", "_wcpay_multi_currency_order_default_currency"),
    ("_woocs_order_rate", "_woocs_order_base_currency"),
)
"""Rates from the shop's currency to the order's, and the name of the meta data with the shop's
currency. Plugins: WooPayments, FOX.
"""
_TO_SHOP = (
    "_base_currency_exchange_rate",
    "_wcpbc_base_exchange_rate",
    "_wcpay_multi_currency_stripe_exchange_rate",
)
"""Rates from the order's currency to the shop's. Plugins: Aelia, Price Based on Country,
WooPayments (the bank's rate).
"""
_CURCY = "wmc_order_info"


def plugin_rate(meta: JsonObject, currency: str) -> UpdateFields:
    """The rate of an order that is not in the shop's currency; empty if no plugin stored one."""
    for name, base in _FROM_SHOP:
        if _is_foreign(meta.text(base), currency) and (rate := inverse_rate(meta.value(name))):
            return rate_fields(rate, meta.text(base))
    for name in _TO_SHOP:
        if rate := parse_rate(meta.value(name)):
            return rate_fields(rate, None)
    return _curcy_rate(meta.section(_CURCY), currency)


def _is_foreign(base: str | None, currency: str) -> bool:
    """Whether an order is not in the shop's currency `base`. True if the plugin did not store
    `base`.
    """
    return base is None or base.upper() != currency


def _curcy_rate(info: JsonObject, currency: str) -> UpdateFields:
    """The rate that the plugin CURCY stored. It lists all currencies with their rates from the main
    one.
    """
    main = next((code for code in info.fields if info.value(code, "is_main") in (1, "1")), None)
    if main is None or not _is_foreign(main, currency):
        return {}
    return rate_fields(inverse_rate(info.value(currency, "rate")), main)
