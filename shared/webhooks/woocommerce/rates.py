"""The exchange rates that multi-currency plugins leave in an order's meta data.

Some lead from the shop's currency to the order's and some the other way (specification: exchange-rate).
"""

from shared.webhooks.exchange_rates import inverse_rate, parse_rate, rate_fields
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.update_fields import UpdateFields

_FROM_SHOP = (
    ("_wcpay_multi_currency_order_exchange_rate", "_wcpay_multi_currency_order_default_currency"),
    ("_woocs_order_rate", "_woocs_order_base_currency"),
)
"""The order's currency for one of the shop's, and where the shop's stands: WooPayments, FOX."""
_TO_SHOP = (
    "_base_currency_exchange_rate",
    "_wcpbc_base_exchange_rate",
    "_wcpay_multi_currency_stripe_exchange_rate",
)
"""The shop's currency for one of the order's: Aelia, Price Based on Country, WooPayments' bank."""
_CURCY = "wmc_order_info"


def plugin_rate(meta: JsonObject, currency: str) -> UpdateFields:
    """The rate of an order in another currency than the shop's; empty where no plugin tells it."""
    for name, base in _FROM_SHOP:
        if _is_foreign(meta.text(base), currency) and (rate := inverse_rate(meta.value(name))):
            return rate_fields(rate, meta.text(base))
    for name in _TO_SHOP:
        if rate := parse_rate(meta.value(name)):
            return rate_fields(rate, None)
    return _curcy_rate(meta.section(_CURCY), currency)


def _is_foreign(base: str | None, currency: str) -> bool:
    """Whether an order is in another currency than the shop's, as far as the plugin tells it."""
    return base is None or base.upper() != currency


def _curcy_rate(info: JsonObject, currency: str) -> UpdateFields:
    """CURCY lists every currency with its rate from the main one."""
    main = next((code for code in info.fields if info.value(code, "is_main") in (1, "1")), None)
    if main is None or not _is_foreign(main, currency):
        return {}
    return rate_fields(inverse_rate(info.value(currency, "rate")), main)
