"""/console/settings/rates: a table of exchange rates is looked at, loaded, and allowed."""

from datetime import date

import pytest

from functions import serve_console_imports, serve_console_orders, serve_console_wiring
from shared.console.roles import MANAGER, OWNER, SUPPORT
from shared.store import engine
from shared.store.programs.audit_log import list_audit_lines
from shared.store.programs.daily_rates import find_retry, read_whole_table
from shared.store.programs.owner_settings import find_settings
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.imports_queue import open_queue, run_all
from tests.support.shop import Shop

handler = serve_console_imports.handler
PAGE = "GET /console/settings/rates"
PREVIEW = "POST /console/settings/rates/preview"
LOAD, USE = "POST /console/settings/rates", "POST /console/settings/rates/use"
TABLE = "date;currency;rate\n2026-02-27;JPY;0,0061\n2026-02-26;JPY;0,006\n2026-02-27;EUR;1\n"


@pytest.fixture
def owner(tables, monkeypatch) -> Visitor:
    engine.open_tables()
    open_console(monkeypatch)
    open_queue(monkeypatch)
    return Visitor(OWNER)


def test_a_table_is_looked_at_and_nothing_is_written(owner):
    assert owner.get(handler, PAGE).status == 200
    seen = text_of(owner.post(handler, PREVIEW, {"csv": TABLE}).text)
    assert "New rates 2" in seen and "Rows that are refused 1" in seen
    assert "EUR is the program" in seen
    assert read_whole_table("EUR").rates == {}


def test_then_it_is_loaded_and_a_second_look_says_what_it_would_replace(owner):
    loaded = owner.post(handler, LOAD, {"csv": TABLE})
    assert (loaded.status, loaded.headers["location"].endswith("said=rates_loaded")) == (303, True)
    assert read_whole_table("EUR").rates["JPY"][date(2026, 2, 27)] == "0.0061"
    assert "2026-02-27" in text_of(owner.get(handler, PAGE).text)

    other = TABLE.replace("0,0061", "0,0062")
    seen = text_of(owner.post(handler, PREVIEW, {"csv": other}).text)
    assert "Rates that would be replaced 1" in seen and "0.0061 0.0062" in seen


def test_a_parked_order_goes_on_once_the_owner_allows_the_table(owner):
    shop = Shop()
    shop.member("Anna")
    shop.member("Ben", referrer_login="anna")
    shop.order("yen", customer={"id": "Ben"}, currency="JPY", placed_at="2026-03-01T10:00:00Z")
    owner.post(handler, LOAD, {"csv": TABLE})
    assert run_all() == []

    allowed = owner.post(handler, USE, {"seen": "0", "daily_rates": "yes"})
    assert (allowed.status, find_settings().settings.daily_rates) == (303, True)
    run_all()

    assert shop.balance("Anna") == 610
    assert find_retry("EUR").evaluated == 1
    parked = text_of(owner.get(serve_console_wiring.handler, "GET /console/parked").text)
    assert "were tried again (tried: 1, with a rate now: 1)" in parked
    order = owner.get(serve_console_orders.handler, "GET /console/orders/{id}", path={"id": "yen"})
    assert "Exchange rate of your table 0.0061 (2026-02-27)" in text_of(order.text)
    assert {"settings_changed", "rates_loaded"} <= {
        line["what"] for line in list_audit_lines(20)[0]
    }


def test_what_is_no_table_is_said_at_the_form(owner):
    refused = owner.post(handler, PREVIEW, {"csv": "a,b\n1,2\n"})
    assert (refused.status, "date, currency and rate" in text_of(refused.text)) == (422, True)
    assert owner.post(handler, PREVIEW, {"csv": ""}).status == 422
    assert owner.post(handler, PREVIEW, {"csv": "x" * 300_000}).status == 422


@pytest.mark.parametrize(
    ("role", "route", "status"),
    [(MANAGER, LOAD, 303), (MANAGER, USE, 403), (SUPPORT, LOAD, 403), (SUPPORT, PREVIEW, 403)],
)
def test_who_may_load_and_who_may_allow(owner, role, route, status):
    form = {"csv": TABLE, "seen": "0", "daily_rates": "yes"}
    assert Visitor(role).post(handler, route, form).status == status
    assert not find_settings().settings.daily_rates
