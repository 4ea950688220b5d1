"""Rates as others tell them, and as order facts do."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_woocommerce_facts import order

from shared.domain.money import exchange, half_up
from shared.webhooks.exchange_rates import inverse_rate, parse_rate


def rate_of(meta: dict, currency: str = "USD") -> tuple:
    rows = [{"key": key, "value": value} for key, value in meta.items()]
    told = order(currency=currency, meta_data=rows)
    return told.get("fx_rate"), told.get("fx_currency")


PLUGINS = [
    (
        {
            "_wcpay_multi_currency_order_exchange_rate": "1.25",
            "_wcpay_multi_currency_order_default_currency": "EUR",
        },
        "EUR",
    ),
    ({"_woocs_order_rate": 1.25, "_woocs_order_base_currency": "EUR"}, "EUR"),
    ({"_base_currency_exchange_rate": "0.8"}, None),
    ({"_wcpbc_base_exchange_rate": "0.8"}, None),
    ({"_wcpay_multi_currency_stripe_exchange_rate": "0.8"}, None),
    ({"wmc_order_info": {"EUR": {"rate": 1, "is_main": 1}, "USD": {"rate": "1.25"}}}, "EUR"),
]


@pytest.mark.parametrize(("meta", "leads_to"), PLUGINS)
def test_each_plugins_rate_leads_to_the_shops_currency(meta, leads_to):
    assert rate_of(meta) == ("0.8", leads_to)


@pytest.mark.parametrize(("meta", "leads_to"), PLUGINS)
def test_the_rate_that_the_shops_server_tells_goes_first(meta, leads_to):
    assert rate_of(meta | {"gv_fx_rate": "0.9"}) == ("0.9", None)


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {"_wcpay_multi_currency_order_exchange_rate": "0"},
        {"_wcpay_multi_currency_order_exchange_rate": "nonsense"},
        {"_base_currency_exchange_rate": ""},
        {"wmc_order_info": "a:2:{}"},
        {"wmc_order_info": {"USD": {"rate": "1.25"}}},
        {"wmc_order_info": {"EUR": {"is_main": 1}}},
    ],
)
def test_what_is_no_rate_is_not_told(meta):
    assert rate_of(meta) == (None, None)


def test_an_order_in_the_shops_own_currency_needs_no_rate():
    meta = {"_woocs_order_rate": "1", "_woocs_order_base_currency": "EUR"}
    assert rate_of(meta, "EUR") == (None, None)


RATES = st.decimals(min_value="0.000001", max_value="999999", places=6).map(str)


@given(RATES, st.integers(0, 999_999_999_999), st.sampled_from([("USD", "EUR"), ("JPY", "KWD")]))
def test_the_other_way_round_no_amount_is_off(rate, amount, currencies):
    """Exactly amount / rate, half a minor unit up."""
    there = inverse_rate(rate)
    assert there is not None
    source, target = currencies
    found = exchange(there, source, target)
    unit = exchange("1", source, target)
    exact = Fraction(unit.numerator, unit.denominator) * amount / Fraction(rate)
    assert half_up(amount * found.numerator, found.denominator) == (2 * exact + 1) // 2


@pytest.mark.parametrize("rate", [None, "", "0", "0.000", "-1", "1e3", "1,1", [], True, "9" * 16])
def test_a_rate_is_a_decimal_above_0(rate):
    assert (parse_rate(rate), inverse_rate(rate)) == (None, None)
