"""Clicks by day: counted from the table's stream, a batch at a time."""

from datetime import timedelta

import pytest

from functions import serve_console, update_daily_totals
from shared.console import setup
from shared.store.attributions import links
from shared.store.attributions.links import UnknownCode
from shared.store.click_counts import count_clicks
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.counted_reads import counted_reads
from tests.support.shop import Shop
from tests.support.table_streams import lambda_event, stream_records


@pytest.fixture
def shop(tables) -> Shop:
    shop = Shop()
    shop.code = shop.member("Anna").code.replace("-", "")
    stream_records()
    return shop


def click(shop: Shop, token: str, code: str | None = None) -> None:
    links.keep_click(token, code or shop.code, shop.at)


def follow() -> dict:
    batch = lambda_event(stream_records())
    update_daily_totals.handler(batch, None)
    return batch


def test_clicks_count_on_their_day(shop):
    first = shop.at.date()
    click(shop, "one")
    click(shop, "two")
    shop.later(days=2)
    click(shop, "three")
    follow()
    assert count_clicks(first) == 3
    assert count_clicks(shop.at.date()) == 1
    assert count_clicks(shop.at.date() + timedelta(days=1)) == 0


def test_a_click_on_a_code_that_nobody_shares_does_not_count(shop):
    with pytest.raises(UnknownCode):
        click(shop, "one", "NOBODY0000")
    records = lambda_event(stream_records())
    for record in records["Records"]:
        record["dynamodb"]["ApproximateCreationDateTime"] = shop.at.timestamp()
    update_daily_totals.handler(records, None)
    assert count_clicks(shop.at.date()) == 0


def test_a_click_that_expires_stays_counted(shop):
    click(shop, "one")
    (put,) = follow()["Records"]
    image = put["dynamodb"].pop("NewImage")
    gone = put | {"eventName": "REMOVE"}
    gone["dynamodb"] |= {
        "OldImage": image,
        "ApproximateCreationDateTime": (shop.at + timedelta(days=400)).timestamp(),
    }
    update_daily_totals.handler({"Records": [gone]}, None)
    assert count_clicks(shop.at.date()) == 1


def test_a_test_click_of_the_setup_does_not_count(shop):
    setup.make_test_click(shop.code, shop.at)
    follow()
    assert count_clicks(shop.at.date()) == 0


def test_a_batch_is_one_write_for_each_day(shop):
    for number in range(20):
        click(shop, f"token-{number}")
    batch = lambda_event(stream_records())
    with counted_reads() as requests:
        update_daily_totals.handler(batch, None)
    assert requests.requests == 1
    assert count_clicks(shop.at.date()) == 20


def test_the_overview_begins_with_clicks(shop, monkeypatch):
    open_console(monkeypatch)
    click(shop, "one")
    follow()
    page = Visitor("viewer", at=shop.at).get(serve_console.handler, "GET /console")
    assert "From click to reward Clicks on links 1 Members joined 1" in text_of(page.text)
