"""What an order and a click may cost, counted: the figures are exact, so a change that makes them
dearer fails here.
"""

import pytest

from benchmarks import costs, shop


@pytest.fixture
def members(tables):
    return shop.chain()


@pytest.mark.parametrize("levels", costs.LEVELS)
def test_any_news_of_an_order_takes_three_round_trips_however_many_it_rewards(members, levels):
    counted = costs.of_orders(levels)
    assert {
        what: meter.round_trips
        for what, meter in counted.items()
        if meter.round_trips > costs.MOST_ROUND_TRIPS
    } == {}


@pytest.mark.parametrize("levels", costs.LEVELS)
def test_an_order_writes_four_units_and_four_for_each_it_rewards(members, levels):
    counted = costs.of_orders(levels)
    assert counted["order"].write_units <= costs.most_write_units(levels)
    assert counted["part refund"].write_units <= costs.most_write_units(levels)


def test_a_repeated_delivery_writes_nothing(members):
    assert costs.of_orders(1)["the same delivery again"].write_units == 0


def test_a_click_takes_one_round_trip(members):
    counted = costs.of_clicks(members[1].code)
    assert {what: meter.round_trips for what, meter in counted.items()} == dict.fromkeys(counted, 1)
