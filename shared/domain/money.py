"""Money as whole minor units of an ISO 4217 currency, and percents as exact decimals."""

import re
from dataclasses import dataclass
from fractions import Fraction

MAX_AMOUNT = 999_999_999_999
PERCENT = 1_000_000
"""The number of parts that make 100 %. Percents have four decimals, so one part is 0.0001 %."""

_PERCENT_TEXT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")
RATE_DECIMALS = 30
"""Decimals of a rate that is computed: enough that no amount in the ledger is a minor unit wrong, and
a half still rounds up.
"""
_DECIMAL_TEXT = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,30}))?")

_CODES_BY_DIGITS = {
    2: """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN
        BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN
        ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD
        KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
        MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB
        SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
        TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL
    """,
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

MINOR_DIGITS = {
    code: digits for digits, codes in _CODES_BY_DIGITS.items() for code in codes.split()
}
"""The number of decimals of each currency (ISO 4217)."""


class UnknownCurrency(ValueError):
    """The text is not an ISO 4217 code of a currency for payments."""


def minor_digits(currency: str) -> int:
    """The number of decimals of a currency. Raises `UnknownCurrency`."""
    try:
        return MINOR_DIGITS[currency]
    except (KeyError, TypeError):
        raise UnknownCurrency(f"{currency!r} is not an ISO 4217 currency code") from None


def minor_units(text: str, currency: str) -> int:
    """A decimal text such as `"29.35"`, in minor units.

    Raises `ValueError` if the text is not a decimal, or if it has more decimals than the currency.
    """
    digits = minor_digits(currency)
    match = _DECIMAL_TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a decimal amount")
    sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
    if len(fraction) > digits:
        raise ValueError(f"{text!r} has more than the {digits} decimals of {currency}")
    amount = int(whole + fraction.ljust(digits, "0"))
    return -amount if sign else amount


def decimal_amount(amount: int, currency: str) -> str:
    """An amount as decimal text in major units: 1000 in EUR becomes `10.00`. Raises
    `UnknownCurrency`.
    """
    digits = minor_digits(currency)
    whole, rest = divmod(abs(amount), 10**digits)
    fraction = f".{rest:0{digits}d}" if digits else ""
    return f"{'-' if amount < 0 else ''}{whole}{fraction}"


def half_up(numerator: int, denominator: int) -> int:
    """The fraction (0 or above) rounded to a whole number; one half is rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


def percent_parts(text: object) -> int:
    """The percent as parts of 1,000,000: `"12.5"` becomes 125,000. Raises `ValueError`."""
    if not isinstance(text, str) or not _PERCENT_TEXT.fullmatch(text):
        raise ValueError('write the percent as text with up to four decimals, such as "12.5"')
    whole, _, fraction = text.partition(".")
    return int(whole) * 10_000 + int(fraction.ljust(4, "0"))


def percent_text(parts: int) -> str:
    """The percent as its shortest text: 125,000 parts become `"12.5"`."""
    whole, fraction = divmod(parts, 10_000)
    return f"{whole}.{fraction:04d}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a rule of a program gives: `parts` of a base (1,000,000 parts are 100 %), or a `fixed`
    amount in minor units of the program's currency.
    """

    parts: int = 0
    fixed: int | None = None

    def of(self, base: int) -> int:
        """The amount for a base in minor units, rounded half up.

        A fixed amount is paid in full for any base above 0.
        """
        if self.fixed is None:
            return (base * self.parts + 500_000) // PERCENT
        return self.fixed if base > 0 else 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exact factor, as a fraction, from minor units of one currency to minor units of another."""

    numerator: int = 1
    denominator: int = 1


SAME_CURRENCY = Exchange()


def exchange(rate: object, source: str, target: str) -> Exchange:
    """The factor from minor units of `source` to minor units of `target`.

    `rate` is text such as `"0.0061"`: how many major units of the target one major unit of the
    source is worth. Raises `ValueError` if it is anything else, or 0.
    """
    match = _DECIMAL_TEXT.fullmatch(rate) if isinstance(rate, str) else None
    if match is None or match[1]:
        raise ValueError('write the rate as decimal text, such as "0.0061"')
    fraction = match[3] or ""
    numerator = int(match[2] + fraction) * 10 ** minor_digits(target)
    if numerator == 0:
        raise ValueError("the rate must be greater than 0")
    return Exchange(numerator, 10 ** (len(fraction) + minor_digits(source)))


def rate_text(rate: Fraction) -> str:
    """A computed rate above 0 as decimal text with at most `RATE_DECIMALS` decimals, rounded up."""
    scaled = -(-(rate.numerator * 10**RATE_DECIMALS) // rate.denominator)
    units, rest = divmod(scaled, 10**RATE_DECIMALS)
    return f"{units}.{rest:0{RATE_DECIMALS}d}".rstrip("0").rstrip(".")
