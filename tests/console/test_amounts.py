"""What people type as an amount: read as their language writes it, or refused, never guessed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.console.amounts import read_amount, read_rate, typed_amount, typed_rate
from shared.domain.money import MAX_AMOUNT, PERCENT, minor_digits, percent_text
from shared.language import LANGUAGES
from shared.pages import figures

CURRENCIES = ("EUR", "USD", "JPY", "KWD", "CLF")
amounts, currencies, languages = (
    st.integers(0, MAX_AMOUNT),
    st.sampled_from(CURRENCIES),
    st.sampled_from(LANGUAGES),
)


@given(amounts, currencies, languages)
def test_what_a_field_shows_is_read_as_the_same_amount(amount, currency, language):
    assert read_amount(typed_amount(amount, currency, language), currency, language) == amount


@given(amounts, currencies, languages)
def test_what_a_page_shows_is_read_as_the_same_amount(amount, currency, language):
    assert read_amount(figures.money(amount, currency, language), currency, language) == amount


@given(st.integers(0, 99 * PERCENT), languages)
def test_what_a_field_shows_is_read_as_the_same_rate(parts, language):
    text = percent_text(parts)
    assert read_rate(typed_rate(text, language), language) == text


@given(st.text("0123456789., '", max_size=12), st.sampled_from(("EUR", "JPY")))
def test_two_languages_never_read_two_amounts_from_one_text(text, currency):
    """For currencies of three decimals see below: each language has a mark for these."""
    read = set()
    for language in LANGUAGES:
        try:
            read.add(read_amount(text, currency, language))
        except ValueError:
            continue
    assert len(read) <= 1


@given(st.text("0123456789.,", min_size=1, max_size=12), languages)
def test_one_mark_before_three_digits_is_decimals_only_where_language_and_currency_agree(
    text, language
):
    try:
        amount = read_amount(text, "KWD", language)
    except ValueError:
        return
    first, mark, last = text[:1], text.strip("0123456789"), text[-4:-3]
    if len(mark) == 1 and last == mark and len(text) <= 7 and first != "0":
        assert mark == typed_rate("0.5", language)[1] and amount == int(text.replace(mark, ""))


READ = [
    ("en", "EUR", "1000", 100_000),
    ("en", "EUR", "1,000", 100_000),
    ("en", "EUR", "1,000.00", 100_000),
    ("en", "EUR", "1,000,000", 100_000_000),
    ("en", "EUR", "1.000,00", 100_000),
    ("en", "EUR", "12,5", 1_250),
    ("en", "EUR", "€ 12.50", 1_250),
    ("en", "EUR", "12.50 eur", 1_250),
    ("en", "EUR", "1 000.50", 100_050),
    ("en", "EUR", "1'000", 100_000),
    ("en", "EUR", "1.000.000", 100_000_000),
    ("de", "EUR", "1.250", 125_000),
    ("de", "EUR", "1.250,00 €", 125_000),
    ("de", "EUR", "12.50", 1_250),
    ("en", "USD", "$12.50", 1_250),
    ("en", "JPY", "1,250", 1_250),
    ("en", "KWD", "1.250", 1_250),
    ("de", "KWD", "1,250", 1_250),
    ("fr", "EUR", "1\N{NARROW NO-BREAK SPACE}250,00\N{NO-BREAK SPACE}€", 125_000),
    ("fr", "EUR", "1 250", 125_000),
    ("fr", "USD", "12,50 $US", 1_250),
    ("en", "KWD", "1,250.000", 1_250_000),
]
REFUSED = [
    ("en", "EUR", "1.250", "could mean 1.25 or 1250; write one of the two"),
    ("de", "EUR", "1,000", "could mean 1 or 1000; write one of the two"),
    ("de", "EUR", "1,250", "could mean 1,25 or 1250; write one of the two"),
    ("fr", "EUR", "1.250", "could mean 1,25 or 1250; write one of the two"),
    ("en", "KWD", "1,250", "could mean 1.250 or 1250; write one of the two"),
    ("en", "EUR", "1.255", "must have at most 2 decimals; for thousands write 1255"),
    ("de", "JPY", "1,255", "must have no decimals; for thousands write 1255"),
    ("en", "EUR", "0.125", "must have at most 2 decimals"),
    ("en", "JPY", "12.50", "must have no decimals"),
    ("en", "EUR", "1,00,000", "must be an amount in EUR, such as 12.50"),
    ("en", "EUR", "1,000,00", "must be an amount in EUR, such as 12.50"),
    ("de", "EUR", "1.00.000,00", "must be an amount in EUR, such as 12,50"),
    ("en", "EUR", "$12.50", "must be an amount in EUR, such as 12.50"),
    ("en", "EUR", "-5", "must be an amount in EUR, such as 12.50"),
    ("en", "EUR", "", "must be an amount in EUR, such as 12.50"),
    ("en", "EUR", "10 %", "must be an amount in EUR, such as 12.50"),
    ("en", "EUR", "1" * 20, "must be at most €9,999,999,999.99"),
]


@pytest.mark.parametrize(("language", "currency", "text", "amount"), READ)
def test_read(language, currency, text, amount):
    assert read_amount(text, currency, language) == amount


@pytest.mark.parametrize(("language", "currency", "text", "sentence"), REFUSED)
def test_refused(language, currency, text, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        read_amount(text, currency, language)


@pytest.mark.parametrize(
    ("language", "text", "rate"),
    [
        ("en", "10", "10"),
        ("en", "12.5 %", "12.5"),
        ("de", "12,5%", "12.5"),
        ("en", "1.125", "1.125"),
    ],
)
def test_rates(language, text, rate):
    assert read_rate(text, language) == rate


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "1,125"), ("de", "1.125 %"), ("en", "ten"), ("en", "10000"), ("en", "1.12345")],
)
def test_rates_that_are_refused(language, text):
    with pytest.raises(ValueError, match=r"must|could"):
        read_rate(text, language)


def test_every_currency_is_read_as_it_is_shown():
    assert {minor_digits(currency) for currency in CURRENCIES} == {0, 2, 3, 4}
