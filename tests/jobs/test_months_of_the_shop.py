"""The month of the whole shop: what was owed at its end, idle members too, and the books agree."""

import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

from functions import serve_journal, serve_settlements, update_daily_totals
from shared.domain.instants import instant_text
from shared.domain.ledger.holds import HoldRefused
from shared.domain.ledger.statement import Figures
from shared.domain.month import month_end
from shared.domain.reconciliation.differences import movements_of
from shared.domain.reconciliation.settlements import compare_settlements
from shared.jobs import settlement_pages
from shared.store.ledger.settlements import list_failures
from shared.store.reconciliation import read_books, verify
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.jobs.test_settle_month import mend, wrong_balance
from tests.support.credited_month import FIRST, NIGHT, give_credit
from tests.support.http_events import STAFF, send
from tests.support.table_streams import lambda_event, stream_records

FEBRUARY = NIGHT + timedelta(days=28)


def shop_of(month, name: str) -> dict:
    """The one row, without what is 0."""
    (row,) = month.run(name)["shop"]
    return {figure: amount for figure, amount in row.items() if amount and figure != "currency"}


def test_idle_members_are_in_it_and_months_chain(shop, month):
    give_credit(shop, "Anna", 100)
    give_credit(shop, "Bert", 7)
    month.end(NIGHT)
    shop.at = NIGHT + timedelta(days=3)
    give_credit(shop, "Bert", -2)
    month.end(FEBRUARY)
    month.end(FEBRUARY + timedelta(days=31))
    assert shop_of(month, "2026-01") == {"adjusted": 107, "closing": 107}
    assert shop_of(month, "2026-02") == {"opening": 107, "adjusted": -2, "closing": 105}
    assert shop_of(month, "2026-03") == {"opening": 105, "closing": 105}
    assert month.run("2026-03")["statements"] == 0


def test_what_moved_after_the_month_is_not_owed_at_its_end(shop, month):
    give_credit(shop, "Anna", 100)
    shop.at = NIGHT - timedelta(hours=1)
    give_credit(shop, "Anna", 5)
    give_credit(shop, "Bert", 9)
    month.end(NIGHT)
    assert shop_of(month, "2026-01") == {"adjusted": 100, "closing": 100}


def test_an_account_that_failed_stands_where_it_was_until_it_is_closed(shop, month):
    give_credit(shop, "Anna", 100)
    give_credit(shop, "Bert", 200)
    month.end(NIGHT)
    shop.at = NIGHT + timedelta(days=3)
    right = wrong_balance("Bert", 900)
    give_credit(shop, "Bert", 50)
    month.end(FEBRUARY)
    assert shop_of(month, "2026-02") == {"opening": 300, "closing": 300}
    mend("Bert", right)
    shop.at += timedelta(days=1)
    give_credit(shop, "Bert", 11)
    assert month.hand(*month.dead) == []
    assert shop_of(month, "2026-02") == {"opening": 300, "adjusted": 11, "closing": 311}


def test_an_account_that_the_next_month_closed_first_leaves_the_chain_whole(shop, month):
    give_credit(shop, "Anna", 100)
    give_credit(shop, "Bert", 200)
    right = wrong_balance("Bert", 900)
    give_credit(shop, "Bert", 50)
    month.end(NIGHT)
    mend("Bert", right)
    month.end(FEBRUARY)
    assert (shop_of(month, "2026-01"), shop_of(month, "2026-02")) == (
        {"adjusted": 100, "closing": 100},
        {"opening": 100, "adjusted": 200, "closing": 300},
    )
    assert month.hand(*month.dead) == []
    assert shop_of(month, "2026-01") == {"adjusted": 100, "closing": 100}


def test_an_account_that_failed_with_a_page_that_died_counts_once(shop, month, monkeypatch):
    give_credit(shop, "Anna", 100)
    give_credit(shop, "Bert", 200)
    right = wrong_balance("Bert", 900)
    give_credit(shop, "Bert", 50)
    with monkeypatch.context() as broken:
        broken.setattr(settlement_pages, "put_shard", lambda shard: 1 / 0)
        month.begin(NIGHT)
        while month.waiting and not month.hand(page := month.waiting.pop(0)):
            pass
    mend("Bert", right)
    assert month.hand(page) == []
    month.drain()
    assert shop_of(month, "2026-01") == {"adjusted": 300, "closing": 300}
    assert month.run("2026-01")["members"] == {"planned": 2, "done": 2, "idle": 0, "failed": 0}


def test_an_account_that_is_right_when_its_page_comes_again_counts_once(shop, month):
    give_credit(shop, "Anna", 100)
    give_credit(shop, "Bert", 200)
    right = wrong_balance("Bert", 900)
    give_credit(shop, "Bert", 50)
    month.begin(NIGHT)
    while not list(list_failures("2026-01")):
        month.hand(month.waiting.pop(0))
    mend("Bert", right)
    month.drain()
    assert shop_of(month, "2026-01") == {"adjusted": 300, "closing": 300}
    assert month.run("2026-01")["members"] == {"planned": 2, "done": 2, "idle": 0, "failed": 0}


def test_a_month_that_does_not_chain_is_a_difference(shop, month):
    give_credit(shop, "Anna", 100)
    month.end(NIGHT)
    month.end(FEBRUARY)
    books = read_books()
    assert list(books.settlements) == ["2026-01", "2026-02"]
    books.settlements["2026-02"] = {"EUR": Figures(opening=99, closing=99)}
    assert [
        tuple(difference)
        for difference in compare_settlements(books.settlements, movements_of(books))
    ] == [
        ("opening of a month", "2026-02/EUR", 100, 99),
        ("closing of a month", "2026-02/EUR", 100, 99),
    ]


def test_random_months_chain_and_the_journal_tiles_and_agrees_with_them(shop, month):
    shop.publish(
        credit={"system": "levels", "levels": [{"percent": "10"}], "customer": {"percent": "5"}},
        friend={"bonus": {"fixed": 120}, "new_customers_only": False},
        wallet={"max_percent_of_order": "100"},
        time_zone="Pacific/Auckland",
    )
    stream_records()
    for _ in range(90):
        shop.later(hours=random.randrange(1, 48))
        random.choice(OPERATIONS)(shop)
        tell_the_books(shop)
        if random.random() < 0.3:
            month.end(shop.at)
    month.end(shop.at + timedelta(days=40))
    assert verify()["differences"] == []
    runs = [run for run in listed() if run["state"] == "closed"]
    for before, after in pairwise(runs):
        assert ends(before, "closing") == ends(after, "opening")
    for run in runs:
        end = instant_text(month_end(run["month"], "Pacific/Auckland"))
        owed = owed_in_the_books(shop, end)
        assert ends(run, "closing") == owed
    tiles(shop)


def ends(run: dict, end: str) -> dict[str, int]:
    """What the shop stood at when the month began or ended, without what is 0."""
    return {row["currency"]: row[end] for row in run["shop"] if row[end]}


def order(shop) -> None:
    name = f"O{random.randrange(25)}"
    refunds = [
        {"id": "re", "amount": random.randrange(1, 9_000), "at": shop.now(), "status": "succeeded"}
    ]
    shop.order(
        name,
        10_000,
        customer={"id": random.choice(["Ines", "Bert"])},
        refunds=refunds if random.random() < 0.4 else [],
        status=random.choice(["completed", "completed", "completed", "cancelled"]),
    )


def spend(shop) -> None:
    member, name = random.choice(["Anna", "Ines"]), f"S{random.randrange(10**9)}"
    try:
        held = hold_credit(Checkout(member, name, random.randrange(1, 800), name), shop.at)
    except HoldRefused:
        return
    capture_hold(held.id, None, shop.at)
    if random.random() < 0.4:
        shop.order(name, 5_000, customer={"id": member}, status="cancelled")


def by_hand(shop) -> None:
    give_credit(shop, random.choice(["Anna", "Bert", "Ines"]), random.choice([-300, 50, 700]))


OPERATIONS = (order, order, order, spend, by_hand)


def tell_the_books(shop) -> None:
    records = stream_records(("LEDGER_TABLE",))
    for record in records:
        record["dynamodb"]["ApproximateCreationDateTime"] = shop.at.timestamp()
    update_daily_totals.handler(lambda_event(records))


def listed() -> list[dict]:
    items = send(serve_settlements.handler, "GET /v1/settlements", caller=STAFF).body["items"]
    return [
        send(
            serve_settlements.handler,
            "GET /v1/settlements/{month}",
            path={"month": item["month"]},
            caller=STAFF,
        ).body
        for item in reversed(items)
    ]


def journal(shop, **query: str) -> dict:
    answered = send(serve_journal.handler, "GET /v1/journal", query=query, caller=STAFF, at=shop.at)
    return answered.body


def owed_in_the_books(shop, end: str) -> dict[str, int]:
    owed: Counter[str] = Counter()
    for row in journal(shop, until=end)["accounts"]:
        if row["account"].startswith("liability:"):
            owed[row["currency"]] -= row["closing"]
    return {currency: amount for currency, amount in owed.items() if amount}


def tiles(shop) -> None:
    """Random cuts: every period opens where the one before closed, and holds no posting twice."""
    hours = sorted(random.sample(range(1, int((shop.at - FIRST) / timedelta(hours=1))), 6))
    cuts = [instant_text(FIRST + timedelta(hours=hour)) for hour in hours]
    bounds = zip(["", *cuts], [*cuts, ""], strict=True)
    answers = [
        journal(shop, limit="1000", **{"from": since, "until": until}) for since, until in bounds
    ]
    closed: dict = {}
    for answer in answers:
        sums: Counter[str] = Counter()
        for row in answer["accounts"]:
            sums[row["currency"] + "o"] += row["opening"]
            sums[row["currency"] + "c"] += row["closing"]
        assert set(sums.values()) <= {0}
        assert {
            row["account"]: row["opening"] for row in answer["accounts"] if row["opening"]
        } == closed
        closed = {row["account"]: row["closing"] for row in answer["accounts"] if row["closing"]}
    entries = [item["entry"] for answer in answers for item in answer["items"]]
    whole = journal(shop, limit="1000")
    assert entries == [item["entry"] for item in whole["items"]]
