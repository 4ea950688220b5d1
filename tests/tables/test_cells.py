"""Amounts and dates as people, programs and spreadsheets write them."""

import pytest

from shared.tables.cells import check_unspoilt, read_amount, read_instant_text


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234.56", "EUR", 123_456),
        ("1234,56", "EUR", 123_456),
        ("1.234,56", "EUR", 123_456),
        ("1,234.56", "EUR", 123_456),
        ("1.234.567", "EUR", 123_456_700),
        ("12'345.60", "CHF", 1_234_560),
        ("1 234,50", "EUR", 123_450),
        ("1\u00a0234,50 €", "EUR", 123_450),
        ("€ 12", "EUR", 1_200),
        ("EUR 12,5", "EUR", 1_250),
        ("$1,000.00", "USD", 100_000),
        ("-12,50", "EUR", -1_250),
        ("(12.50)", "EUR", -1_250),
        ("0.005", "EUR", 1),
        ("19.9900", "EUR", 1_999),
        (",50", "EUR", 50),
        ("1,234", "JPY", 1_234),
        ("1.234", "KWD", 1_234),
        ("12.3456", "EUR", 1_235),
    ],
)
def test_amounts(text, currency, minor):
    assert read_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,234", "could be 1.234 or 1234"),
        ("1.234", "write it with two decimals"),
        ("3.8E+12", "shortened"),
        ("1/2", "changed by a spreadsheet"),
        ("12.34.5", "not an amount"),
        ("twelve", "not an amount"),
        ("####", "changed by a spreadsheet"),
    ],
)
def test_amounts_that_nobody_can_read(text, said):
    with pytest.raises(ValueError, match=said):
        read_amount(text, "EUR")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-31", "2026-12-31T00:00:00Z"),
        ("31.12.2026", "2026-12-31T00:00:00Z"),
        ("31.12.2026 14:30", "2026-12-31T14:30:00Z"),
        ("31/12/2026", "2026-12-31T00:00:00Z"),
        ("12/31/2026 09:05", "2026-12-31T09:05:00Z"),
        ("2024-01-15 10:23:45 -0500", "2024-01-15T15:23:45Z"),
        ("2024-01-10 08:00:00 UTC", "2024-01-10T08:00:00Z"),
        ("2026-06-05 20:38", "2026-06-05T20:38:00Z"),
        ("December 31, 2026 2:30 pm", "2026-12-31T14:30:00Z"),
        ("2026-03-03T10:00:00+01:00", "2026-03-03T09:00:00Z"),
    ],
)
def test_dates(text, instant):
    assert read_instant_text(text) == instant


@pytest.mark.parametrize("text", ["03/04/2026", "46022", "soon", "31.02.2026", "1/2"])
def test_dates_that_nobody_can_read(text):
    with pytest.raises(ValueError, match="write"):
        read_instant_text(text)


@pytest.mark.parametrize("text", ["3.8E+12", "3,81234E+12", "1/2", "12-Jan", "2. Feb"])
def test_ids_that_a_spreadsheet_has_ruined(text):
    with pytest.raises(ValueError, match="spreadsheet"):
        check_unspoilt(text)


@pytest.mark.parametrize("text", ["1001", "#1001", "ANNA-7K2Q", "5e9f", "12-3456", "ORD-1/2"])
def test_ids_that_are_ids(text):
    assert check_unspoilt(text) == text
