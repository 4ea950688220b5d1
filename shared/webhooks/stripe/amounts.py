"""Stripe's amounts: integers in Stripe's own smallest unit of a currency."""

from shared.domain.money import minor_digits
from shared.webhooks.foreign_json import JsonObject, whole_number_of
from shared.webhooks.money_fields import check_amount
from shared.webhooks.parking import UnusableDelivery

# Stripe documentation, page "Supported currencies": sections "Zero-decimal currencies" and
# "Special cases".
_WITHOUT_DECIMALS = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
_WITH_TWO_DECIMALS = frozenset(("ISK", "UGX"))


def stripe_digits(currency: str) -> int:
    """The decimals of Stripe's smallest unit. They differ from ISO 4217 for MGA, ISK and UGX."""
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 2 if currency in _WITH_TWO_DECIMALS else minor_digits(currency)


def parse_amount(value: object, currency: str, name: str, default: int | None = None) -> int:
    """Converts an amount into minor units of ISO 4217. Returns `default`, if there is one, for an
    absent amount. Raises `UnusableDelivery` if the amount is missing, is not a whole number of both
    units, is below 0 or does not fit into the ledger.
    """
    if value is None and default is not None:
        return default
    if value is None:
        raise UnusableDelivery("missing_amount", name)
    units = whole_number_of(value)
    if units is None:
        raise UnusableDelivery("unusable_amount", name)
    shift = minor_digits(currency) - stripe_digits(currency)
    scaled, rest = divmod(units * 10 ** max(shift, 0), 10 ** max(-shift, 0))
    if rest:
        raise UnusableDelivery("unusable_amount", name)
    return check_amount(scaled, name)


def parse_shipping(resource: JsonObject, listed: object, currency: str) -> int:
    """Shipping net of tax, if Stripe sends the tax; if not, `listed`."""
    cost = resource.section("shipping_cost")
    if cost.value("amount_total") is None:
        return parse_amount(listed, currency, "amount_shipping", 0)
    tax = parse_amount(cost.value("amount_tax"), currency, "amount_tax", 0)
    return parse_amount(cost.value("amount_total"), currency, "amount_shipping") - tax


def sum_amounts(rows: list[JsonObject], currency: str) -> int:
    """The sum of the field `amount`. Rows without it count as 0."""
    return sum(parse_amount(row.value("amount"), currency, "amount", 0) for row in rows)
