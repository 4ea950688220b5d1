"""Money, dates and rates in the style of the reader's language (Unicode CLDR, by Babel)."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from shared.domain.money import minor_digits

LOCALES = {"en": "en_GB", "de": "de_DE"}
PERCENT = {"en": "#,##0.####%", "de": "#,##0.####\N{NO-BREAK SPACE}%"}
"""Patterns with the four decimals of a rate (specification: rates). CLDR's own pattern would round
them.
"""


def language_name(language: str) -> str:
    """What speakers of a language call it, such as `Deutsch`."""
    return (Locale.parse(language).get_display_name(language) or language).capitalize()


def money(amount_minor: int, currency: str, language: str) -> str:
    """An amount in minor units as text: 1250 as `€12.50`. Nothing is rounded."""
    exact = exact_amount(amount_minor, currency)
    return format_currency(exact, currency, locale=LOCALES[language])


def exact_amount(amount_minor: int, currency: str) -> Decimal:
    """An amount in minor units as a decimal in major units: 1250 as `12.50`."""
    return Decimal(amount_minor).scaleb(-minor_digits(currency))


def number(value: int, language: str) -> str:
    return format_decimal(value, locale=LOCALES[language])


def percent(text: str, language: str) -> str:
    """A rate as text: `"12.5"` as `12.5%`."""
    return format_percent(Decimal(text) / 100, PERCENT[language], locale=LOCALES[language])


def day(moment: date | datetime, language: str, zone: str = "UTC") -> str:
    """The day of a moment in a time zone. A date without a time needs no zone."""
    return format_date(_in_zone(moment, zone), "long", locale=LOCALES[language])


def short_day(moment: date | datetime, language: str, zone: str = "UTC") -> str:
    """Day and month without the year, for narrow places."""
    return format_skeleton("MMMd", _in_zone(moment, zone), locale=LOCALES[language])


def minute(moment: datetime, language: str, zone: str = "UTC") -> str:
    """Day and time, to the minute."""
    local, locale = moment.astimezone(ZoneInfo(zone)), LOCALES[language]
    day_text = format_skeleton("yMMMd", local, locale=locale)
    return f"{day_text}, {format_time(local, 'HH:mm', locale=locale)}"


def month(text: str, language: str) -> str:
    """A month as text: `"2026-03"` as `March 2026`."""
    return format_date(date.fromisoformat(f"{text}-01"), "LLLL y", locale=LOCALES[language])


def _in_zone(moment: date | datetime, zone: str) -> date | datetime:
    return moment.astimezone(ZoneInfo(zone)) if isinstance(moment, datetime) else moment
