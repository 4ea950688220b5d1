"""Who died between writing and asking for the next thing: whoever is told again asks for it."""

import json
from contextlib import contextmanager
from datetime import timedelta

from shared.store import engine
from tests.support.credited_month import FIRST, NIGHT, give
from tests.support.settlement_runs import Month
from tests.support.shop import Shop


def given(shop: Shop) -> None:
    shop.at = FIRST - timedelta(days=20)
    give(shop, "Anna", 100)


def asked_until(month: Month, word: str) -> str:
    """The first message with this word; those before it are done."""
    month.begin(NIGHT)
    while f'"{word}"' not in (body := month.asked.pop(0)):
        month.hand(body)
    return body


@contextmanager
def late_write_of_the_dead(month: Month, body: str):
    """Somebody does the same in the middle of it and dies before asking for the next thing."""
    events, struck = engine.connection().client.meta.events, []

    def strike(model, **_):
        if model.name == "TransactWriteItems" and not struck:
            struck.append(True)
            asked = list(month.asked)
            month.hand(body)
            month.asked[:] = asked

    events.register("before-call.dynamodb", strike)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", strike)
    assert struck


def test_the_search_for_the_first_month_goes_on_where_somebody_began_it_and_died(shop, month):
    given(shop)
    body = asked_until(month, "survey")
    month.hand(body)
    month.asked.clear()

    assert month.hand(body) == []
    month.drain()

    assert month.run("2025-12")["state"] == month.run("2026-01")["state"] == "closed"


def test_a_page_goes_on_where_somebody_turned_it_and_died(shop, month):
    given(shop)
    body = asked_until(month, "shard")

    with late_write_of_the_dead(month, body):
        assert month.hand(body) == []
    assert json.loads(month.asked[-1])
    month.drain()

    assert month.run("2025-12")["state"] == month.run("2026-01")["state"] == "closed"
    assert month.run("2025-12")["statements"] == 1
