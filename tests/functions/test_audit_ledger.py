"""Whether anything that does not add up is found by the next day, or within four weeks, and whether what is right is left in peace."""

import json
import os
from datetime import timedelta

import boto3
import pytest

from functions import reconcile_ledger
from shared import queue
from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.jobs import reconciliation
from shared.store import engine, keys
from shared.store.ledger.accounts import AccountItem, all_entries
from shared.store.ledger.reconciliation import verify
from shared.store.ledger.statements import StatementItem
from shared.wallet.adjustments import Adjustment, adjust
from tests.support.settlement_runs import frozen, listening
from tests.support.shop import NOON, Shop


class Audit:
    """The schedule and its queue; `pages` says how many records a day took."""

    def __init__(self, capsys) -> None:
        self.asked, self.capsys, self.pages = [], capsys, 0

    def take(self, params: dict, **_) -> None:
        told = json.loads(params["body"])
        if told["QueueUrl"] == os.environ["RECONCILIATION_QUEUE"]:
            self.asked += [entry["MessageBody"] for entry in told["Entries"]]

    def day(self, at) -> int:
        """How many differences the metric tells of a day."""
        self.capsys.readouterr()
        reconcile_ledger.handler({"time": instant_text(at)})
        while self.asked:
            records, self.asked = (
                [{"messageId": str(place), "body": body} for place, body in enumerate(self.asked)],
                [],
            )
            self.pages += len(records)
            assert reconcile_ledger.handler({"Records": records}) == {"batchItemFailures": []}
        told = [
            json.loads(line)
            for line in self.capsys.readouterr().out.splitlines()
            if "VerifyDifferences" in line
        ]
        return sum(sum(row["VerifyDifferences"]) for row in told)


@pytest.fixture
def audit(tables, monkeypatch, capsys):
    monkeypatch.setenv(
        "RECONCILIATION_QUEUE",
        boto3.client("sqs").create_queue(QueueName=f"audit-{os.environ['BUS_NAME']}")["QueueUrl"],
    )
    audit, hooks = Audit(capsys), queue.client().meta.events
    hooks.register("before-call.sqs.SendMessageBatch", audit.take)
    yield audit
    hooks.unregister("before-call.sqs.SendMessageBatch", audit.take)


@pytest.fixture
def shop(audit):
    """Anna was given 300 at noon of the first of March, Bert nothing yet."""
    shop = Shop()
    for name in ("Anna", "Bert"):
        shop.member(name)
    give(shop, "Anna", 300)
    return shop


def give(shop: Shop, member: str, amount: int) -> None:
    adjust(Adjustment(member, amount), StaffAction("ak_12345678", "adjustment", shop.at, "gift"))


def tamper(kind, key: keys.Key, **changes) -> None:
    """An item as somebody would change it who goes around every function."""
    item = engine.read([(kind, key)])[key]
    for name, value in changes.items():
        setattr(item, name, value)
    boto3.client("dynamodb").put_item(
        TableName=os.environ["LEDGER_TABLE"], Item=item.to_dynamodb_dict()
    )


def test_nothing_is_found_where_everything_adds_up(shop, audit):
    shop.order("sale", customer={"id": "Bert"})
    assert [audit.day(shop.at + timedelta(days=days)) for days in (0, 1, 30)] == [0, 0, 0]


def test_a_night_that_never_began_and_was_put_back_begins(shop, audit):
    record = {"messageId": "m", "body": json.dumps({"time": instant_text(shop.at)})}
    assert reconcile_ledger.handler({"Records": [record]}) == {"batchItemFailures": []}
    assert sorted(json.loads(body)["part"] for body in audit.asked) == list(
        range(reconciliation.PARTS)
    )


def test_a_wrong_balance_of_a_member_who_was_given_something_is_found_by_the_next_day(shop, audit):
    tamper(AccountItem, keys.account("Anna", "EUR"), balance=301)
    assert audit.day(NOON + timedelta(days=1)) == 1


def test_a_wrong_balance_of_a_member_whom_nobody_touches_is_found_within_four_weeks(shop, audit):
    tamper(AccountItem, keys.account("Anna", "EUR"), balance=301)
    found = [audit.day(NOON + timedelta(days=90 + day)) for day in range(reconciliation.PARTS)]
    assert sorted(found)[-2:] == [0, 1]


@pytest.mark.parametrize(
    "change",
    [{"hash": "0" * 64}, {"figures": [0, 0, 0, 0, 301, 0, 0, 0, 301]}, {"number": 2}, {"last": 0}],
    ids=lambda change: next(iter(change)),
)
def test_a_statement_that_was_changed_is_found(shop, audit, change):
    with listening() as month:
        month.end(NOON + timedelta(days=40))
    assert len(frozen("Anna")) == 1 and audit.day(NOON + timedelta(days=1)) == 0
    tamper(StatementItem, keys.statement("Anna", "EUR", "2026-03"), **change)
    assert audit.day(NOON + timedelta(days=1)) > 0
    assert verify()["differences"] != []


def test_what_is_written_while_it_is_looked_at_is_no_difference(shop, audit):
    """A posting comes between the reading of the account and that of its entries."""
    hooks, given = engine.connection().client.meta.events, []

    def other(parsed, **_):
        if not given and "ACCOUNT#Anna" in str(parsed):
            given.append(True)
            give(shop, "Anna", 5)

    hooks.register("after-call.dynamodb.BatchGetItem", other)
    try:
        assert audit.day(NOON + timedelta(days=1)) == 0
    finally:
        hooks.unregister("after-call.dynamodb.BatchGetItem", other)
    assert given and len(list(all_entries("Anna", "EUR"))) == 2


def test_pages_end_and_go_on_where_they_ended(shop, audit, monkeypatch):
    monkeypatch.setattr(reconciliation, "MOST_ITEMS", 1)
    for number in range(5):
        shop.member(f"M{number}")
        give(shop, f"M{number}", 10)
    tamper(AccountItem, keys.account("M4", "EUR"), balance=11)
    assert audit.day(NOON + timedelta(days=1)) == 1
    assert audit.pages > reconciliation.PARTS
