"""What an order and a click may cost, counted: the figures are exact, so a change that makes them
dearer fails here.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks import costs, shop
from shared.store import engine

PATIENCE_SECONDS = 30


@pytest.fixture
def members(tables):
    return shop.register_chain()


@pytest.mark.parametrize("levels", costs.LEVELS)
def test_any_news_of_an_order_takes_three_round_trips_however_many_it_rewards(members, levels):
    counted = costs.count_order(levels)
    assert {
        what: meter.round_trips
        for what, meter in counted.items()
        if meter.round_trips > costs.MOST_ROUND_TRIPS
    } == {}


@pytest.mark.parametrize("levels", costs.LEVELS)
def test_an_order_writes_four_units_and_four_for_each_it_rewards(members, levels):
    counted = costs.count_order(levels)
    assert counted["order"].write_units <= costs.most_write_units(levels)
    assert counted["part refund"].write_units <= costs.most_write_units(levels)


@pytest.mark.parametrize(
    ("named_by", "levels", "round_trips"),
    [("code", 1, 3), ("ref_token", 1, 4), ("code", 3, 4), ("ref_token", 3, 5), ("code", 10, 4)],
)
def test_the_first_order_of_a_new_buyer_makes_guest_referral_and_rewards_at_once(
    members, named_by, levels, round_trips
):
    """A code leads to the advocate, a click to a code first, and the advocate to those above."""
    shop.publish_levels(levels)
    code = members[1].code
    token = shop.token_of(shop.follow(code))
    evidence = {"code": code} if named_by == "code" else {"ref_token": token}
    new = {"id": None, "email": "new.friend@example.com"}
    shop.put_order("90", shop.order_facts(customer={"id": None, "email": "first@example.com"}))
    meter = costs.count(lambda: shop.put_order("91", shop.order_facts(customer=new, **evidence)))
    assert meter.round_trips <= round_trips
    assert [call.operation for call in meter.calls].count("TransactWriteItems") == 1
    paid = shop.put_order("91", shop.order_facts(customer=new, **evidence))
    assert len(json.loads(paid["body"])["rewards"]) == levels


def test_a_repeated_delivery_writes_nothing(members):
    assert costs.count_order(1)["the same delivery again"].write_units == 0


def test_only_an_order_that_no_told_rate_converts_reads_the_table_of_rates(members):
    def reads(name: str, **facts: object) -> int:
        meter = costs.count(lambda: shop.put_order(name, shop.order_facts(**facts)))
        return [call.operation for call in meter.calls].count("BatchGetItem")

    reads("a first one")
    ours = reads("ours")
    assert reads("told", currency="JPY", fx_rate="0.0061") == ours
    assert reads("placed", currency="JPY", status="placed", **NO_TIMES) == ours
    assert reads("untold", currency="JPY") == ours + 1


NO_TIMES = dict.fromkeys(("paid_at", "completed_at"))
"""An order that does not earn yet."""


def test_following_a_link_takes_one_round_trip(members):
    with held_until_all_have_begun(2):
        meter = costs.count(lambda: shop.follow(members[1].code))
    assert (meter.requests, meter.round_trips) == (2, 1)
    assert meter.write_units == 1


def test_a_click_on_a_landing_page_takes_one_round_trip(members):
    with held_until_all_have_begun(2):
        meter = costs.count(lambda: shop.land(members[1].code))
    assert (meter.requests, meter.round_trips) == (2, 1)
    assert meter.write_units == 1


@contextmanager
def held_until_all_have_begun(requests: int) -> Iterator[None]:
    """Hold every request until that many are under way, so that a busy machine cannot part them.

    Requests that are sent one after the other fail.
    """
    all_begun = threading.Barrier(requests, timeout=PATIENCE_SECONDS)

    def hold(**_) -> None:
        all_begun.wait()

    events = engine.connection().client.meta.events
    events.register("before-call.dynamodb", hold)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", hold)
