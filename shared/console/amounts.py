"""Reads amounts and rates as people type them, with the decimal and thousands marks of their
language.

A text that could mean two amounts is refused (decision 203).
"""

import re
from typing import NamedTuple

from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

from shared.domain.money import MAX_AMOUNT, minor_digits, minor_units, percent_parts, percent_text
from shared.pages import figures
from shared.pages.figures import LOCALES

RATE_DECIMALS, MOST_RATE_DIGITS = 4, 4
"""Digits of a rate after and before its decimal mark (specification: rates)."""
EXAMPLE_RATE = "12.5"
_MOST_DIGITS = len(str(MAX_AMOUNT))
_SIGNS = str.maketrans(
    {
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "’": "'",
        "\N{LEFT-TO-RIGHT MARK}": None,
        "\N{RIGHT-TO-LEFT MARK}": None,
    }
)
_NUMBER = re.compile(r"[0-9]+(?:[ '.,][0-9]+)*")
_FIRST_GROUP = re.compile(r"[1-9][0-9]{0,2}")


class TypedNumber(NamedTuple):
    """The digits before and after the decimal mark."""

    whole: str
    fraction: str = ""

    def written(self, mark: str = ".") -> str:
        return f"{self.whole}{mark}{self.fraction}" if self.fraction else self.whole


def read_amount(text: str, currency: str, language: str) -> int:
    """An amount in minor units, such as 100000 for `"1,000.00"`. Raises `ValueError` with a
    sentence for people.
    """
    digits = minor_digits(currency)
    try:
        number = read_number(_without_currency(text, currency, language), digits, language)
    except NotANumber:
        example = typed_amount(1250 * 10**digits // 100, currency, language)
        raise ValueError(f"must be an amount in {currency}, such as {example}") from None
    if len(number.partition(".")[0].lstrip("0")) > _MOST_DIGITS:
        raise ValueError(f"must be at most {figures.money(MAX_AMOUNT, currency, language)}")
    amount = minor_units(number, currency)
    if amount > MAX_AMOUNT:
        raise ValueError(f"must be at most {figures.money(MAX_AMOUNT, currency, language)}")
    return amount


def read_rate(text: str, language: str) -> str:
    """A rate as text, such as `"12.5"` for `"12,5 %"`. Raises `ValueError` with a sentence for
    people.
    """
    try:
        number = read_number(text.removesuffix("%").strip(), RATE_DECIMALS, language)
    except NotANumber:
        example = typed_rate(EXAMPLE_RATE, language)
        raise ValueError(f"must be a percentage, such as {example}") from None
    if len(number.partition(".")[0]) > MOST_RATE_DIGITS:
        raise ValueError("must be at most 9999 %")
    return percent_text(percent_parts(number))


class NotANumber(ValueError):
    """The text is not a number."""


def read_number(text: str, decimals: int, language: str) -> str:
    """The number as decimal text, such as `"1000.5"`. It may have at most `decimals` decimals.

    Raises `ValueError` with a sentence for people, or `NotANumber`.
    """
    text = text.translate(_SIGNS)
    if len(text) > 30 or not _NUMBER.fullmatch(text):
        raise NotANumber(text)
    parts, marks = re.split("[ '.,]", text), re.findall("[ '.,]", text)
    if len(marks) == 1 and marks[0] in ".,":
        number = _with_one_mark(parts[0], marks[0], parts[1], decimals, language)
    elif marks and marks[-1] in ".," and marks.count(marks[-1]) == 1:
        number = TypedNumber(_joined(parts[:-1], marks[:-1]), parts[-1])
    else:
        number = TypedNumber(_joined(parts, marks))
    if len(number.fraction) > decimals:
        raise ValueError(
            f"must have at most {decimals} decimals" if decimals else "must have no decimals"
        )
    return number.written()


def _with_one_mark(
    before: str, mark: str, behind: str, decimals: int, language: str
) -> TypedNumber:
    """A number with one mark, such as `"1,000"`: the mark separates thousands or decimals. Raises
    `ValueError` if both are possible.
    """
    decimal = TypedNumber(before, behind)
    if len(behind) != 3 or not _FIRST_GROUP.fullmatch(before):
        return decimal
    grouped, locale = TypedNumber(before + behind), LOCALES[language]
    takes_three = decimals >= 3
    if mark == get_decimal_symbol(locale) and takes_three:
        return decimal
    if mark == get_group_symbol(locale) and not takes_three:
        return grouped
    shown = decimal if takes_three else TypedNumber(before, behind.rstrip("0"))
    smaller, larger = shown.written(get_decimal_symbol(locale)), grouped.written()
    if len(shown.fraction) > decimals:
        raise ValueError(
            f"must have at most {decimals} decimals; for thousands write {larger}"
            if decimals
            else f"must have no decimals; for thousands write {larger}"
        )
    raise ValueError(f"could mean {smaller} or {larger}; write one of the two")


def _joined(groups: list[str], marks: list[str]) -> str:
    """Groups of thousands as one number. Raises `NotANumber` if the groups are not regular."""
    if not marks:
        return groups[0]
    if (
        len(set(marks)) > 1
        or not _FIRST_GROUP.fullmatch(groups[0])
        or any(len(group) != 3 for group in groups[1:])
    ):
        raise NotANumber("irregular thousands")
    return "".join(groups)


def _without_currency(text: str, currency: str, language: str) -> str:
    """The text without the code or sign of the currency before or after the number."""
    text = text.translate(_SIGNS).strip()
    symbols = (get_currency_symbol(currency, locale) for locale in _locales(language))
    for sign in (currency, *(symbol.translate(_SIGNS) for symbol in symbols)):
        for bare in (_prefix_removed(text, sign), _suffix_removed(text, sign)):
            if bare != text:
                return bare.strip()
    return text


def _locales(language: str) -> tuple[str, str]:
    """The reader's locale, and the locale in which the signs of currencies are shortest."""
    return LOCALES[language], "en"


def _prefix_removed(text: str, sign: str) -> str:
    return text[len(sign) :] if text.casefold().startswith(sign.casefold()) else text


def _suffix_removed(text: str, sign: str) -> str:
    return text[: -len(sign)] if text.casefold().endswith(sign.casefold()) else text


def typed_amount(amount: int, currency: str, language: str) -> str:
    """Minor units (0 or above) as the text of a field: `"1000.00"`, in German `"1000,00"`."""
    digits = minor_digits(currency)
    whole, fraction = divmod(amount, 10**digits)
    mark = get_decimal_symbol(LOCALES[language])
    return f"{whole}{mark}{fraction:0{digits}d}" if digits else str(whole)


def typed_rate(text: str, language: str) -> str:
    """A rate such as `"12.5"` as the text of a field: `"12.5 %"`, in German `"12,5 %"`."""
    return f"{text.replace('.', get_decimal_symbol(LOCALES[language]))} %"
