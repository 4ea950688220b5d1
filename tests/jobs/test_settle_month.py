"""The end of a month: who gets a statement, what the run says, and that nothing changes it, however often and late it is told."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3

from shared.domain.instants import instant_text
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.statement import hash_of
from shared.jobs import settlement_pages
from shared.store import engine, keys
from shared.store.ledger.accounts import (
    AccountItem,
    account_of,
    all_entries,
    entries_between,
    put_account,
)
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.support.credited_month import FIRST, NIGHT, get_statement, give_credit, nonzero_figures
from tests.support.settlement_runs import list_statements_of
from tests.support.shop import PLAIN


def test_a_month_that_has_ended_is_closed_by_night(shop, month):
    shop.order("sale", customer={"id": "Ines"})
    month.end(NIGHT - timedelta(days=1))
    assert get_statement("Anna", "2026-01").code == "no_statement"
    month.end(NIGHT)
    assert nonzero_figures("Anna", "2026-01") == {"earned": 1_000, "closing": 1_000}
    run = month.run("2026-01")
    assert (run["state"], run["members"], run["statements"]) == (
        "closed",
        {"planned": 1, "done": 1, "idle": 0, "failed": 0},
        1,
    )
    assert (run["difference"], run["failures"], run["sums"][0]["closing"]) == (0, [], 1_000)


def test_a_night_that_never_began_and_was_put_back_is_made_up_for(shop, month):
    shop.order("sale", customer={"id": "Ines"})
    month.waiting.append(json.dumps({"time": instant_text(NIGHT)}))
    month.drain()
    assert (nonzero_figures("Anna", "2026-01"), month.dead) == (
        {"earned": 1_000, "closing": 1_000},
        [],
    )


def test_a_month_in_which_nothing_moved_has_no_statement_and_is_counted(shop, month):
    shop.order("sale", customer={"id": "Ines"})
    month.end(NIGHT)
    month.end(NIGHT + timedelta(days=28))
    assert get_statement("Anna", "2026-02").code == "no_statement"
    assert month.run("2026-02")["members"] == {"planned": 1, "done": 1, "idle": 1, "failed": 0}
    shop.at = NIGHT + timedelta(days=30)
    give_credit(shop, "Anna", -400)
    month.end(NIGHT + timedelta(days=60))
    assert nonzero_figures("Anna", "2026-03") == {
        "opening": 1_000,
        "adjusted": -400,
        "closing": 600,
    }
    assert get_statement("Anna", "2026-03").body["number"] == 2


def test_a_refund_after_the_month_is_in_the_open_one_and_leaves_the_closed_hash_alone(shop, month):
    shop.order("sale", customer={"id": "Ines"})
    month.end(NIGHT)
    january = get_statement("Anna", "2026-01").body
    shop.at = NIGHT + timedelta(hours=1)
    shop.order(
        "sale",
        customer={"id": "Ines"},
        refunds=[{"id": "r", "amount": 10_000, "at": instant_text(FIRST), "status": "succeeded"}],
    )
    month.end(NIGHT + timedelta(days=1))
    assert get_statement("Anna", "2026-01").body == january
    month.end(NIGHT + timedelta(days=28))
    assert nonzero_figures("Anna", "2026-02") == {"opening": 1_000, "clawed_back": 1_000}
    first, *_ = list_statements_of("Anna")
    assert (
        hash_of(first, entries_between("Anna", "EUR", first.first, first.last)) == january["hash"]
    )


def test_what_is_stamped_with_a_closed_month_is_in_the_next_one(shop, month):
    """Bert's first entry comes after January was closed, from a queue that kept it since then."""
    shop.order("sale", customer={"id": "Ines"})
    month.end(NIGHT)
    give_credit(shop, "Bert", 300)
    month.end(NIGHT + timedelta(days=1))
    assert get_statement("Bert", "2026-01").code == "no_statement"
    month.end(NIGHT + timedelta(days=28))
    assert nonzero_figures("Bert", "2026-02") == {"adjusted": 300, "closing": 300}


def test_nights_that_were_skipped_are_made_up_for_in_order(shop, month):
    for days in (0, 40, 70):
        shop.at = FIRST + timedelta(days=days)
        give_credit(shop, "Bert", 100)
    month.end(NIGHT + timedelta(days=80))
    assert [
        (row.month, row.number, row.figures.opening, row.figures.closing)
        for row in list_statements_of("Bert")
    ] == [("2026-01", 1, 0, 100), ("2026-02", 2, 100, 200), ("2026-03", 3, 200, 300)]
    assert [month.run(name)["state"] for name in ("2026-01", "2026-02", "2026-03")] == [
        "closed"
    ] * 3


def test_a_page_told_again_at_once_or_later_counts_once(shop, month, monkeypatch):
    monkeypatch.setattr(settlement_pages, "MOST_ITEMS", 3)
    for number in range(12):
        shop.member(f"M{number}")
        give_credit(shop, f"M{number}", 100)
    month.begin(NIGHT)
    while month.waiting:
        body = month.waiting.pop(0)
        assert month.hand(body, body) == []
        month.waiting = list(dict.fromkeys(month.waiting))
    run = month.run("2026-01")
    assert (run["members"]["done"], run["statements"], run["difference"]) == (12, 12, 0)
    assert [len(list_statements_of(f"M{number}")) for number in range(12)] == [1] * 12


def test_a_page_that_died_before_it_was_counted_counts_what_it_had_issued(shop, month, monkeypatch):
    give_credit(shop, "Anna", 100)
    give_credit(shop, "Bert", 200)
    with monkeypatch.context() as broken:
        broken.setattr(settlement_pages, "put_shard", lambda shard: 1 / 0)
        month.begin(NIGHT)
        while month.waiting and not (failed := month.hand(month.waiting[0])):
            month.waiting.pop(0)
    assert failed and len(list_statements_of("Anna")) == 1
    month.drain()
    run = month.run("2026-01")
    assert (run["statements"], run["sums"][0]["closing"], run["difference"]) == (2, 300, 0)


def test_whoever_turned_the_page_meanwhile_is_the_one_who_counts(shop, month, monkeypatch):
    """Bert only authorised something when the other one looked; what he is given then is not of this month, though it is stamped so."""
    monkeypatch.setattr(settlement_pages, "MOST_IN_ONE", 1)
    shop.at = FIRST - timedelta(days=20)
    give_credit(shop, "Bert", 100)
    month.end(FIRST)
    shop.at = FIRST
    hold_credit(Checkout("Bert", "cart", 50), shop.at)
    give_credit(shop, "Anna", 100)
    month.begin(NIGHT)
    while '"shard"' not in (page := month.waiting.pop(0)):
        month.hand(page)

    def other() -> None:
        assert month.hand(page) == []
        give_credit(shop, "Bert", 5)

    with coming_between(other):
        assert month.hand(page) == []
    month.drain()
    run = month.run("2026-01")
    assert (
        [row.month for row in list_statements_of("Anna")],
        run["statements"],
        run["members"]["idle"],
    ) == (["2026-01"], 1, 1)
    assert get_statement("Bert", "2026-01").code == "no_statement"
    month.end(NIGHT + timedelta(days=28))
    assert nonzero_figures("Bert", "2026-02") == {"opening": 100, "adjusted": 5, "closing": 105}


@contextmanager
def coming_between(other: Callable[[], None]) -> Iterator[None]:
    """Between the reading and the first writing of statements somebody else does something."""
    hook, came = engine.connection().client.meta.events, []

    def come(params, **_):
        if not came and "STATEMENT#" in str(params["body"]):
            came.append(True)
            other()

    hook.register("before-call.dynamodb.TransactWriteItems", come)
    try:
        yield
    finally:
        hook.unregister("before-call.dynamodb.TransactWriteItems", come)
    assert came


def test_an_order_and_the_settlement_of_its_account_at_once_lose_nothing(shop, month):
    give_credit(shop, "Anna", 100)

    def other() -> None:
        shop.at = NIGHT
        give_credit(shop, "Anna", 7)

    with coming_between(other):
        month.end(NIGHT)
    assert nonzero_figures("Anna", "2026-01") == {"adjusted": 100, "closing": 100}
    month.end(NIGHT + timedelta(days=28))
    assert nonzero_figures("Anna", "2026-02") == {"opening": 100, "adjusted": 7, "closing": 107}


def test_an_account_that_does_not_reconcile_is_named_and_delays_nobody(shop, month):
    give_credit(shop, "Anna", 100)
    give_credit(shop, "Bert", 200)
    right = wrong_balance("Bert", 900)
    give_credit(shop, "Bert", 50)
    month.end(NIGHT)
    run = month.run("2026-01")
    assert (run["state"], run["members"], run["statements"]) == (
        "closed",
        {"planned": 2, "done": 1, "idle": 0, "failed": 1},
        1,
    )
    assert [(row["member"], row["code"]) for row in run["failures"]] == [
        ("Bert", "does_not_reconcile")
    ]
    assert len(month.dead) == 1 and nonzero_figures("Anna", "2026-01") == {
        "adjusted": 100,
        "closing": 100,
    }
    mend("Bert", right)
    assert month.hand(*month.dead) == []
    run = month.run("2026-01")
    assert (run["members"], run["statements"], run["failures"]) == (
        {"planned": 2, "done": 2, "idle": 0, "failed": 0},
        2,
        [],
    )
    assert month.hand(*month.dead) == [] and month.run("2026-01") == run


def wrong_balance(member: str, balance: int) -> Account:
    """The account as it was before somebody wrote into it what no entry says."""
    key = keys.account(member, "EUR")
    account = account_of(member, "EUR", engine.find(AccountItem, key))
    engine.write([put_account(replace(account, balance=balance))])
    return account


def mend(member: str, right: Account) -> None:
    """The wrong entry is taken out, as only the engine's own console could."""
    boto3.client("dynamodb").delete_item(
        TableName=os.environ["LEDGER_TABLE"],
        Key={name: {"S": value} for name, value in keys.entry(member, "EUR", 2)._asdict().items()},
    )
    key = keys.account(member, "EUR")
    now = account_of(member, "EUR", engine.find(AccountItem, key))
    engine.write([put_account(replace(right, revision=now.revision))])


def test_a_hold_moves_nothing_and_its_capture_is_redeemed(shop, month):
    give_credit(shop, "Bert", 500)
    month.end(NIGHT)
    shop.at = NIGHT + timedelta(days=26)
    held = hold_credit(Checkout("Bert", "cart", 300), shop.at)
    month.end(NIGHT + timedelta(days=28))
    assert get_statement("Bert", "2026-02").code == "no_statement"
    capture_hold(held.id, None, NIGHT + timedelta(days=29))
    month.end(NIGHT + timedelta(days=60))
    assert nonzero_figures("Bert", "2026-03") == {"opening": 500, "redeemed": 300, "closing": 200}
    assert [line["kind"] for line in get_statement("Bert", "2026-03").body["lines"]] == [
        "hold",
        "capture",
    ]


def test_a_month_ends_when_it_is_midnight_where_the_shop_is(shop, month):
    shop.publish(**PLAIN, time_zone="Pacific/Apia")
    shop.at = datetime(2026, 1, 31, 10, 59, 59, tzinfo=UTC)
    give_credit(shop, "Anna", 1)
    shop.later(seconds=1)
    give_credit(shop, "Anna", 2)
    month.end(NIGHT - timedelta(hours=17, seconds=1))
    assert get_statement("Anna", "2026-01").code == "no_statement"
    month.end(NIGHT - timedelta(hours=17))
    assert nonzero_figures("Anna", "2026-01") == {"adjusted": 1, "closing": 1}
    assert get_statement("Anna", "2026-01").body["time_zone"] == "Pacific/Apia"


def test_a_shop_that_moves_to_another_time_zone_repeats_and_loses_no_entry(shop, month):
    """From the first zone that has midnight to the last: January ends again a day later, but it is closed."""
    shop.publish(**PLAIN, time_zone="Pacific/Apia")
    give_credit(shop, "Anna", 1)
    month.end(datetime(2026, 1, 31, 12, tzinfo=UTC))
    shop.publish(**PLAIN, time_zone="Pacific/Honolulu")
    shop.at = datetime(2026, 1, 31, 20, tzinfo=UTC)
    give_credit(shop, "Anna", 2)
    month.end(NIGHT + timedelta(days=30))
    assert (nonzero_figures("Anna", "2026-01")["closing"], nonzero_figures("Anna", "2026-02")) == (
        1,
        {"opening": 1, "adjusted": 2, "closing": 3},
    )


def test_every_entry_is_in_one_statement_after_a_year_of_nights_some_of_them_missed(shop, month):
    shop.publish(**PLAIN, time_zone="Australia/Lord_Howe", wallet={"expires_after_days": 30})
    for week in range(57):
        shop.at = FIRST + timedelta(days=7 * week)
        give_credit(shop, "Anna", 10 + week)
        if week % 3:
            give_credit(shop, "Bert", 1)
        for _ in range(week % 4):
            month.end(shop.at.replace(hour=4) + timedelta(days=1))
    month.end(shop.at + timedelta(days=40))
    for name in ("Anna", "Bert"):
        rows = list_statements_of(name)
        assert [row.first for row in rows] == [1, *(row.last + 1 for row in rows[:-1])]
        assert rows[-1].last == len(list(all_entries(name, "EUR")))
        assert [row.figures.opening for row in rows] == [
            0,
            *(row.figures.closing for row in rows[:-1]),
        ]
        assert [row.figures.difference for row in rows] == [0] * len(rows)
