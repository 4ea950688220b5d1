"""The exchange rates that providers tell, as the facts tell theirs (specification: exchange-rate).

Ours leads from the order's currency: major units of the other per major unit of the order's.
"""

import re
from fractions import Fraction

from shared.domain.money import UnknownCurrency, minor_digits
from shared.webhooks.foreign_json import decimal_text_of, text_of

DECIMALS = 30
"""So many that no amount of the ledger is a minor unit off, and a half still rounds up."""
_RATE = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,30}))?")


def rate_fields(rate: str | None, leads_to: object) -> dict[str, object]:
    """A rate and the currency that it leads to; empty where it is no rate.

    Without a currency it leads to the program's.
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
    """A decimal above 0 as text; None for anything else."""
    text = decimal_text_of(value) or ""
    match = _RATE.fullmatch(text)
    return text if match and int(match[1] + (match[2] or "")) else None


def inverse_rate(value: object) -> str | None:
    """The rate the other way round, rounded up; None for what is no rate."""
    text = parse_rate(value)
    if text is None:
        return None
    whole, _, fraction = text.partition(".")
    return _rate_text(Fraction(10 ** len(fraction), int(whole + fraction)))


def quotient_rate(there: object, here: object) -> str | None:
    """The rate of one sum that is told in two currencies, rounded up; None where it has none."""
    told, ours = parse_rate(there), parse_rate(here)
    return _rate_text(Fraction(told) / Fraction(ours)) if told and ours else None


def _rate_text(rate: Fraction) -> str | None:
    scaled = -(-(rate.numerator * 10**DECIMALS) // rate.denominator)
    units, rest = divmod(scaled, 10**DECIMALS)
    return parse_rate(f"{units}.{rest:0{DECIMALS}d}".rstrip("0").rstrip("."))
