"""Amounts of tables, as people and programs write them. What could mean two amounts is refused."""

import re
from typing import NamedTuple

from shared.domain.money import MAX_AMOUNT, MINOR_DIGITS, half_up, minor_digits
from shared.tables.cells import check_unspoilt

LONGEST_AMOUNT = 60
"""Characters of a cell with an amount."""
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\u2008"), " ")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u2018\u02bc\u00b4`"), "'")
_DASHES = dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2012\u2013"), "-")
_ALIKE = str.maketrans(_SPACES | _APOSTROPHES | _DASHES)
"""Signs that look alike, which programs choose by the language of the shop."""
_NO_MARKS = str.maketrans("", "", ".,' ")
_PARTS = re.compile(
    r"(?P<before>(?:[^0-9.,']|(?<=[A-Za-z])\.)*)"
    r"(?P<digits>[0-9.,' ]*[0-9][.,]?)(?P<none>(?<=[.,])--?)? *(?P<behind>[^0-9,']*)"
)
"""An amount with what stands before and behind its digits. `12.-` has no decimals."""
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?P<mark>[.,' ])[0-9]{3})(?:(?P=mark)[0-9]{3})*"
    r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
)
"""Thousands in groups of three, or as in India (`1,00,000`)."""
_PLAIN = re.compile(r"[0-9][0-9.,' ]*")
_ONE_MARK = re.compile(r"(?P<whole>[1-9][0-9]{0,2})(?P<mark>[.,])(?P<fraction>[0-9]{3})")
_DECIMALS = re.compile(r"(?P<whole>.*?)(?:(?P<mark>[.,])(?P<fraction>[0-9]*))?")
_DOLLARS = frozenset(code for code in MINOR_DIGITS if code.endswith("D")) - frozenset(
    "AED BHD IQD JOD KWD LYD TND DZD RSD SDD".split()
)
_PESOS = frozenset("ARS CLP COP CUP DOP MXN PHP UYU".split())
SIGNS: dict[str, frozenset[str]] = {
    "$": _DOLLARS | _PESOS,
    "us$": frozenset({"USD"}),
    "r$": frozenset({"BRL"}),
    "\u20ac": frozenset({"EUR"}),
    "\u00a3": frozenset({"GBP", "EGP", "GIP", "SHP", "FKP"}),
    "\u00a5": frozenset({"JPY", "CNY"}),
    "\u20b9": frozenset({"INR"}),
    "\u20a9": frozenset({"KRW"}),
    "\u20aa": frozenset({"ILS"}),
    "\u20ba": frozenset({"TRY"}),
    "\u20bd": frozenset({"RUB"}),
    "\u20b4": frozenset({"UAH"}),
    "\u0e3f": frozenset({"THB"}),
    "\u20ab": frozenset({"VND"}),
    "\u20b1": frozenset({"PHP"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "z\u0142": frozenset({"PLN"}),
    "k\u010d": frozenset({"CZK"}),
    "ft": frozenset({"HUF"}),
    "fr": frozenset({"CHF", "XAF", "XOF", "XPF"}),
    "sfr": frozenset({"CHF"}),
    "lei": frozenset({"RON", "MDL"}),
    "rm": frozenset({"MYR"}),
    "rp": frozenset({"IDR"}),
    "r": frozenset({"ZAR"}),
}
"""The currencies that a sign beside an amount can mean, in lower case and without a full stop."""


class _Number(NamedTuple):
    """The digits before and after the decimal mark."""

    whole: str
    fraction: str = ""


def read_amount(text: str, currency: str) -> int:
    """An amount in minor units, from text in major units such as `1.234,56`, `1,234.56` or `€ 12`.

    If the text has more decimals than the currency, it is rounded, a half away from 0. Raises
    `ValueError` if the text is not an amount, could mean two amounts, or names another currency
    than `currency`.
    """
    digits = minor_digits(currency)
    plain = check_unspoilt(text.strip()).translate(_ALIKE).strip().removeprefix("'")
    parts = _PARTS.fullmatch(plain) if len(plain) <= LONGEST_AMOUNT else None
    if parts is None:
        raise ValueError(f"{text!r} is not an amount; write it like 1234.56")
    around = parts["before"] + parts["behind"]
    is_bracketed = around.startswith("(") and around.endswith(")")
    sign, *others = [mark for mark in around if mark in "+-"] or [""]
    if others or (is_bracketed and sign):
        raise ValueError(f"{text!r} is not an amount; write it like 1234.56")
    for name in filter(None, (parts["before"], parts["behind"])):
        _check_sign(re.sub("[-+()]" if is_bracketed else "[-+]", "", name), currency, text)
    number = _number(parts["digits"].strip(), text, digits)
    amount = half_up(int(number.whole + number.fraction) * 10**digits, 10 ** len(number.fraction))
    if amount > MAX_AMOUNT:
        raise ValueError(f"{text!r} is too large")
    return -amount if is_bracketed or sign == "-" else amount


def read_decimal(text: str) -> str:
    """A number above 0 without a sign or a currency, as decimal text with a point: `0,0061` becomes
    `0.0061`. Raises `ValueError` if the text is anything else, or could mean two numbers.

    A single point stands before decimals; a single comma with three digits behind could stand
    before thousands and is refused.
    """
    plain = check_unspoilt(text.strip()).translate(_ALIKE).strip().removeprefix("'")
    if len(plain) > LONGEST_AMOUNT or not _PLAIN.fullmatch(plain):
        raise ValueError(f"{text!r} is not a number; write it like 0.0061")
    number = _number(plain, text, 3)
    return f"{number.whole}.{number.fraction}".rstrip(".")


def _check_sign(sign: str, currency: str, text: str) -> None:
    """Raises `ValueError` if a sign beside an amount is no currency, or another one."""
    name = sign.strip().removesuffix(".").lower()
    if not name or name == currency.lower():
        return
    meant = SIGNS.get(name, frozenset({name.upper()} & MINOR_DIGITS.keys()))
    if not meant:
        raise ValueError(f"{text!r} is not an amount; write it like 1234.56")
    if currency not in meant:
        raise ValueError(f"{text!r} is not in {currency}; give each line its currency")


def _number(digits: str, text: str, decimals: int) -> _Number:
    """The number in digits and marks. Raises `ValueError`."""
    if one_mark := _ONE_MARK.fullmatch(digits):
        return _with_one_mark(one_mark, text, decimals)
    if _GROUPED.fullmatch(digits):
        return _Number(_ungrouped(digits))
    found = _DECIMALS.fullmatch(digits)
    whole, mark, fraction = found.group("whole", "mark", "fraction") if found else ("", "", "")
    grouped = _GROUPED.fullmatch(whole)
    if (grouped and grouped["mark"] != mark) or whole.isdecimal() or (fraction and not whole):
        return _Number(_ungrouped(whole) or "0", fraction or "")
    raise ValueError(f"{text!r} is not an amount; write it like 1234.56")


def _with_one_mark(found: re.Match[str], text: str, decimals: int) -> _Number:
    """A number such as `1,234`, whose mark may stand before thousands or before decimals. It is
    clear in a currency without decimals, and with a point in one of three.
    """
    whole, mark, fraction = found.group("whole", "mark", "fraction")
    if decimals == 0:
        return _Number(whole + fraction)
    if decimals >= 3 and mark == ".":
        return _Number(whole, fraction)
    raise ValueError(
        f"{text!r} could be {whole}.{fraction} or {whole}{fraction}; write it with all its decimals"
    )


def _ungrouped(whole: str) -> str:
    return whole.translate(_NO_MARKS)
