"""Tables of exchange rates, as people and the European Central Bank write them."""

from datetime import date
from fractions import Fraction

import pytest

from shared.domain.orders.facts import DailyRate
from shared.tables.exchange_rates import CENTRAL_BANK, OWN, read_day, read_rate_table
from shared.tables.text import UnreadableTable

TODAY = date(2026, 3, 10)
DAY = date(2026, 3, 6)


def read(text: str, target: str = "EUR"):
    return read_rate_table(text, target, TODAY)


def rates(text: str, target: str = "EUR") -> dict[tuple[str, str], str]:
    table = read(text, target)
    return {(row.rate.source, row.rate.day.isoformat()): row.rate.rate for row in table.rates}


def refused(text: str, target: str = "EUR") -> dict[int, str]:
    return dict(read(text, target).refused)


def test_a_table_of_ones_own():
    table = read("date,currency,rate\n2026-03-06,JPY,0.0061\n2026-03-06,usd,0.92\n")
    assert table.format == OWN
    assert [row.rate for row in table.rates] == [
        DailyRate(DAY, "0.0061", "JPY", "EUR"),
        DailyRate(DAY, "0.92", "USD", "EUR"),
    ]
    assert [row.number for row in table.rates] == [2, 3]


def test_a_german_spreadsheet_is_read_as_it_is():
    text = (
        "Date;Currency;Rate\n06.03.2026;JPY;0,0061\n06.03.2026;KWD;3,012\n06.03.2026;BTN;1.234,5\n"
    )
    assert rates(text) == {("JPY", "2026-03-06"): "0.0061", ("BTN", "2026-03-06"): "1234.5"}
    assert "could be 3.012 or 3012" in refused(text)[3]


def test_a_point_before_three_digits_is_refused_beside_decimal_commas():
    text = "date;currency;rate\n2026-03-06;JPY;0,0061\n2026-03-06;KWD;3.012\n"
    assert "could mean thousands" in refused(text)[3]
    assert rates("date,currency,rate\n2026-03-06,KWD,3.012\n") == {("KWD", "2026-03-06"): "3.012"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("03/04/2026,JPY,0.0061", "could be 2026-04-03 or 2026-03-04"),
        ("2026-03-06T10:00:00Z,JPY,0.0061", "write the day alone"),
        ("2026-03-11,JPY,0.0061", "has not come yet"),
        (",JPY,0.0061", "no date"),
        ("2026-03-06,,0.0061", "no currency"),
        ("2026-03-06,JPY,", "no rate"),
        ("2026-03-06,XXX,0.0061", "XXX"),
        ("2026-03-06,EUR,1", "the program's own currency"),
        ("2026-03-06,JPY,0", "greater than 0"),
        ("2026-03-06,JPY,-0.0061", "not a number"),
        ("2026-03-06,JPY,6.1E-03", "6.1E-03"),
        ("2026-03-06,JPY,0.0061 EUR", "not a number"),
        ("2026-03-06,JPY,0.0061,more", "more cells"),
        ("2026-03-06,JPY," + "9" * 16, "decimal text"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(line, why):
    text = f"date,currency,rate\n2026-03-05,JPY,0.006\n{line}\n"
    assert why in refused(text)[3]
    assert rates(text) == {("JPY", "2026-03-05"): "0.006"}


def test_two_rates_of_one_day_are_both_refused_and_the_same_one_twice_is_one():
    line = "2026-03-06,JPY,0.0061\n"
    assert len(read("date,currency,rate\n" + line + line).rates) == 1
    twice = refused("date,currency,rate\n" + line + "2026-03-06,JPY,0.0062\n")
    assert list(twice) == [2, 3]
    assert "differ" in twice[2]


DAILY = "Date, USD, JPY, CYP, \n6 March 2026, 1.0842, 163.25, N/A, \n"
HISTORY = "Date,USD,JPY,ISK,\n2026-03-06,1.0842,163.25,N/A,\n2026-03-05,1.083,162,,\n"


def test_the_central_banks_file_of_one_day_is_inverted():
    table = read(DAILY)
    assert (table.format, table.left_out) == (CENTRAL_BANK, ("CYP",))
    assert set(rates(DAILY)) == {("USD", "2026-03-06"), ("JPY", "2026-03-06")}
    for (currency, _), rate in rates(DAILY).items():
        exact = 1 / Fraction({"USD": "1.0842", "JPY": "163.25"}[currency])
        assert 0 <= Fraction(rate) - exact < Fraction(1, 10**30)


def test_the_central_banks_history_has_a_row_for_each_day():
    assert set(rates(HISTORY)) == {
        ("USD", "2026-03-06"),
        ("JPY", "2026-03-06"),
        ("USD", "2026-03-05"),
        ("JPY", "2026-03-05"),
    }


def test_a_program_in_another_currency_than_the_euro_gets_the_cross_rate():
    found = rates(HISTORY, "USD")
    assert found["EUR", "2026-03-06"] == "1.0842"
    exact = Fraction("1.0842") / Fraction("163.25")
    assert 0 <= Fraction(found["JPY", "2026-03-06"]) - exact < Fraction(1, 10**30)
    assert "no quote of ISK" in refused(HISTORY, "ISK")[2]


def test_a_quote_of_nothing_refuses_its_row():
    assert "greater than 0" in refused("Date,USD\n2026-03-06,0\n")[2]


@pytest.mark.parametrize("text", ["date,amount\n2026-03-06,1\n", "id,USD\n1,2\n", "rate\n1\n"])
def test_a_table_without_rates_says_which_columns_it_needs(text):
    with pytest.raises(UnreadableTable):
        read(text)


def test_a_day_is_read_without_a_time():
    assert read_day("2026-03-06") == read_day("6 March 2026") == DAY
    with pytest.raises(ValueError, match="the day alone"):
        read_day("2026-03-06 10:00")
