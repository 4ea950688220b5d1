"""Stripe's amounts in minor units of ISO 4217, and the totals of a session and an invoice."""

from shared.domain.money import minor_digits
from shared.webhooks.delivery import Unusable
from shared.webhooks.document import dig, objects, whole
from shared.webhooks.fact import credit_of, currency_of, totals, within

# Stripe documentation, page "Supported currencies": sections "Zero-decimal currencies" and "Special cases".
_WITHOUT_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_WITH_TWO = frozenset(("ISK", "UGX"))


def stripe_digits(currency: str) -> int:
    """The decimals of Stripe's smallest unit: MGA has none there but two in ISO 4217, ISK and UGX two but none."""
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 2 if currency in _WITH_TWO else minor_digits(currency)


def amount(value: object, currency: str, name: str, default: int | None = None) -> int:
    """An amount of Stripe's in ISO minor units; `default` where it is absent."""
    if value is None and default is not None:
        return default
    if value is None:
        raise Unusable("missing_amount", name)
    units = whole(value)
    if units is None:
        raise Unusable("unusable_amount", name)
    shift = minor_digits(currency) - stripe_digits(currency)
    scaled, rest = divmod(units * 10 ** max(shift, 0), 10 ** max(-shift, 0))
    if rest:
        raise Unusable("unusable_amount", name)
    return within(scaled, name)


def session_totals(session: dict, tagged: dict) -> dict:
    """The totals of a Checkout session."""
    currency = currency_of(session.get("currency"))
    details = session.get("total_details")
    return totals(
        currency,
        amount(session.get("amount_total"), currency, "amount_total"),
        amount(dig(details, "amount_discount"), currency, "amount_discount", 0),
        amount(dig(details, "amount_tax"), currency, "amount_tax", 0),
        _shipping(session, dig(details, "amount_shipping"), currency),
        credit_of(tagged),
    )


def invoice_totals(invoice: dict, tagged: dict) -> dict:
    """The totals of an invoice; what a customer balance paid was charged before, by the invoice that filled it."""
    currency = currency_of(invoice.get("currency"))
    total = amount(invoice.get("total"), currency, "total")
    outside = invoice.get("paid_out_of_band") is True
    return totals(
        currency,
        total if outside else amount(invoice.get("amount_paid"), currency, "amount_paid", total),
        _sum(invoice.get("total_discount_amounts"), currency),
        _sum(invoice.get("total_taxes") or invoice.get("total_tax_amounts"), currency)
        or amount(invoice.get("tax"), currency, "tax", 0),
        _shipping(invoice, invoice.get("amount_shipping"), currency),
        credit_of(tagged),
    )


def _sum(entries: object, currency: str) -> int:
    return sum(amount(entry.get("amount"), currency, "amount", 0) for entry in objects(entries))


def _shipping(document: dict, fallback: object, currency: str) -> int:
    cost = document.get("shipping_cost")
    if dig(cost, "amount_total") is None:
        return amount(fallback, currency, "amount_shipping", 0)
    tax = amount(dig(cost, "amount_tax"), currency, "amount_tax", 0)
    return amount(dig(cost, "amount_total"), currency, "amount_shipping") - tax
