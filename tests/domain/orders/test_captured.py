"""What was authorised and never charged, and where a rate leads to (specification: captured, exchange-rate)."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from shared.domain.orders.facts import OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.orders.kept import is_undone, kept
from shared.domain.orders.merging import merge_facts
from shared.domain.rewards.reward import NoExchangeRate, rate_for
from tests.support.programs_and_histories import program

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROGRAM = program()


def order(captured: int | None, refunded: int = 0, rank: int = 1, **totals: int) -> OrderFacts:
    """100.00 of items unless said otherwise."""
    items = totals.pop("items", 10_000)
    refunds = {"re_1": Versioned(NOON, Refund(refunded, None, NOON, "succeeded"))}
    return OrderFacts(
        "1",
        totals=Versioned(NOON, OrderTotals("EUR", items, **totals), rank),
        captured_total=None if captured is None else Versioned(NOON, captured),
        refunds=refunds if refunded else {},
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (order(None), 10_000),
        (order(10_000), 10_000),
        (order(6_000), 6_000),
        (order(0), 0),
        (order(12_000), 10_000),
        (order(6_000, refunded=1_500), 4_500),
        (order(6_000, refunded=6_000), 0),
        (order(6_000, tax=2_000), 5_000),
        (order(5_900, tax=1_900), 4_958),
        (order(20_300, items=20_300, rank=0), 20_300),
    ],
)
def test_totals_give_way_to_what_was_captured(told, expected):
    assert kept(told, PROGRAM, "items_net") == expected


@pytest.mark.parametrize(("refunded", "undone"), [(5_999, False), (6_000, True)])
def test_who_gives_back_all_that_was_captured_undoes_the_sale(refunded, undone):
    assert is_undone(order(6_000, refunded=refunded)) is undone


def test_what_was_captured_stands_whoever_tells_the_totals_when():
    session = OrderFacts("1", totals=Versioned(NOON, OrderTotals("EUR", 10_000), 1))
    hour = timedelta(hours=1)
    intent = OrderFacts(
        "1",
        totals=Versioned(NOON + hour, OrderTotals("EUR", 6_000), 0),
        captured_total=Versioned(NOON + hour, 6_000),
    )
    later = session._replace(totals=Versioned(NOON + 2 * hour, OrderTotals("EUR", 10_000), 1))
    for told in permutations((session, intent, later)):
        merged = OrderFacts("1")
        for update in told:
            merged = merge_facts(merged, update)
        assert kept(merged, PROGRAM, "items_net") == 6_000


def foreign(rate_at: datetime = NOON, leads_to: str | None = "EUR", rank: int = 1) -> OrderFacts:
    return OrderFacts(
        "1",
        totals=Versioned(NOON, OrderTotals("USD", 10_000)),
        fx_rate=Versioned(rate_at, "0.9", rank),
        fx_currency=Versioned(NOON, leads_to) if leads_to else None,
    )


@pytest.mark.parametrize("leads_to", ["EUR", None])
def test_a_rate_to_the_programs_currency_converts(leads_to):
    assert kept(foreign(leads_to=leads_to), PROGRAM, "items_net", rate_for(foreign(), PROGRAM)) == (
        9_000
    )


def test_a_rate_to_another_currency_converts_nothing():
    with pytest.raises(NoExchangeRate):
        rate_for(foreign(leads_to="GBP"), PROGRAM)


@pytest.mark.parametrize(
    "told", [foreign(NOON + timedelta(1), "GBP"), foreign(NOON, "GBP", rank=2)]
)
def test_a_rate_that_was_told_without_a_currency_leads_to_the_programs(told):
    assert rate_for(told, PROGRAM) == rate_for(foreign(), PROGRAM)
