"""The daily run: whose credit expires, a repeat that changes nothing, a fault that stops one account only."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import boto3
import pytest

from functions import expire_credit
from shared import queue
from shared.domain.instants import instant_text
from shared.domain.ledger import expiry
from shared.domain.ledger.holds import HoldRefused
from shared.jobs import expiry as expiry_jobs
from shared.members.profile import load_names
from shared.store import engine, keys
from shared.store.ledger.accounts import AccountItem, all_entries
from shared.store.ledger.scan import owners_with_expiring_credit
from shared.store.reconciliation import verify
from shared.wallet.holds import Checkout, capture_hold, hold_credit, void_hold
from shared.words import sentence
from tests.support.shop import NOON, PLAIN, Shop

YEAR = {"wallet": {"expires_after_days": 365}}
END = NOON.replace(hour=0) + timedelta(days=366)
"""The end of the day on which credit of the first noon expires."""


class Run:
    """The schedule and its queue; messages are handed over until the queue is empty."""

    def __init__(self) -> None:
        self.asked, self.failed, self.pages = [], [], 0

    def take(self, params: dict, **_) -> None:
        self.asked += [entry["MessageBody"] for entry in json.loads(params["body"])["Entries"]]

    def begin(self, at: datetime) -> bool:
        return expire_credit.handler({"time": instant_text(at)})["begun"]

    def day(self, at: datetime) -> None:
        self.begin(at)
        while self.asked:
            body, self.pages = self.asked.pop(0), self.pages + 1
            if self.hand(body):
                self.failed.append(body)

    def hand(self, *bodies: str) -> list[str]:
        """The records that are to come again."""
        records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
        return [
            failure["itemIdentifier"]
            for failure in expire_credit.handler({"Records": records})["batchItemFailures"]
        ]


@pytest.fixture
def run(tables, monkeypatch):
    name = f"expiry-{os.environ['BUS_NAME']}"
    monkeypatch.setenv("EXPIRY_QUEUE", boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"])
    run, hooks = Run(), queue.client().meta.events
    hooks.register("before-call.sqs.SendMessageBatch", run.take)
    yield run
    hooks.unregister("before-call.sqs.SendMessageBatch", run.take)


@pytest.fixture
def shop(run):
    """Anna has 1,000 since noon of the first of March, under terms that let it expire after a year."""
    shop = Shop(**PLAIN, **YEAR)
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    shop.order("sale", customer={"id": "Ines"})
    yield shop
    assert verify()["differences"] == []


def expiries(member: str = "Anna") -> list[tuple[int, datetime]]:
    return [
        (entry.amount, entry.available_on)
        for entry in all_entries(member, "EUR")
        if entry.kind == "expiry"
    ]


def spend(shop: Shop, amount: int, order: str) -> None:
    capture_hold(hold_credit(Checkout("Anna", order, amount), shop.at).id, None, shop.at)


def revision(member: str) -> int:
    key = keys.account(member, "EUR")
    return int(engine.find(AccountItem, key).revision)


def test_credit_nobody_spent_expires_after_its_days_and_says_so(shop, run):
    run.day(END - timedelta(seconds=1))
    assert (shop.balance("Anna"), expiries()) == (1_000, [])
    run.day(END)
    assert (shop.balance("Anna"), expiries()) == (0, [(-1_000, NOON)])
    entry = list(all_entries("Anna", "EUR"))[-1]
    assert (entry.at, entry.order, entry.balance_after) == (END, None, 0)
    assert sentence(entry.reason, load_names([entry]).login) == "Expired: not spent within 365 days"


def test_a_run_twice_a_day_and_one_after_skipped_days_end_the_same(shop, run):
    shop.later(days=10)
    shop.order("second", 5_000, customer={"id": "Ines"})
    for hours in (0, 0, 8, 16):
        run.day(END + timedelta(hours=hours))
    assert expiries() == [(-1_000, NOON)]
    for days in (500, 500, 501):
        run.day(NOON + timedelta(days=days))
    assert expiries() == [(-1_000, NOON), (-500, NOON + timedelta(days=10))]


def test_the_same_page_told_twice_at_once_expires_once(shop, run):
    run.begin(END)
    (page,) = run.asked
    assert run.hand(page, page, page) == []
    assert expiries() == [(-1_000, NOON)]


def test_the_oldest_was_spent_first_so_the_rest_expires_by_its_dates(shop, run):
    shop.later(days=10)
    shop.order("second", 5_000, customer={"id": "Ines"})
    spend(shop, 1_200, "cart")
    run.day(NOON + timedelta(days=375))
    assert expiries() == []
    run.day(END + timedelta(days=10))
    assert expiries() == [(-300, NOON + timedelta(days=10))]


def test_what_is_held_waits_for_the_end_of_its_hold(shop, run):
    shop.later(days=364)
    held = hold_credit(Checkout("Anna", "cart", 700), shop.at)
    run.day(NOON + timedelta(days=366))
    assert (shop.balance("Anna"), expiries()) == (700, [(-300, NOON)])
    assert capture_hold(held.id, 600, NOON + timedelta(days=367)).captured == 600
    run.day(NOON + timedelta(days=368))
    assert (shop.balance("Anna"), expiries()[1:]) == (0, [(-100, NOON)])


def test_a_hold_that_was_let_go_or_ended_by_itself_frees_what_expires_next(shop, run):
    shop.later(days=364)
    first, _ = (
        hold_credit(Checkout("Anna", "one", 400), shop.at),
        hold_credit(Checkout("Anna", "two", 600), shop.at),
    )
    run.day(NOON + timedelta(days=366))
    assert expiries() == []
    void_hold(first.id, NOON + timedelta(days=366))
    run.day(NOON + timedelta(days=367))
    assert expiries() == [(-400, NOON)]
    run.day(NOON + timedelta(days=371))
    assert expiries() == [(-400, NOON), (-600, NOON)]


def test_pending_credit_does_not_expire_and_its_days_begin_when_it_is_available(run, shop):
    shop.publish(**PLAIN, hold_days=14, wallet={"expires_after_days": 1})
    shop.order("later", 5_000, customer={"id": "Ines"}, completed_at=shop.now())
    available_on = (NOON + timedelta(days=15)).replace(hour=0)
    run.day(available_on + timedelta(days=2, seconds=-1))
    assert expiries() == []
    run.day(available_on + timedelta(days=2))
    assert expiries() == [(-500, available_on)]


def test_returned_credit_goes_back_to_its_dates_and_expires_with_them(shop, run):
    shop.later(days=10)
    shop.order("second", 5_000, customer={"id": "Ines"})
    spend(shop, 1_200, "cart")
    shop.at = NOON + timedelta(days=366)
    run.day(shop.at)
    assert expiries() == []
    shop.order("cart", customer={"id": "Anna"}, credit_used=1_200, status="cancelled")
    assert shop.balance("Anna") == 1_500
    run.day(shop.at + timedelta(days=1))
    assert (expiries(), shop.balance("Anna")) == ([(-1_000, NOON)], 500)


def test_a_debt_does_not_grow_and_what_pays_it_is_not_left_to_expire(shop, run):
    spend(shop, 900, "cart")
    shop.order("sale", customer={"id": "Ines"}, refunds=[{"id": "r", "amount": 10_000}])
    assert shop.balance("Anna") == -900
    run.day(NOON + timedelta(days=400))
    assert (shop.balance("Anna"), expiries()) == (-900, [])
    shop.order("next", 10_000, customer={"id": "Ines"})
    run.day(NOON + timedelta(days=400))
    assert (shop.balance("Anna"), expiries()) == (0, [(-100, NOON)])


def test_a_checkout_and_the_run_at_once_do_not_both_take_the_same_credit(shop, run):
    run.begin(END)
    with ThreadPoolExecutor(3) as pool:
        pages = [pool.submit(run.hand, run.asked[0]) for _ in range(2)]
        held = pool.submit(hold_credit, Checkout("Anna", "cart", 700), END)
    assert [page.result() for page in pages] == [[], []]
    if held.exception():
        assert (held.exception().code, shop.balance("Anna")) == ("insufficient_credit", 0)
    else:
        assert shop.balance("Anna") in (700, 1_000)


def test_expired_credit_cannot_be_spent(shop, run):
    run.day(END)
    with pytest.raises(HoldRefused) as caught:
        hold_credit(Checkout("Anna", "cart", 1), END)
    assert caught.value.code == "insufficient_credit"


def test_later_terms_move_no_end(shop, run):
    """Neither do terms without an end take it away, nor do terms with one give it to old credit."""
    shop.publish(**PLAIN)
    shop.order("endless", 5_000, customer={"id": "Ines"})
    shop.publish(**PLAIN, wallet={"expires_after_days": 1})
    run.day(END - timedelta(days=1))
    assert (expiries(), shop.balance("Anna")) == ([], 1_500)
    run.day(END)
    run.day(END + timedelta(days=400))
    assert (expiries(), shop.balance("Anna")) == ([(-1_000, NOON)], 500)


def test_terms_that_never_had_an_end_begin_no_run(tables, run):
    Shop(**PLAIN)
    assert not run.begin(NOON + timedelta(days=400))
    assert run.asked == []


def test_an_account_with_nothing_due_is_not_written(shop, run):
    before = revision("Anna")
    run.day(NOON + timedelta(days=100))
    assert revision("Anna") == before


def test_a_ledger_of_many_pages_is_gone_through_to_its_end(shop, run, monkeypatch):
    monkeypatch.setattr(expiry_jobs, "MOST_ITEMS", 3)
    for number in range(12):
        shop.member(f"M{number}")
        shop.member(f"F{number}", referrer_login=f"m{number}")
        shop.order(f"O{number}", customer={"id": f"F{number}"})
    run.day(END)
    assert run.pages > 10
    assert [expiries(f"M{number}") for number in range(12)] == [[(-1_000, NOON)]] * 12
    late = NOON + timedelta(days=999)
    assert owners_with_expiring_credit(late, late, 1_000, None) == ([], None)


def test_more_dates_than_one_transaction_takes_expire_in_the_same_turn(shop, run, monkeypatch):
    monkeypatch.setattr(expiry, "MOST_DAYS", 2)
    for number in range(4):
        shop.later(days=1)
        shop.order(f"O{number}", customer={"id": "Ines"})
    run.day(shop.at + timedelta(days=366))
    assert expiries() == [(-1_000, NOON + timedelta(days=number)) for number in range(5)]


def test_an_account_whose_turn_fails_is_tried_by_itself_and_stops_nobody(shop, run):
    broken = AccountItem(
        *keys.account("Zoe", "EUR"), revision=1, sequence=1, balance=5, next_expiry=NOON
    )
    boto3.client("dynamodb").put_item(
        TableName=os.environ["LEDGER_TABLE"],
        Item=broken.serialize() | {"holds": {"S": '{"h": "unreadable"}'}},
    )
    run.day(END)
    assert (expiries(), [json.loads(body)["owner"] for body in run.failed]) == (
        [(-1_000, NOON)],
        [["Zoe", "EUR"]],
    )
    broken.delete()


@pytest.mark.parametrize(
    "body",
    ["", "{", "{}", "[]", '{"time": "never"}', '{"time": "2026-03-01T10:00:00Z", "owner": 7}'],
)
def test_a_record_that_cannot_be_read_comes_again_and_the_others_do_not(shop, run, body):
    page = json.dumps({"time": instant_text(END)})
    assert run.hand(page, body) == ["1"]
    assert expiries() == [(-1_000, NOON)]
