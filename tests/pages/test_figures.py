from datetime import UTC, datetime

import pytest

from shared.pages import figures


@pytest.mark.parametrize(
    ("amount", "currency", "language", "expected"),
    [
        (123456, "EUR", "en", "€1,234.56"),
        (123456, "EUR", "de", "1.234,56\xa0€"),
        (-250, "EUR", "de", "-2,50\xa0€"),
        (6100, "JPY", "en", "JP¥6,100"),
        (1234, "KWD", "en", "KWD1.234"),
        (999_999_999_999, "EUR", "en", "€9,999,999,999.99"),
    ],
)
def test_money_is_written_as_its_readers_write_it(amount, currency, language, expected):
    assert figures.money(amount, currency, language) == expected


def test_a_day_is_the_day_where_the_shop_is():
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
    assert figures.day(late, "en") == "31 March 2026"
    assert figures.day(late, "de", "Asia/Kathmandu") == "1. April 2026"
    assert figures.month("2026-03", "de") == "März 2026"


def test_rates_keep_their_decimals():
    assert (figures.percent("12.5", "en"), figures.percent("12.5", "de")) == ("12.5%", "12,5\xa0%")
