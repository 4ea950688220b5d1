"""I sell in baht, naira, sol and pesos, my program is in euros, and my processor tells no rate. May my own table decide?

Each story has a currency of its own: the table is the whole shop's.
"""

from collections.abc import Iterator

import pytest

from tests.support.running_cloud import RunningCloud
from tests.support.running_shop import RunningShop, done, refused
from tests.support.running_staff import RunningStaff

PAGE = "/console/settings/rates"
BAHT, NAIRA, SOL, PESO = (
    {"items": 100_000, "currency": name} for name in ("THB", "NGN", "PEN", "MXN")
)
"""1,000 of each."""


@pytest.fixture(scope="module")
def signed_in(system: RunningCloud) -> RunningStaff:
    """Signed in once, twenty minutes before others, because an address gets only a few links an hour."""
    shop = RunningShop(system)
    shop.later(minutes=-20)
    return RunningStaff(shop)


@pytest.fixture
def owner(shop: RunningShop, signed_in: RunningStaff) -> Iterator[RunningStaff]:
    """Signed in; at the end the table is not used any more, as before."""
    signed_in.shop = shop
    yield signed_in
    allow(signed_in, "")


def allow(owner: RunningStaff, used: str) -> None:
    seen = owner.get(PAGE).body.decode().partition('name="seen" value="')[2].partition('"')[0]
    assert owner.push(PAGE, f"{PAGE}/use", seen=seen, daily_rates=used).status == 303


def load(shop: RunningShop, day: str, sold: dict, rate: str) -> dict:
    """Load the rate of a day; what waits for it goes on."""
    row = {"date": day, "currency": sold["currency"], "rate": rate}
    loaded = done(shop.ask("PUT", "/v1/exchange-rates", {"rates": [row]}))
    shop.drain()
    return loaded


def parked(shop: RunningShop) -> set[str | None]:
    return {row["order"] for row in shop.parked()}


def test_my_orders_in_baht_wait_until_i_load_a_table_and_then_go_on_by_themselves(shop, owner):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    sunday = shop.order("baht", ben, **BAHT)
    assert (sunday["state"], shop.named("baht") in parked(shop)) == ("parked", True)

    allow(owner, "yes")
    load(shop, "2026-02-27", BAHT, "0.0275")

    seen = shop.seen_order(shop.named("baht"))
    assert (seen["state"], seen["order"]["kept"], shop.credit(anna)) == ("rewarded", 2_750, 275)
    rate = {"date": "2026-02-27", "rate": "0.0275", "from": "THB", "into": "EUR"}
    assert (seen["order"]["fx_rate"], seen["order"]["daily_rate"]) == (None, rate)
    assert shop.named("baht") not in parked(shop)


def test_may_i_correct_a_rate_that_orders_have_used(shop, owner):
    """Yes, for orders to come; those that have a rate keep it, and the answer says what was replaced."""
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    allow(owner, "yes")
    load(shop, "2026-02-28", NAIRA, "0.03")
    shop.order("before", ben, **NAIRA)

    loaded = load(shop, "2026-02-28", NAIRA, "0.04")
    assert [(row["rate"], row["before"]) for row in loaded["replaced"]] == [("0.04", "0.03")]
    assert load(shop, "2026-02-28", NAIRA, "0.04")["unchanged"] == 1
    shop.order("before", ben, **NAIRA)
    shop.order("after", ben, **NAIRA)
    assert shop.credit(anna) == 300 + 400


def test_my_server_tells_the_real_rate_a_week_later(shop, owner):
    """Then it counts, and the reward is corrected."""
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    allow(owner, "yes")
    load(shop, "2026-03-01", SOL, "0.03")
    shop.order("sol", ben, **SOL)
    shop.order("sol", ben, fx_rate="0.025", **SOL)
    assert shop.credit(anna) == 250
    load(shop, "2026-03-01", SOL, "0.05")
    shop.order("sol", ben, refunds=[], **SOL)
    assert shop.credit(anna) == 250


def test_which_rows_of_my_file_were_not_taken(shop):
    table = "date;currency;rate\n2026-03-01;CZK;0,0275\n03/04/2026;CZK;0,03\n2026-03-01;EUR;1\n"
    loaded = done(shop.ask("PUT", "/v1/exchange-rates", {"csv": table}, shop.staff_key))
    assert [row["row"] for row in loaded["refused"]] == [3, 4]
    assert "could be" in loaded["refused"][0]["reason"]
    refused(shop.ask("PUT", "/v1/exchange-rates", {"csv": "a,b\n1,2\n"}), 422, "csv")
    refused(shop.ask("PUT", "/v1/exchange-rates", {}), 422, "rates")
    table = shop.get("/v1/exchange-rates?currency=CZK")
    assert table["currency"] == "EUR"
    assert {"date": "2026-03-01", "rate": "0.0275"} in table["rates"]


def test_a_table_that_i_have_not_allowed_pays_nothing(shop):
    load(shop, "2026-03-01", PESO, "0.05")
    ben = shop.friend_of(shop.member("anna"), "ben")
    assert shop.order("peso", ben, **PESO)["state"] == "parked"
