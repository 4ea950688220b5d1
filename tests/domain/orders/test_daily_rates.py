"""Which rate of the owner's table an order gets, and when a told one counts more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.money import exchange
from shared.domain.orders.daily_rates import (
    MOST_DAYS_BACK,
    DailyRates,
    WantedRate,
    check_rate,
    wanted_rate,
    with_daily_rate,
)
from shared.domain.orders.facts import DailyRate, OrderFacts
from shared.domain.orders.facts_document import parse_order
from shared.domain.orders.merging import merge_facts
from shared.domain.orders.sources import Source
from shared.domain.programs.program_document import parse_program
from shared.domain.rewards.reward import NoExchangeRate, rate_for

FRIDAY = date(2026, 3, 6)
RATES = DailyRates("EUR", {"JPY": {FRIDAY: "0.0061", FRIDAY + timedelta(days=3): "0.0063"}})
TERMS = {
    "id": "default",
    "name": "Test",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
}
PROGRAM = parse_program(TERMS)


def order(placed_at: str = "2026-03-06T12:00:00Z", **facts: object) -> OrderFacts:
    document = {
        "status": "completed",
        "currency": "JPY",
        "items_total": 10_000,
        "placed_at": placed_at,
    } | facts
    return parse_order(document, "1", datetime(2026, 4, 1, tzinfo=UTC), str.upper)


def day_used(facts: OrderFacts, table: DailyRates = RATES) -> date | None:
    found = with_daily_rate(facts, PROGRAM, table).daily_rate
    return found and found.day


@pytest.mark.parametrize(
    ("placed_at", "day"),
    [
        ("2026-03-06T00:00:00Z", FRIDAY),
        ("2026-03-08T23:59:59Z", FRIDAY),
        ("2026-03-09T00:00:00Z", date(2026, 3, 9)),
        ("2026-03-16T12:00:00Z", date(2026, 3, 9)),
        ("2026-03-17T00:00:00Z", None),
        ("2026-03-05T23:59:59Z", None),
    ],
)
def test_the_rate_is_of_the_day_or_of_the_nearest_earlier_one_within_a_week(placed_at, day):
    assert day_used(order(placed_at)) == day


def test_the_day_is_that_of_the_programs_time_zone():
    program = parse_program(TERMS | {"time_zone": "Asia/Tokyo"})
    late = order("2026-03-05T20:00:00Z")
    assert day_used(late) is None
    assert wanted_rate(late, program) == WantedRate("JPY", FRIDAY)


def test_the_earliest_known_time_counts_if_nobody_says_when_it_was_placed():
    facts = order(paid_at="2026-03-07T10:00:00Z", completed_at="2026-03-20T10:00:00Z")
    assert day_used(facts._replace(placed_at=None)) == FRIDAY


@pytest.mark.parametrize(
    "facts",
    [
        {"currency": "EUR"},
        {"fx_rate": "0.0062"},
        {"status": "placed"},
        {"test": True},
        {"hint": True},
        {"currency": "USD"},
    ],
)
def test_an_order_that_needs_no_rate_or_is_in_no_table_gets_none(facts):
    assert day_used(order(**facts)) is None


def test_a_table_into_another_currency_is_not_used():
    assert day_used(order(), RATES._replace(target="USD")) is None


def test_a_told_rate_that_leads_elsewhere_does_not_stand_in_the_way():
    facts = with_daily_rate(order(fx_rate="0.0067", fx_currency="USD"), PROGRAM, RATES)
    assert rate_for(facts, PROGRAM) == exchange("0.0061", "JPY", "EUR")


def test_an_order_keeps_its_rate_whatever_the_table_says_later():
    kept = with_daily_rate(order(), PROGRAM, RATES)
    later = DailyRates("EUR", {"JPY": {FRIDAY: "0.5"}})
    assert with_daily_rate(kept, PROGRAM, later) == kept


def test_a_rate_of_the_table_is_of_no_use_once_the_order_is_in_another_currency():
    kept = with_daily_rate(order(), PROGRAM, RATES)
    told = merge_facts(kept, order(currency="USD", items_total=70)._replace(daily_rate=None))
    dollars = told._replace(totals=order(currency="USD").totals)
    with pytest.raises(NoExchangeRate):
        rate_for(dollars, PROGRAM)


@pytest.mark.parametrize("source", [Source.PROCESSOR, Source.SHOP, Source.STAFF])
def test_whoever_tells_a_rate_is_believed_more_than_the_table(source):
    kept = with_daily_rate(order(), PROGRAM, RATES)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    told = parse_order({"fx_rate": "0.007"}, "1", long_ago, str.upper, whole=False, source=source)
    for merged in (merge_facts(kept, told), merge_facts(told._replace(id="1"), kept)):
        assert rate_for(merged, PROGRAM) == exchange("0.007", "JPY", "EUR")


@pytest.mark.parametrize(
    ("rate", "currency"), [("0", "JPY"), ("-1", "JPY"), (1.5, "JPY"), ("1", "EUR"), ("1", "XXX")]
)
def test_what_is_no_rate_is_not_taken(rate, currency):
    with pytest.raises(ValueError):
        check_rate(rate, currency, "EUR")


DAYS = st.integers(0, 40).map(lambda days: date(2025, 12, 15) + timedelta(days=days))


@given(days=st.sets(DAYS), wanted=DAYS)
def test_no_day_is_used_that_is_later_or_farther_than_another(days, wanted):
    """Years, weekends and gaps are all alike: the nearest day of the table within a week, backwards."""
    table = DailyRates("EUR", {"JPY": {day: f"0.{day.toordinal()}" for day in days}})
    usable = [day for day in days if timedelta() <= wanted - day <= timedelta(days=MOST_DAYS_BACK)]
    found = table.find(WantedRate("JPY", wanted))
    assert (found and found.day) == max(usable, default=None)
    assert found is None or found.day.year in WantedRate("JPY", wanted).years


RATE = st.builds(
    DailyRate, DAYS, st.sampled_from(["0.0061", "0.7"]), st.just("JPY"), st.just("EUR")
)
MAYBE = st.none() | RATE


@given(one=MAYBE, two=MAYBE, three=MAYBE)
def test_the_merge_of_two_orders_with_rates_does_not_depend_on_their_order(one, two, three):
    first, second, third = (OrderFacts("1", daily_rate=rate) for rate in (one, two, three))
    assert merge_facts(first, second) == merge_facts(second, first)
    left = merge_facts(merge_facts(first, second), third)
    assert left == merge_facts(first, merge_facts(second, third))
    assert merge_facts(first, first) == first
