"""Amounts as people, programs and spreadsheets write them: sure to the cent, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.money import MAX_AMOUNT, MINOR_DIGITS
from shared.tables.amounts import SIGNS, read_amount

CURRENCIES = st.sampled_from(["EUR", "USD", "CHF", "SEK", "JPY", "KRW", "KWD", "CLF"])
GROUPS = ["", " ", "\u00a0", "\u202f", "\u2009", "'", "\u2019", ".", ","]


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234.56", "EUR", 123_456),
        ("1234,56", "EUR", 123_456),
        ("1.234,56", "EUR", 123_456),
        ("1,234.56", "EUR", 123_456),
        ("1.234.567", "EUR", 123_456_700),
        ("1,00,000.50", "INR", 10_000_050),
        ("12'345.60", "CHF", 1_234_560),
        ("12\u2019345.60", "CHF", 1_234_560),
        ("1 234,50", "EUR", 123_450),
        ("1\u00a0234,50 €", "EUR", 123_450),
        ("1\u202f234,50", "EUR", 123_450),
        ("€ 12", "EUR", 1_200),
        ("EUR 12,5", "EUR", 1_250),
        ("$1,000.00", "USD", 100_000),
        ("US$12.50", "USD", 1_250),
        ("Fr. 12.50", "CHF", 1_250),
        ("12,50 kr.", "SEK", 1_250),
        ("12.-", "CHF", 1_200),
        ("12,\u2013", "EUR", 1_200),
        ("-12,50", "EUR", -1_250),
        ("\u221212,50", "EUR", -1_250),
        ("12,50-", "EUR", -1_250),
        ("-€12.50", "EUR", -1_250),
        ("€-12.50", "EUR", -1_250),
        ("(12.50)", "EUR", -1_250),
        ("($12.50)", "USD", -1_250),
        ("'12.50", "EUR", 1_250),
        ("0.005", "EUR", 1),
        ("19.9900", "EUR", 1_999),
        ("19.990000000000002", "EUR", 1_999),
        (",50", "EUR", 50),
        ("0,125", "EUR", 13),
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
        ("1.234", "write it with all its decimals"),
        ("3.8E+12", "shortened"),
        ("1/2", "changed by a spreadsheet"),
        ("####", "changed by a spreadsheet"),
        ("#NAME?", "changed by a spreadsheet"),
        ("#WERT!", "changed by a spreadsheet"),
        ("12.34.5", "not an amount"),
        ("1 2 3", "not an amount"),
        ("12..5", "not an amount"),
        ("twelve", "not an amount"),
        ("inf", "not an amount"),
        ("NaN", "not an amount"),
        ("-", "not an amount"),
        ("--12", "not an amount"),
        ("-12-", "not an amount"),
        ("(-12)", "not an amount"),
        ("(12", "not an amount"),
        ("10%", "not an amount"),
        ("12.5²", "not an amount"),
        ("12,50 zlotys", "not an amount"),
        ("9" * 40, "too large"),
        ("9" * 70, "not an amount"),
        ("$12.50", "not in EUR"),
        ("12.50 USD", "not in EUR"),
        ("kr 12,50", "not in EUR"),
    ],
)
def test_amounts_that_nobody_can_read(text, said):
    with pytest.raises(ValueError, match=said):
        read_amount(text, "EUR")


def test_three_digits_behind_a_comma_are_not_sure_in_a_currency_of_three_decimals():
    with pytest.raises(ValueError, match="could be"):
        read_amount("1,234", "KWD")


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_a_sign_beside_an_amount_is_of_its_currency(sign):
    for currency in MINOR_DIGITS:
        for text in (f"{sign}12", f"12 {sign}"):
            if currency in SIGNS[sign]:
                assert read_amount(text, currency) == 12 * 10 ** MINOR_DIGITS[currency]
            elif currency.lower() != sign:
                with pytest.raises(ValueError, match="not in"):
                    read_amount(text, currency)


def written(amount: int, digits: int, group: str, mark: str) -> str:
    whole, fraction = divmod(abs(amount), 10**digits)
    text = f"{whole:,}".replace(",", group)
    return text + (f"{mark}{fraction:0{digits}d}" if digits else "")


@given(
    amount=st.integers(0, MAX_AMOUNT),
    currency=CURRENCIES,
    group=st.sampled_from(GROUPS),
    mark=st.sampled_from(".,"),
    form=st.sampled_from(["{}", "-{}", "{}-", "({})", "{code} {}", "-{} {code}", " {} "]),
)
def test_an_amount_with_all_its_decimals_is_read_to_the_cent(amount, currency, group, mark, form):
    digits = MINOR_DIGITS[currency]
    if group == mark or (digits >= 3 and mark == ","):
        return
    text = form.format(written(amount, digits, group, mark), code=currency)
    is_negative = form.startswith(("-", "(")) or form.endswith("-")
    assert read_amount(text, currency) == (-amount if is_negative else amount)


@given(
    text=st.text("0123456789.,' -+()€$kr/E#\u00a0²٣\0", max_size=30) | st.text(max_size=12),
    currency=CURRENCIES,
)
def test_any_text_is_an_amount_or_refused_with_a_sentence(text, currency):
    try:
        amount = read_amount(text, currency)
    except ValueError as refused:
        assert str(refused)
    else:
        assert abs(amount) <= MAX_AMOUNT and any(sign in "0123456789" for sign in text)
