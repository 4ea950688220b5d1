"""The overview of a day with more entries than one request sums: each view goes on where the one before
ended, and the figures are those of one sum.
"""

from datetime import timedelta

import pytest

from functions import update_daily_totals
from shared.console import overview
from shared.console.overview import load_recent_days
from shared.members.profile import load_profile
from shared.store import keys
from shared.store.programs import day_totals
from tests.support.counted_reads import counted_reads
from tests.support.shop import Shop
from tests.support.table_streams import lambda_event, stream_records

ORDERS = 12


@pytest.fixture
def shop(tables, monkeypatch):
    """One view sums four entries, in requests of two."""
    monkeypatch.setattr(overview, "MOST_LINES_SUMMED", 4)
    monkeypatch.setattr(overview, "LEAST_LINES_KEPT", 1)
    monkeypatch.setattr(day_totals, "LINES_AT_ONCE", 2)
    shop = Shop()
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    sell(shop, ORDERS)
    return shop


def sell(shop: Shop, orders: int) -> None:
    stream_records(("LEDGER_TABLE",))
    for number in range(orders):
        shop.later(minutes=1)
        name = f"O{shop.at:%d%H%M}{number}"
        shop.order(name, 1_000, customer={"id": "Ines"}, completed_at=shop.now())
    told(shop)


def told(shop: Shop) -> None:
    records = stream_records(("LEDGER_TABLE",))
    for record in records:
        record["dynamodb"]["ApproximateCreationDateTime"] = shop.at.timestamp()
    update_daily_totals.handler(lambda_event(records))


def views(shop: Shop, most: int = 30) -> int:
    """Looks until the figures are whole. Returns how often."""
    for number in range(1, most):
        if load_recent_days("EUR", shop.at).until is None:
            return number
    raise AssertionError("the figures do not become whole")


def today(shop: Shop):
    return dict(load_recent_days("EUR", shop.at).rows)[shop.at.date()]


def owed() -> int:
    return load_profile("Anna").account.balance


def test_each_view_goes_on_where_the_one_before_ended(shop):
    shop.later(minutes=30)
    assert load_recent_days("EUR", shop.at).until == shop.at.date().isoformat()
    assert views(shop) == ORDERS / 4
    assert (today(shop).owed, today(shop).orders) == (owed(), ORDERS)
    with counted_reads() as reads:
        load_recent_days("EUR", shop.at)
    assert reads.requests <= 5


def test_what_comes_meanwhile_is_added(shop):
    shop.later(minutes=30)
    load_recent_days("EUR", shop.at)
    sell(shop, 5)
    shop.later(minutes=30)
    views(shop)
    assert (today(shop).owed, today(shop).orders) == (owed(), ORDERS + 5)


def test_an_entry_that_is_told_late_begins_the_sum_again(shop):
    shop.at += timedelta(minutes=30)
    shop.order("late", 1_000, customer={"id": "Ines"}, completed_at=shop.now())
    late, shop.at = stream_records(("LEDGER_TABLE",)), shop.at + timedelta(minutes=20)
    sell(shop, 2)
    shop.later(minutes=10)
    views(shop)
    for record in late:
        record["dynamodb"]["ApproximateCreationDateTime"] = shop.at.timestamp() - 1_900
    update_daily_totals.handler(lambda_event(late))
    assert day_totals.list_drafts("EUR") == {}
    views(shop)
    assert today(shop).owed == owed()


def test_a_day_is_closed_by_a_sum_that_was_begun_when_nothing_could_come(shop):
    """A sum that misses an entry is not what a day is closed with."""
    shop.later(minutes=30)
    load_recent_days("EUR", shop.at)
    day, partition = shop.at.date().isoformat(), keys.day_drafts("EUR")
    (draft,) = day_totals.DayItem.query(partition)
    draft.owed -= 100
    draft.save()
    shop.later(days=3)
    views(shop)
    assert day_totals.load_closed_days("EUR", day)[day].owed == owed()
