"""A job that dies between its write and its next job: when it is done again, it enqueues that job."""

import json
from contextlib import contextmanager
from datetime import timedelta

from shared.store import engine
from tests.support.credited_month import FIRST, NIGHT, give_credit
from tests.support.settlement_runs import Month
from tests.support.shop import Shop


def given(shop: Shop) -> None:
    shop.at = FIRST - timedelta(days=20)
    give_credit(shop, "Anna", 100)


def run_until(month: Month, job: str) -> str:
    """The message of the first job of a kind; those before it are done."""
    month.begin(NIGHT)
    while json.loads(body := month.waiting.pop(0))["job"] != job:
        month.hand(body)
    return body


@contextmanager
def late_write_of_the_dead(month: Month, body: str):
    """The same job runs in between, and dies before it enqueues the next one."""
    events, struck = engine.connection().client.meta.events, []

    def strike(model, **_):
        if model.name == "TransactWriteItems" and not struck:
            struck.append(True)
            asked = list(month.waiting)
            month.hand(body)
            month.waiting[:] = asked

    events.register("before-call.dynamodb", strike)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", strike)
    assert struck


def test_the_search_for_the_first_month_goes_on_where_somebody_began_it_and_died(shop, month):
    given(shop)
    body = run_until(month, "survey_ledger")
    month.hand(body)
    month.waiting.clear()

    assert month.hand(body) == []
    month.drain()

    assert month.run("2025-12")["state"] == month.run("2026-01")["state"] == "closed"


def test_a_page_goes_on_where_somebody_turned_it_and_died(shop, month):
    given(shop)
    body = run_until(month, "settle_page")

    with late_write_of_the_dead(month, body):
        assert month.hand(body) == []
    assert json.loads(month.waiting[-1])
    month.drain()

    assert month.run("2025-12")["state"] == month.run("2026-01")["state"] == "closed"
    assert month.run("2025-12")["statements"] == 1
