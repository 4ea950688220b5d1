"""Money, dates and rates in the style of the reader's language (Unicode CLDR, by Babel)."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from shared.domain.money import minor_digits
from shared.language import EVERYWHERE, LANGUAGES, SOURCE_LANGUAGE, catalogue

RATE_DECIMALS = "0.####"
"""The four decimals of a rate (specification: rates). CLDR's own patterns would round them."""


def locale_name(language: str) -> str:
    """The CLDR locale whose formats a language uses: `en_GB` for English, and what the header
    `Language` of the catalogue `site` says for another, such as `fr` or `pt_PT`.
    """
    if language == SOURCE_LANGUAGE:
        return "en_GB"
    return catalogue(EVERYWHERE, language).info().get("language", language)


LOCALES = {language: locale_name(language) for language in LANGUAGES}


def language_name(language: str) -> str:
    """What speakers of a language call it, such as `Deutsch`."""
    return (Locale.parse(language).get_display_name(language) or language).capitalize()


def text_direction(language: str) -> str:
    """`ltr` or `rtl`, as the attribute `dir` of HTML has it."""
    return Locale.parse(LOCALES[language]).text_direction


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
    locale = Locale.parse(LOCALES[language])
    pattern = locale.percent_formats[None].pattern.replace("0", RATE_DECIMALS)
    return format_percent(Decimal(text) / 100, pattern, locale=locale)


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
