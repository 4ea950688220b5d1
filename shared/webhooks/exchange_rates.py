"""Converts the exchange rates of providers into the form of order facts (specification:
exchange-rate).

A rate in the facts is the price of one major unit of the order's currency, in major units of the
other currency.
"""

import re
from fractions import Fraction

from shared.domain.money import UnknownCurrency, minor_digits, rate_text
from shared.webhooks.foreign_json import decimal_text_of, text_of

_RATE = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,30}))?")


def rate_fields(rate: str | None, leads_to: object) -> dict[str, object]:
    """The fields for a rate and the currency to which it converts; empty if `rate` is `None`.

    If `leads_to` is not a known currency, only the rate is set; it then converts to the program's
    currency.
    """
    if rate is None:
        return {}
    code = (text_of(leads_to, 10) or "").upper()
    try:
        minor_digits(code)
    except UnknownCurrency:
        return {"fx_rate": rate}
    return {"fx_rate": rate, "fx_currency": code}


def parse_rate(value: object) -> str | None:
    """A decimal above 0 as text; `None` for anything else, also for a decimal with more than 15
    digits before the point or 30 after it.
    """
    text = decimal_text_of(value) or ""
    match = _RATE.fullmatch(text)
    return text if match and int(match[1] + (match[2] or "")) else None


def inverse_rate(value: object) -> str | None:
    """1 divided by a rate, as text with at most `RATE_DECIMALS` decimals, rounded up. `None` if the
    value is not a rate, or if the result has more than 15 digits before the point.
    """
    text = parse_rate(value)
    if text is None:
        return None
    whole, _, fraction = text.partition(".")
    return _rate_text(Fraction(10 ** len(fraction), int(whole + fraction)))


def quotient_rate(there: object, here: object) -> str | None:
    """The rate between two currencies, from one amount that a provider sends in both: `there`
    divided by `here`, with at most `RATE_DECIMALS` decimals, rounded up. `None` if one of them is not a
    decimal above 0, or if the result is too large for a rate.
    """
    told, ours = parse_rate(there), parse_rate(here)
    return _rate_text(Fraction(told) / Fraction(ours)) if told and ours else None


def _rate_text(rate: Fraction) -> str | None:
    return parse_rate(rate_text(rate))
