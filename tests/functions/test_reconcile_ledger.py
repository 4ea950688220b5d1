"""The daily reconciliation finds what does not add up by the next day, or within four weeks, and nothing
else.
"""

import json
import os
from datetime import timedelta

import boto3
import pytest

from functions import reconcile_ledger
from shared import queue
from shared.domain.instants import instant_text
from shared.domain.ledger.statement import Figures
from shared.domain.staff_action import StaffAction
from shared.jobs import reconciliation
from shared.store import engine, keys
from shared.store.ledger.accounts import AccountItem, EntryItem, all_entries
from shared.store.ledger.statements import StatementItem
from shared.store.reconciliation import verify
from shared.wallet.adjustments import Adjustment, adjust
from tests.support.settlement_runs import list_statements_of, open_settlement
from tests.support.shop import NOON, Shop


class DailyRun:
    """The schedule and its queue; `pages` counts the records of all days."""

    def __init__(self, capsys) -> None:
        self.messages, self.capsys, self.pages = [], capsys, 0

    def take(self, params: dict, **_) -> None:
        request = json.loads(params["body"])
        if request["QueueUrl"] == os.environ["RECONCILIATION_QUEUE"]:
            self.messages += [entry["MessageBody"] for entry in request["Entries"]]

    def day(self, at) -> int:
        """The differences that the metric counts on a day."""
        self.capsys.readouterr()
        reconcile_ledger.handler({"time": instant_text(at)})
        while self.messages:
            records, self.messages = (
                [
                    {"messageId": str(place), "body": body}
                    for place, body in enumerate(self.messages)
                ],
                [],
            )
            self.pages += len(records)
            assert reconcile_ledger.handler({"Records": records}) == {"batchItemFailures": []}
        lines = [
            json.loads(line)
            for line in self.capsys.readouterr().out.splitlines()
            if "VerifyDifferences" in line
        ]
        return sum(sum(line["VerifyDifferences"]) for line in lines)


@pytest.fixture
def run(tables, monkeypatch, capsys):
    monkeypatch.setenv(
        "RECONCILIATION_QUEUE",
        boto3.client("sqs").create_queue(QueueName=f"reconciliation-{os.environ['BUS_NAME']}")[
            "QueueUrl"
        ],
    )
    run, hooks = DailyRun(capsys), queue.client().meta.events
    hooks.register("before-call.sqs.SendMessageBatch", run.take)
    yield run
    hooks.unregister("before-call.sqs.SendMessageBatch", run.take)


@pytest.fixture
def shop(run):
    """Anna was given 300 at noon of the first of March, Bert nothing yet."""
    shop = Shop()
    for name in ("Anna", "Bert"):
        shop.member(name)
    give(shop, "Anna", 300)
    return shop


def give(shop: Shop, member: str, amount: int) -> None:
    adjust(Adjustment(member, amount), StaffAction("ak_12345678", "adjustment", shop.at, "gift"))


def overwrite(kind, key: keys.Key, **changes) -> None:
    """Changes an item behind the back of every function."""
    item = engine.find(kind, key)
    for name, value in changes.items():
        setattr(item, name, value)
    boto3.client("dynamodb").put_item(
        TableName=os.environ["LEDGER_TABLE"], Item=item.to_dynamodb_dict()
    )


def test_nothing_is_found_where_everything_adds_up(shop, run):
    shop.order("sale", customer={"id": "Bert"})
    assert [run.day(shop.at + timedelta(days=days)) for days in (0, 1, 30)] == [0, 0, 0]


def test_a_night_that_never_began_and_was_put_back_begins(shop, run):
    record = {"messageId": "m", "body": json.dumps({"time": instant_text(shop.at)})}
    assert reconcile_ledger.handler({"Records": [record]}) == {"batchItemFailures": []}
    assert sorted(json.loads(body)["part"] for body in run.messages) == list(
        range(reconciliation.PARTS)
    )


def test_a_wrong_balance_of_a_member_who_was_given_something_is_found_by_the_next_day(shop, run):
    overwrite(AccountItem, keys.account("Anna", "EUR"), balance=301)
    assert run.day(NOON + timedelta(days=1)) == 1


def test_a_wrong_balance_of_a_member_whom_nobody_touches_is_found_within_four_weeks(shop, run):
    overwrite(AccountItem, keys.account("Anna", "EUR"), balance=301)
    found = [run.day(NOON + timedelta(days=90 + day)) for day in range(reconciliation.PARTS)]
    assert sorted(found)[-2:] == [0, 1]


def test_an_entry_that_stands_on_another_account_is_found(shop, run):
    overwrite(EntryItem, keys.entry("Anna", "EUR", 1), debit="r")
    assert run.day(NOON + timedelta(days=1)) == 1
    assert [tuple(row.values()) for row in verify()["differences"]] == [
        (
            "accounts of an entry",
            "Anna/EUR/1",
            ["expense:adjustments", "liability:credit:Anna", 300, "EUR"],
            ["expense:rewards", "liability:credit:Anna", 300, "EUR"],
        )
    ]


def test_an_entry_that_credits_nobody_is_found_in_the_books(shop, run):
    overwrite(EntryItem, keys.entry("Anna", "EUR", 1), credit="c")
    found = {(row["what"], row["where"]) for row in verify()["differences"]}
    assert found == {
        ("accounts of an entry", "Anna/EUR/1"),
        ("credit in the books", "Anna/EUR"),
        ("credit spent on orders", "EUR"),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"hash": "0" * 64},
        {"figures": Figures(adjusted=301, closing=301)},
        {"number": 2},
        {"last": 0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_statement_that_was_changed_is_found(shop, run, change):
    with open_settlement() as month:
        month.end(NOON + timedelta(days=40))
    assert len(list_statements_of("Anna")) == 1 and run.day(NOON + timedelta(days=1)) == 0
    overwrite(StatementItem, keys.statement("Anna", "EUR", "2026-03"), **change)
    assert run.day(NOON + timedelta(days=1)) > 0
    assert verify()["differences"] != []


def test_what_is_written_while_it_is_looked_at_is_no_difference(shop, run):
    """A posting comes between the reading of the account and that of its entries."""
    hooks, given = engine.connection().client.meta.events, []

    def other(parsed, **_):
        if not given and "ACCOUNT#Anna" in str(parsed):
            given.append(True)
            give(shop, "Anna", 5)

    hooks.register("after-call.dynamodb.BatchGetItem", other)
    try:
        assert run.day(NOON + timedelta(days=1)) == 0
    finally:
        hooks.unregister("after-call.dynamodb.BatchGetItem", other)
    assert given and len(list(all_entries("Anna", "EUR"))) == 2


def test_pages_end_and_go_on_where_they_ended(shop, run, monkeypatch):
    monkeypatch.setattr(reconciliation, "MOST_ITEMS", 1)
    for number in range(5):
        shop.member(f"M{number}")
        give(shop, f"M{number}", 10)
    overwrite(AccountItem, keys.account("M4", "EUR"), balance=11)
    assert run.day(NOON + timedelta(days=1)) == 1
    assert run.pages > reconciliation.PARTS
