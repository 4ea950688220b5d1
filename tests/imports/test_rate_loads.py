"""The owner's table of exchange rates in a true engine: loads, limits, and the orders that use it."""

import json
import os
from datetime import date

import boto3
import pytest

from shared.backtest.history import OrderSeen
from shared.backtest.result import run_backtest
from shared.domain.document import InvalidDocument
from shared.domain.orders.facts import DailyRate
from shared.domain.shop.owner_settings import OwnerSettings
from shared.domain.staff_action import StaffAction
from shared.imports import exchange_rates, parked_orders
from shared.imports.exchange_rates import RATES_FORM, load_rates, read_rates
from shared.imports.parked_orders import try_page
from shared.jobs.job import EvaluateParked
from shared.orders.daily_rates import read_rates_for
from shared.orders.evaluate import find_order
from shared.orders.quotes import load_quote, parse_cart
from shared.store import engine, keys
from shared.store.attributions.links import load_program
from shared.store.engine import find
from shared.store.programs import parked
from shared.store.programs.daily_rates import DailyRatesItem, find_retry, read_whole_table
from shared.store.programs.owner_settings import find_settings, put_settings
from shared.store.reconciliation import verify
from tests.support.imports_queue import open_queue, run_all
from tests.support.shop import PLAIN, Shop, hash_email

YEN = {"currency": "JPY", "placed_at": "2026-03-01T10:00:00Z"}


@pytest.fixture
def shop(tables, monkeypatch) -> Shop:
    """Anna has brought Ben, and the owner lets the table be used."""
    open_queue(monkeypatch)
    shop = Shop(**PLAIN, friend={"new_customers_only": False})
    shop.member("Anna")
    shop.member("Ben", referrer_login="anna")
    use_table(shop)
    return shop


def use_table(shop: Shop, used: bool = True) -> None:
    before = find_settings()
    after = OwnerSettings(daily_rates=used)
    engine.write(put_settings(before, after, StaffAction("tests", "settings_changed", shop.at)))


def load(shop: Shop, *rates: tuple[str, str, str]):
    rows = [{"date": day, "currency": name, "rate": rate} for day, name, rate in rates]
    return load_form(shop, {"rates": rows})


def load_form(shop: Shop, document: dict):
    program = load_program()
    table = read_rates(RATES_FORM.parse(document), program, shop.at)
    return table, load_rates(table, program, StaffAction("tests", "rates_loaded", shop.at))


def job_of(shop: Shop) -> EvaluateParked:
    """The first job of the latest load."""
    return EvaluateParked(time=shop.at, target="EUR", retry_id=find_retry("EUR").id)


def bens_order(shop: Shop, name: str, **facts):
    return shop.order(name, customer={"id": "Ben"}, **YEN | facts)


def day_of(shop: Shop, name: str) -> date | None:
    rate = find_order(name, shop.at).context.order.daily_rate
    return rate and rate.day


def test_an_order_gets_the_rate_of_its_day_and_keeps_it(shop):
    load(shop, ("2026-02-27", "JPY", "0.0061"))
    told = bens_order(shop, "1")
    assert (told.decision.outcome.kept, shop.rewards("1")) == (6_100, {"Anna": 610})
    assert told.context.order.daily_rate == DailyRate(date(2026, 2, 27), "0.0061", "JPY", "EUR")

    shop.later(minutes=1)
    _, loaded = load(shop, ("2026-02-27", "JPY", "0.5"), ("2026-03-01", "JPY", "0.6"))
    assert [(row.rate.rate, row.before) for row in loaded.replaced] == [("0.5", "0.0061")]
    run_all()
    bens_order(shop, "1", refunds=[{"id": "re", "amount": 5_000, "at": shop.now()}])
    assert (day_of(shop, "1"), shop.rewards("1")) == (date(2026, 2, 27), {"Anna": 305})
    assert verify()["differences"] == []


def test_a_rate_that_is_told_later_counts_and_corrects_the_reward(shop):
    load(shop, ("2026-03-01", "JPY", "0.0061"))
    bens_order(shop, "1")
    shop.later(minutes=1)
    shop.news(id="1", fx_rate="0.005")
    assert shop.rewards("1") == {"Anna": 500}
    assert verify()["differences"] == []


def test_without_the_owners_leave_the_table_is_not_used(shop):
    use_table(shop, used=False)
    load(shop, ("2026-03-01", "JPY", "0.0061"))
    assert run_all() == []
    assert bens_order(shop, "1").decision.parked == "no_exchange_rate"


def test_orders_that_wait_for_a_rate_are_evaluated_by_themselves(shop, monkeypatch):
    monkeypatch.setattr(parked_orders, "LINES_A_PAGE", 2)
    for number in range(5):
        bens_order(shop, f"yen {number}")
    shop.order("dollars", customer={"id": "Ben"}, currency="USD")
    shop.order("test", customer={"id": "Ben"}, test=True)
    assert shop.balance("Anna") == 0

    shop.later(minutes=1)
    load(shop, ("2026-03-01", "JPY", "0.0061"))
    assert len(run_all()) == 4

    assert shop.balance("Anna") == 5 * 610
    retry = find_retry("EUR")
    assert (retry.state, retry.tried, retry.evaluated) == ("done", 6, 5)
    assert {row["order"] for row in parked.list_parked(100)[0]} == {"dollars", "test"}
    assert verify()["differences"] == []


def test_a_page_that_is_delivered_again_counts_once_and_posts_once(shop):
    bens_order(shop, "1")
    shop.later(minutes=1)
    load(shop, ("2026-03-01", "JPY", "0.0061"))
    job = job_of(shop)
    for _ in range(3):
        try_page(job)
    assert (find_retry("EUR").tried, shop.balance("Anna")) == (1, 610)


def test_a_newer_load_goes_on_in_place_of_an_older_one(shop):
    bens_order(shop, "1")
    load(shop)
    older = job_of(shop)
    load(shop, ("2026-03-01", "JPY", "0.0061"))
    try_page(older)
    assert (find_retry("EUR").state, find_retry("EUR").tried) == ("running", 0)
    run_all()
    assert (find_retry("EUR").state, shop.balance("Anna")) == ("done", 610)


def test_the_same_load_again_changes_and_writes_nothing(shop):
    rates = [("2025-12-31", "JPY", "0.006"), ("2026-01-01", "JPY", "0.0061")]
    _, first = load(shop, *rates)
    _, again = load(shop, *rates)
    assert (first.changed, again.changed, again.replaced) == (2, 0, [])
    item = find(DailyRatesItem, keys.daily_rates("EUR", "JPY", 2026))
    assert item.revision == 1
    assert read_whole_table("EUR").rates == {
        "JPY": {date(2025, 12, 31): "0.006", date(2026, 1, 1): "0.0061"}
    }


def test_the_first_days_of_a_year_find_the_last_ones_of_the_year_before(shop):
    load(shop, ("2025-12-31", "JPY", "0.006"))
    bens_order(shop, "1", placed_at="2026-01-02T10:00:00Z")
    assert day_of(shop, "1") == date(2025, 12, 31)


def test_rows_are_refused_by_their_number_and_the_others_are_loaded(shop):
    row = {"date": "2026-03-01", "currency": "JPY", "rate": "0.0061"}
    rows = [
        row,
        row | {"currency": "EUR"},
        row | {"rate": 1},
        row | {"date": None},
        row | {"base": "EUR"},
        row | {"currency": None},
        "no row",
    ]
    table, loaded = load_form(shop, {"rates": rows})
    assert [number for number, _ in table.refused] == [2, 3, 4, 5, 6, 7]
    assert loaded.changed == 1


@pytest.mark.parametrize("document", [{}, {"rates": [], "csv": "date,currency,rate\n"}])
def test_a_load_is_either_a_list_or_a_table(document):
    with pytest.raises(InvalidDocument, match="not both"):
        RATES_FORM.parse(document)


@pytest.mark.parametrize(("limit", "most"), [("RATES", 3), ("DAYS", 1), ("CURRENCIES", 1)])
def test_a_load_has_limits(shop, monkeypatch, limit, most):
    rates = [(day, name, "1") for day in ("2026-03-01", "2026-02-28") for name in ("JPY", "USD")]
    load(shop, *rates)
    monkeypatch.setattr(exchange_rates, f"MOST_{limit}", most)
    with pytest.raises(InvalidDocument, match=f"{most} "):
        load(shop, *rates)


def test_a_cart_in_another_currency_gets_the_discount_at_the_rate_of_today(tables, monkeypatch):
    open_queue(monkeypatch)
    discount = {"fixed": 500, "minimum_order": 1_000}
    shop = Shop(**PLAIN, friend={"discount": discount})
    anna = shop.member("Anna")

    def quote(items: int):
        cart = {"currency": "JPY", "items_total": items, "code": anna.code}
        return tuple(load_quote(parse_cart(cart, hash_email), shop.at).quote)

    assert quote(10_000) == (0, "no_exchange_rate")
    use_table(shop)
    load(shop, ("2026-02-27", "JPY", "0.0061"))
    assert quote(10_000) == (820, "discount_granted")
    assert quote(1_640) == (820, "discount_granted")
    assert quote(1_639) == (0, "below_minimum_order")


def test_a_backtest_of_the_same_orders_says_the_same(shop):
    load(shop, ("2026-02-27", "JPY", "0.0061"))
    facts = bens_order(shop, "1").context.order._replace(daily_rate=None)
    program = load_program()
    events = [OrderSeen(facts, shop.at)]
    rates = read_rates_for([facts], program)
    assert run_backtest(program, events, rates)["totals"]["kept"] == 6_100
    assert run_backtest(program, events)["skipped"] == {"no_exchange_rate": 1}


def test_the_message_of_a_retry_names_its_job(shop):
    load(shop, ("2026-03-01", "JPY", "0.0061"))
    messages = boto3.client("sqs").receive_message(QueueUrl=os.environ["IMPORTS_QUEUE"])
    (message,) = messages["Messages"]
    assert json.loads(message["Body"]) == {
        "job": "evaluate_parked",
        "version": 1,
        "time": shop.now(),
        "target": "EUR",
        "retry_id": find_retry("EUR").id,
        "after": "",
    }
