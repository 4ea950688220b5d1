"""The parameters of a request for a DATEV file: account numbers, adviser, client, business year."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.money import UnknownCurrency, minor_digits
from shared.journal.datev import PARAMETERS, DatevTerms

ONE_YEAR = 1


class NumberParameter(NamedTuple):
    """A whole number in a request, with its limits and its default."""

    least: int
    most: int
    usual: int


NUMBERS = {
    "consultant": NumberParameter(1_001, 9_999_999, 1_001),
    "client": NumberParameter(1, 99_999, 1),
    "account_length": NumberParameter(4, 8, 4),
    "year_begins": NumberParameter(1, 12, 1),
}
"""`year_begins` is the month in which the business year begins."""


def parse_datev_terms(
    queries: Mapping[str, str], currency: str, days: tuple[date, date]
) -> DatevTerms:
    """The terms of a request; raises `InvalidDocument`.

    Also refuses days in two business years, because dates in a DATEV file have no year.
    """
    faults: list[FieldError] = []
    numbers = {name: _number(name, queries, faults) for name in NUMBERS}
    accounts = {
        account: _account(name, queries.get(name) or usual, numbers["account_length"], faults)
        for name, (account, usual) in PARAMETERS.items()
    }
    _check_currency(currency, faults)
    begin = _year_begin(days[0], numbers["year_begins"])
    if days[1] >= begin.replace(year=begin.year + ONE_YEAR):
        faults.append(
            FieldError(
                "until", "must be in the same business year as from; request each year separately"
            )
        )
    if faults:
        raise InvalidDocument(faults)
    return DatevTerms(
        consultant=numbers["consultant"],
        client=numbers["client"],
        year_begin=begin,
        digits=numbers["account_length"],
        numbers=accounts,
        currency=currency,
    )


def _number(name: str, queries: Mapping[str, str], faults: list[FieldError]) -> int:
    kind, text = NUMBERS[name], queries.get(name)
    if not text:
        return kind.usual
    if text.isascii() and text.isdigit() and kind.least <= int(text[:12]) <= kind.most:
        return int(text)
    faults.append(FieldError(name, f"must be a whole number from {kind.least} to {kind.most}"))
    return kind.usual


def _account(name: str, text: str, digits: int, faults: list[FieldError]) -> str:
    """An account number; default numbers get zeros appended if accounts are longer."""
    padded = text.ljust(digits, "0") if (text in _USUAL) else text
    if not (padded.isascii() and padded.isdigit() and len(padded) == digits):
        faults.append(FieldError(name, f"must be a number of {digits} digits"))
    return padded


_USUAL = {usual for _, usual in PARAMETERS.values()}


def _check_currency(currency: str, faults: list[FieldError]) -> None:
    try:
        minor_digits(currency)
    except UnknownCurrency:
        faults.append(FieldError("currency", "must be a currency, such as EUR"))


def _year_begin(day: date, month: int) -> date:
    begin = date(day.year, month, 1)
    return begin if begin <= day else begin.replace(year=day.year - ONE_YEAR)
