"""What the overview, the transactions and the groups of the console tell."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from functions import serve_console, serve_console_money, update_daily_totals
from shared.console import overview
from shared.console.overview import load_recent_days
from shared.domain.instants import DAY
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.settlement import OpenRun, SettlementCounts
from shared.members.profile import load_profile
from shared.pages.rendering import TEMPLATES
from shared.store import engine
from shared.store.ledger.accounts import whole_history
from shared.store.ledger.settlements import (
    Failure,
    SolvedFailure,
    put_failure,
    put_run,
    put_solved_failure,
)
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.http_events import NOW
from tests.support.shop import Shop
from tests.support.table_streams import lambda_event, stream_records

FUNCTIONS = Path(serve_console.__file__).parent
TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
    "hold_days": 14,
    "groups": [
        {
            "id": "silver",
            "name": "Silver",
            "description": "",
            "min_volume": 20_000,
            "levels": [{"percent": "20"}],
        }
    ],
}


@pytest.fixture
def shop(tables, monkeypatch):
    shop = Shop(**TERMS)
    shop.at = NOW
    open_console(monkeypatch)
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    stream_records()
    return shop


def recorded(at) -> None:
    """Deliver the new records of the ledger's stream, written at `at`; twice, as streams may."""
    records = stream_records(("LEDGER_TABLE",))
    for record in records:
        record["dynamodb"]["ApproximateCreationDateTime"] = at.timestamp()
    for _ in range(2):
        assert update_daily_totals.handler(lambda_event(records)) == {"batchItemFailures": []}


def page(route, at=NOW, **query):
    handler = (
        serve_console_money.handler
        if route.endswith(("transactions", "journal"))
        else serve_console.handler
    )
    return Visitor("viewer", at=at).get(handler, f"GET {route}", query=query or None)


def test_the_overview_owes_what_the_accounts_own(shop):
    shop.order("O1", 10_000, customer={"id": "Ines"})
    recorded(NOW)
    shop.later(days=1)
    shop.order(
        "O1",
        10_000,
        customer={"id": "Ines"},
        refunds=[{"id": "r", "amount": 2_500, "at": shop.now(), "status": "succeeded"}],
    )
    shop.order("O2", 5_000, customer={"id": "Ines"})
    recorded(shop.at)
    days = load_recent_days("EUR", shop.at)
    moved = {
        day: (totals.orders, totals.revenue, totals.earned, totals.taken_back)
        for day, totals in days.rows
        if totals.sums
    }
    assert moved == {NOW.date(): (1, 10_000, 1_000, 0), shop.at.date(): (1, 5_000, 500, 250)}
    assert days.now.owed == load_profile("Anna").account.balance == 1_250
    assert days.now.waiting(shop.at) == load_profile("Anna").account.pending(shop.at) == 1_250
    text = text_of(page("/console", shop.at).text)
    assert "€12.50" in text and "€150.00" in text and "in 2 orders" in text


def test_a_day_is_summed_up_once_and_later_views_go_on_from_there(shop, monkeypatch):
    for number in range(5):
        shop.order(f"O{number}", 1_000, customer={"id": "Ines"})
        recorded(shop.at)
        shop.later(days=1)
    first = load_recent_days("EUR", shop.at)
    read = []
    moved_on = overview.day_totals.read_movements
    monkeypatch.setattr(
        overview.day_totals,
        "read_movements",
        lambda day, *place: read.append(day) or moved_on(day, *place),
    )
    assert load_recent_days("EUR", shop.at) == first
    assert read == [(NOW + 4 * DAY).date().isoformat()]
    assert (
        load_recent_days("EUR", shop.at + 40 * DAY).now.owed == load_profile("Anna").account.balance
    )
    assert load_recent_days("EUR", shop.at + 41 * DAY).now.waiting(shop.at + 41 * DAY) == 0


def test_transactions_are_every_line_of_a_day_once_over_pages_and_as_a_file(shop):
    for number in range(60):
        shop.order(f"O{number}", 1_000, customer={"id": "Ines"})
    recorded(NOW)
    first = page("/console/transactions")
    cursor = re.search(r'rel="next"[^>]*href="[^"]*cursor=([^"&]+)"', first.text)[1]
    second = page("/console/transactions", cursor=cursor)
    orders = re.findall(r'/console/orders/(\w+)"', first.text + second.text)
    assert sorted(orders) == sorted(f"O{number}" for number in range(60))
    assert (
        "Income from referral program from ines" in first.text
        and '/console/members/Anna">anna</a>' in first.text
    )
    rows = list(csv.DictReader(io.StringIO(page("/console/transactions", format="csv").text)))
    assert sum(int(row["amount_minor"]) for row in rows) == sum(
        entry.amount for entry in whole_history("Anna")
    )
    assert "No movements on this day" in page("/console/transactions", kind="expiry").text
    assert page("/console/transactions", day="yesterday").status == 422


def test_groups_tell_who_is_in_and_who_would_move(shop):
    shop.order("O1", 25_000, customer={"id": "Ines"})
    named = re.compile(r'<th scope="row"><a href="/console/members/(\w+)"')
    assert named.findall(page("/console/groups", who="silver").text) == ["Anna"]
    moving = page("/console/groups", **{"who": "moving", "from-silver": "300"})
    assert named.findall(moving.text) == ["Anna"]
    assert (
        named.findall(page("/console/groups", **{"who": "moving", "from-silver": "250"}).text) == []
    )
    unsure = page("/console/groups", **{"from-silver": "1.250"})
    assert unsure.status == 422 and 'value="1.250"' in unsure.text
    assert 'id="from-silver-error"' in unsure.text and 'href="/console/members"' in unsure.text


def test_a_field_is_told_as_what_it_is_understood(shop):
    visitor = Visitor()

    def told(text: str, kind: str = "amount", **more: str) -> str:
        query = {"field": "a", "a": text, "currency": "EUR", "kind": kind} | more
        answered = visitor.get(serve_console.handler, "GET /console/amounts", query=query)
        assert answered.status == 200
        return answered.text.strip().replace("\N{NO-BREAK SPACE}", " ")

    assert told("1,000") == "= €1,000.00"
    assert told("1.000,50", language="de") == "= 1.000,50 €"
    assert told("") == ""
    assert "could mean 1.25 or 1250" in told("1.250")
    assert told("10 %; 5.00", "rewards") == "= 10%, €5.00"
    assert told("10", "reward", **{"a.unit": "percent"}) == "= 10%"
    assert told("10", "reward", **{"a.unit": "amount"}) == "= €10.00"
    assert told("12,5", "rate") == "= 12.5%"
    assert told("5", confirms="yes").endswith('name="understood" value="500">')


def test_an_empty_shop_is_told_what_will_be_here(shop):
    assert "No movements yet" in page("/console").text
    assert "No movements on this day" in page("/console/transactions").text
    shop.order("O1", 1_000, customer={"id": "Ines"})
    recorded(NOW)
    owed = text_of(page("/console", at=NOW + 40 * DAY).text)
    assert "No movements in the last 30 days" in owed and "No movements yet" not in owed


def test_what_waits_for_staff_is_on_the_first_page(shop):
    shop.order("P1", customer={"id": "Ines"}, currency="JPY")
    assert "1 delivery could not be used" in text_of(page("/console").text)


def test_whoever_was_left_out_of_the_newest_month_is_on_it_until_they_are_settled(shop):
    failure = Failure(Owner("anna", "EUR"), "fault", 0)
    engine.write([put_run(OpenRun("2026-02", "UTC", 1, 1, NOW)), put_failure("2026-02", failure)])
    assert "1 account could not be settled · February 2026" in text_of(page("/console").text)
    engine.write(
        [put_solved_failure("2026-02", SolvedFailure(*failure, SettlementCounts(members=1)))]
    )
    assert "no accounts left out of a month" in text_of(page("/console").text)


def test_figures_keep_for_a_view_long_after(shop):
    shop.order("O1", 10_000, customer={"id": "Ines"})
    recorded(NOW)
    load_recent_days("EUR", NOW + timedelta(days=3))
    days = load_recent_days("EUR", NOW + timedelta(days=3))
    assert [totals.owed for _, totals in days.rows if totals.sums] == [1_000]


def test_the_audit_has_words_for_everything_that_staff_does():
    actions = {
        name
        for path in FUNCTIONS.glob("*.py")
        for name in re.findall(r'action(?:_of)?\((?:request, )?"([a-z_]+)"', path.read_text())
    }
    template = (TEMPLATES / "console" / "audit_parts.html").read_text()
    words = set(re.findall(r'^  "([a-z_]+)": _', template, re.MULTILINE))
    assert len(actions) > 20
    assert actions - words == set()


def test_the_journal_of_a_month_balances_and_leads_to_its_files(shop):
    shop.order("J1", 10_000, customer={"id": "Ines"})
    recorded(NOW)
    shown = page("/console/journal", **{"from": "2026-03-01", "until": "2026-04-01"})
    assert "Debits and credits agree" in text_of(shown.text)
    assert "Credit owed to members liability:credit €0.00 -€10.00 -€10.00" in text_of(shown.text)
    files = re.findall(r'href="(/console/journal\?[^"]+format=[^"]+)"', shown.text)
    assert len(files) == 4
    query = {"from": "2026-03-01", "until": "2026-04-01", "format": "csv"}
    assert page("/console/journal", **query).text.startswith("entry,at,member,order,kind,debit,")
    assert "No movements." in text_of(page("/console/journal").text)
    assert page("/console/journal", format="odt").status == 422
