"""Cells of tables: amounts, instants and names as people and programs write them.

What a spreadsheet has ruined, and what could mean two things, is refused with a sentence.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from shared.domain.instants import in_utc, instant_text
from shared.domain.money import MAX_AMOUNT, minor_digits

_SHORTENED = re.compile(r"[+-]?\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
_DATE_OF_A_NUMBER = re.compile(
    r"\d{1,2}/\d{1,2}|\d{1,2}(?:[-. ]|\. )(?:[A-Za-z]{3}|[A-Za-zä]{3}\.)|#+"
)
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,' ]\d{3})+")
_SYMBOLS = re.compile(r"[\u00a0\u202f\u2009]|[€$£¥₹]|^[A-Za-z]{3}\b|\b[A-Za-z]{3}$")
_DIGITS = re.compile(r"[+-]?\d+")
FORMS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y, %H:%M",
    "%d.%m.%Y",
    "%B %d, %Y %I:%M %p",
    "%B %d, %Y %H:%M",
    "%B %d, %Y",
    "%b %d, %Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
)
"""Forms of dates beside those of ISO 8601; a time without a zone is UTC."""
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def check_unspoilt(text: str) -> str:
    """A cell that no spreadsheet has turned into another; raises `ValueError`."""
    if _SHORTENED.fullmatch(text):
        raise ValueError(
            f"{text!r} was shortened by a spreadsheet; export the file again and do not open it "
            "in a spreadsheet first"
        )
    if _DATE_OF_A_NUMBER.fullmatch(text):
        raise ValueError(
            f"{text!r} was changed by a spreadsheet; export the file again and do not open it "
            "in a spreadsheet first"
        )
    return text


def read_amount(text: str, currency: str) -> int:
    """Minor units of an amount in major units, such as `1.234,56`, `1,234.56` or `€ 12`.

    An amount of more decimals than its currency has is rounded, a half away from 0.
    """
    digits = minor_digits(currency)
    plain = _SYMBOLS.sub("", check_unspoilt(text.strip())).strip().replace(" ", "")
    negative = plain.startswith("-") or (plain.startswith("(") and plain.endswith(")"))
    whole, fraction = _split(plain.strip("()+-"), text, digits)
    if not _DIGITS.fullmatch(whole or "0") or (fraction and not fraction.isdigit()):
        raise ValueError(f"{text!r} is not an amount; write it like 1234.56")
    minor = Decimal(f"{whole or 0}.{fraction or 0}").scaleb(digits)
    amount = int(minor.quantize(Decimal(1), ROUND_HALF_UP))
    if amount > MAX_AMOUNT:
        raise ValueError(f"{text!r} is too large")
    return -amount if negative else amount


def _split(plain: str, text: str, digits: int) -> tuple[str, str]:
    """The digits before and after the decimal mark, which is the last of two kinds of marks."""
    marks = [mark for mark in plain if mark in ".,'"]
    if not marks:
        return plain, ""
    last = marks[-1]
    if len(set(marks)) == 1 and (len(marks) > 1 or last == "'"):
        return _ungrouped(plain, last, text), ""
    whole, _, fraction = plain.rpartition(last)
    if len(marks) == 1 and len(fraction) == 3 and whole not in ("", "0") and digits != 3:
        if digits == 0:
            return whole + fraction, ""
        raise ValueError(
            f"{text!r} could be {whole}.{fraction} or {whole}{fraction}; write it with two decimals"
        )
    return (_ungrouped(whole, marks[0], text) if len(marks) > 1 else whole), fraction


def _ungrouped(whole: str, mark: str, text: str) -> str:
    if not _GROUPED.fullmatch(whole):
        raise ValueError(f"{text!r} is not an amount; write it like 1234.56")
    return whole.replace(mark, "")


@lru_cache(maxsize=4096)
def read_instant_text(text: str) -> str:
    """An instant or a date as RFC 3339 in UTC; raises `ValueError` where it is none."""
    return instant_text(_instant(text.strip()))


def _instant(text: str) -> datetime:
    found = _slashed(text) if "/" in text[:3] else None
    for read in _READERS:
        if found:
            break
        with suppress(ValueError):
            found = read(text)
    if found is None:
        raise ValueError(f"{text!r} is not a date; write it like 2026-12-31 or 31.12.2026")
    return in_utc(found if found.tzinfo else found.replace(tzinfo=UTC))


def _iso(text: str) -> datetime:
    if text.isdigit():
        raise ValueError
    return datetime.fromisoformat(text.replace(" UTC", "Z").replace(" +", "+").replace(" -", "-"))


_READERS: tuple[Callable[[str], datetime], ...] = (
    _iso,
    *(lambda text, form=form: datetime.strptime(text, form) for form in FORMS),
)


def _slashed(text: str) -> datetime | None:
    match = _SLASHED.fullmatch(text)
    if match is None:
        return None
    first, second, year, hour, minute, second_of = (int(part or 0) for part in match.groups())
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(
            f"{text!r} could be the {first}th of month {second} or the {second}th of month {first};"
            " write dates like 2026-12-31 or 31.12.2026"
        )
    month, day = (second, first) if first > 12 else (first, second)
    return datetime(year, month, day, hour, minute, second_of)
