"""Dates as people, programs and spreadsheets write them: sure to the day, or refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.instants import parse_instant
from shared.tables.dates import find_day_order, read_instant_text

DAYS = st.dates(date(1971, 1, 1), date(2199, 12, 31))
GERMAN = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
)
FORMS = {
    "{0:%Y-%m-%d}": timedelta(),
    "{0:%Y/%m/%d}": timedelta(),
    "{0:%Y-%m-%d} 14:05": timedelta(hours=14, minutes=5),
    "{0:%Y-%m-%d}T14:05:06Z": timedelta(hours=14, minutes=5, seconds=6),
    "{0:%Y-%m-%d} 14:05:06 +0200": timedelta(hours=12, minutes=5, seconds=6),
    "{0:%Y-%m-%d} 14:05:06 UTC": timedelta(hours=14, minutes=5, seconds=6),
    "{0:%d.%m.%Y}": timedelta(),
    "{0.day}.{0.month}.{0.year}, 9:05": timedelta(hours=9, minutes=5),
    "{0:%d.%m.%Y} 14:05:06": timedelta(hours=14, minutes=5, seconds=6),
    "{0:%B} {0.day}, {0.year}": timedelta(),
    "{0:%B} {0.day}, {0.year} 2:05 pm": timedelta(hours=14, minutes=5),
    "{0:%b} {0.day}, {0.year} at 12:05 AM": timedelta(minutes=5),
    "{0:%d}-{0:%b}-{0.year}": timedelta(),
    "{0.day}. {german} {0.year}": timedelta(),
    "'{0:%Y-%m-%d}": timedelta(),
}


@given(day=DAYS, form=st.sampled_from(sorted(FORMS)))
def test_a_date_is_read_to_the_second_however_it_is_written(day, form):
    text = form.format(day, german=GERMAN[day.month - 1])
    assert parse_instant(read_instant_text(text)) == (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + FORMS[form]
    )


@given(day=DAYS, mark=st.sampled_from("/-"), is_day_first=st.booleans())
def test_three_numbers_are_one_day_or_refused(day, mark, is_day_first):
    numbers = (day.day, day.month) if is_day_first else (day.month, day.day)
    text = f"{numbers[0]:02}{mark}{numbers[1]:02}{mark}{day.year}"
    here = f"{day:%Y-%m-%d}T00:00:00Z"

    assert read_instant_text(text, "day first" if is_day_first else "month first") == here
    if day.day <= 12 and day.day != day.month:
        with pytest.raises(ValueError, match=f"could be {day.year}-"):
            read_instant_text(text)
    else:
        assert read_instant_text(text) == here


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("03/04/2026", "could be 2026-04-03 or 2026-03-04"),
        ("46022", "spreadsheet's number of a day, perhaps 2025-12-31"),
        ("46022,5", "spreadsheet's number of a day"),
        ("31.02.2026", "is no day"),
        ("13/13/2026", "is no day"),
        ("31/12/2026 25:00", "is no day"),
        ("12/31/2026 13:00 PM", "is no day"),
        ("0001-01-01T00:00:00+14:00", "is no day from 1970 to 2200"),
        ("9999-12-31T23:59:59-14:00", "is no day from 1970 to 2200"),
        ("31.12.26", "not a date"),
        ("20261231", "not a date"),
        ("1767139200", "not a date"),
        ("2026-12-31 10:00:00 CET", "not a date"),
        ("5 Foo 2026", "is no day"),
        ("soon", "not a date"),
        ("1/2", "not a date"),
        ("9" * 5_000, "not a date"),
    ],
)
def test_dates_that_nobody_can_read(text, said):
    with pytest.raises(ValueError, match=said):
        read_instant_text(text)


@given(st.text("0123456789.:/-+ TZapm\0", max_size=30) | st.text(max_size=12))
def test_any_text_is_an_instant_or_refused_with_a_sentence(text):
    try:
        instant = read_instant_text(text)
    except ValueError as refused:
        assert "date" in str(refused) or "day" in str(refused) or "could be" in str(refused)
    else:
        parse_instant(instant)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2026", "31/12/2026", "x"], "day first"),
        (["03/04/2026", "12/31/2026 10:00"], "month first"),
        (["03-04-2026", "12-31-2026"], "month first"),
        (["31/12/2026", "12/31/2026"], None),
        (["03/04/2026", "05/05/2026"], None),
        (["31.12.2026", "2026-12-31", "99/01/2026"], None),
        ([], None),
    ],
)
def test_the_sure_dates_of_a_table_say_what_comes_first(texts, order):
    assert find_day_order(texts) == order
