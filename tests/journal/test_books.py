"""The books: what accounts stood at, from closed days and the lines since then."""

import json
import re
from base64 import b64decode
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from functions import serve_journal, update_daily_totals
from shared.api.pagination import encode_cursor
from shared.domain.instants import DAY
from shared.domain.ledger import trial_balance
from shared.domain.ledger.entry import CREDIT, REWARD_COSTS
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.trial_balance import ShopAccount
from shared.journal import answer, books
from shared.journal.books import balance_at, close_days, list_lines_between
from shared.store.programs import closings, journal
from tests.support.engine_faults import conflict, inject_fault
from tests.support.http_events import STAFF, send
from tests.support.shop import NOON, Shop
from tests.support.table_streams import lambda_event, stream_records

COSTS, OWED = ShopAccount("EUR", REWARD_COSTS), ShopAccount("EUR", CREDIT)


@pytest.fixture
def shop(tables):
    shop = Shop()
    shop.member("Anna")
    shop.member("Ben", referrer_login="anna")
    stream_records()
    return shop


def written(at) -> None:
    """The ledger's stream tells of what was written, at this time."""
    records = stream_records(("LEDGER_TABLE",))
    for record in records:
        record["dynamodb"]["ApproximateCreationDateTime"] = at.timestamp()
    update_daily_totals.handler(lambda_event(records))


def day_by_day(shop: Shop, days: int) -> None:
    """An order a day, 10.00 of credit each."""
    for number in range(days):
        shop.order(f"O{number}", customer={"id": "Ben"})
        written(shop.at)
        shop.later(days=1)


def test_a_day_that_is_over_is_closed_and_not_added_up_again(shop, monkeypatch):
    day_by_day(shop, 4)
    assert balance_at(shop.at, shop.at).shop == {COSTS: 4_000, OWED: -4_000}
    assert closings.find_last_closing("9").day == "2026-03-03"

    asked = []
    lines = journal.list_lines
    monkeypatch.setattr(
        journal, "list_lines", lambda day, *a, **k: asked.append(day) or lines(day, *a, **k)
    )
    balance = balance_at(shop.at, shop.at)
    assert (balance.shop, asked) == ({COSTS: 4_000, OWED: -4_000}, ["2026-03-04"])
    assert balance_at(NOON + DAY, shop.at).shop[OWED] == -1_000
    assert balance_at(NOON, shop.at).shop == {}


def test_two_who_close_a_day_at_once_both_have_it(shop):
    day_by_day(shop, 3)
    with inject_fault(conflict, (1).__eq__, "TransactWriteItems") as requests:
        balance_at(shop.at, shop.at)
    assert (requests.struck, closings.find_last_closing("9").day) == (True, "2026-03-02")


def test_an_entry_that_comes_into_a_closed_day_opens_it_again(shop):
    day_by_day(shop, 4)
    balance_at(None, shop.at)
    shop.at = NOON + DAY
    shop.order("late", customer={"id": "Ben"})
    written(shop.at)
    assert closings.find_last_closing("9").day == "2026-03-01"
    assert balance_at(None, NOON + 9 * DAY).shop == {COSTS: 5_000, OWED: -5_000}


def test_what_is_told_late_stands_where_it_was_written(shop):
    shop.order("slow", customer={"id": "Ben"})
    written(shop.at + timedelta(minutes=59))
    shop.order("late", customer={"id": "Ben"})
    written(shop.at + timedelta(hours=30))
    assert [line.at for line in list_lines_between(None, None)] == [
        NOON,
        NOON + timedelta(hours=30),
    ]
    item = send(serve_journal.handler, "GET /v1/journal", caller=STAFF).body["items"][1]
    assert (item["order"], item["at"]) == ("late", "2026-03-02T18:00:00Z")


def test_more_members_than_can_be_told_are_one_account(shop, monkeypatch):
    monkeypatch.setattr(trial_balance, "MOST_MEMBERS", 1)
    shop.order("one", customer={"id": "Ben"})
    written(shop.at)
    assert set(balance_at(None, shop.at).members) == {Owner(balance_owner(), "EUR")}
    shop.member("Cleo", referrer_login="ben")
    shop.order("two", customer={"id": "Cleo"})
    written(shop.at)
    answered = send(serve_journal.handler, "GET /v1/journal", caller=STAFF).body
    assert answered["accounts"] == [
        {"account": REWARD_COSTS, "currency": "EUR", "opening": 0, "closing": 2_000},
        {"account": CREDIT, "currency": "EUR", "opening": 0, "closing": -2_000},
    ]


def balance_owner() -> str:
    return next(iter(list_lines_between(None, None))).amount.owner.member


def test_whoever_has_much_to_add_up_is_asked_to_come_again(shop, monkeypatch):
    monkeypatch.setattr(books, "MOST_LINES_ADDED", 1)
    day_by_day(shop, 5)
    shop.later(days=5)
    asked = [
        send(serve_journal.handler, "GET /v1/journal", caller=STAFF, at=shop.at) for _ in range(3)
    ]
    assert [answered.status for answered in asked] == [503, 503, 200]
    assert asked[0].body["code"] == "journal_behind"


def test_a_night_closes_the_days_of_a_shop_that_never_asks(shop):
    day_by_day(shop, 3)
    close_days(shop.at + 2 * DAY)
    assert closings.find_last_closing("9").day == "2026-03-03"


def test_a_file_is_whole_or_refused_before_it_is_opened(shop, monkeypatch):
    monkeypatch.setattr(answer, "MOST_IN_FILE", 2)
    day_by_day(shop, 3)
    for form in ("csv", "beancount", "datev"):
        answered = send(
            serve_journal.handler, "GET /v1/journal", query={"format": form}, caller=STAFF
        )
        assert (answered.status, answered.body["code"]) == (422, "journal_too_long")
        query = {"format": form, "until": "2026-03-03"}
        assert (
            send(serve_journal.handler, "GET /v1/journal", query=query, caller=STAFF).status == 200
        )


def test_a_spreadsheet_goes_on_page_by_page(shop):
    day_by_day(shop, 3)
    query = {"format": "csv", "limit": "2"}
    first = send(serve_journal.handler, "GET /v1/journal", query=query, caller=STAFF)
    assert first.text.count("\r\n") == 3
    assert first.headers["link"].startswith("</v1/journal?format=csv&limit=2&cursor=")


@pytest.mark.parametrize(
    ("place", "status"),
    [(["9999-12-31", "x"], 200), (["2026-03-01", "~~"], 200), (["2026-03-01"], 400), ("x", 400)],
)
def test_a_made_up_place_leads_nowhere(shop, place, status):
    day_by_day(shop, 1)
    cursor = encode_cursor("/v1/journal", json.dumps(place))
    query = {"cursor": cursor, "until": "2026-03-05"}
    answered = send(serve_journal.handler, "GET /v1/journal", query=query, caller=STAFF)
    assert answered.status == status
    assert answered.status == 400 or answered.body["items"] == []


def joined(form: str, at) -> tuple[list[str], str]:
    """The names of a file's parts, and what they are one after the other."""
    query = {"format": form, "parts": "true", "from": "2026-03-01", "until": "2026-03-06"}
    names, whole = [], ""
    while query:
        answered = send(serve_journal.handler, "GET /v1/journal", query=query, caller=STAFF, at=at)
        assert answered.status == 200, answered.text
        names.append(re.search('filename="(.+)"', answered.headers["content-disposition"])[1])
        whole += b64decode(answered.text).decode("cp1252") if form == "datev" else answered.text
        link = re.search("<(.+)>", answered.headers.get("link", ""))
        query = dict(parse_qsl(urlsplit(link[1]).query)) if link else None
    return names, whole


@pytest.mark.parametrize("form", ["csv", "datev"])
def test_the_parts_of_a_long_file_are_the_file(shop, monkeypatch, form):
    day_by_day(shop, 5)
    (name,), short = joined(form, shop.at)
    monkeypatch.setattr(answer, "MOST_IN_FILE", 4)
    monkeypatch.setattr(answer, "MOST_IN_PART", 2)
    names, whole = joined(form, shop.at)
    assert (names, whole) == ([name.replace(".csv", "-incomplete.csv")] * 3, short)


def test_the_parts_of_a_beancount_file_open_and_close_it_once(shop, monkeypatch):
    day_by_day(shop, 5)
    _, short = joined("beancount", shop.at)
    monkeypatch.setattr(answer, "MOST_IN_FILE", 4)
    monkeypatch.setattr(answer, "MOST_IN_PART", 2)
    names, whole = joined("beancount", shop.at)
    lines, parts = short.splitlines(), whole.splitlines()
    assert len(names) == 3 and parts.count('plugin "beancount.plugins.auto_accounts"') == 1
    assert [line for line in parts if line and "plugin" not in line] == [
        line for line in lines if line and " open " not in line
    ]
