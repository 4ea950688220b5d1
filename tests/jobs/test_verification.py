"""The whole ledger is recomputed page by page: it finds what one call would find, in memory that
does not grow, and what is written meanwhile is no difference.
"""

import json

import pytest

from functions import reconcile_ledger
from shared import queue
from shared.jobs import verification
from shared.jobs.job import RECONCILIATION
from shared.store import engine, keys
from shared.store.items import Item
from shared.store.ledger.accounts import AccountItem, EntryItem
from shared.store.ledger.orders import OrderItem
from shared.store.ledger.purchases import PurchasesItem
from shared.store.programs.verifications import DONE, list_verifications
from shared.store.reconciliation import verify
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.support.counted_reads import counted_reads
from tests.support.shop import PLAIN, Shop

ORDERS = 12


@pytest.fixture
def shop(tables, monkeypatch):
    """Three advocates with four orders each, and credit that was spent; pages hold seven items."""
    monkeypatch.setattr(verification, "ITEMS_A_PAGE", 7)
    monkeypatch.setattr(verification, "CELLS", 16)
    shop = Shop(**PLAIN | {"friend": {"bonus": {"fixed": 100}, "new_customers_only": False}})
    for name in ("Anna", "Bert", "Cora"):
        shop.member(name)
        shop.member(f"Friend of {name}", referrer_login=name)
    for number in range(ORDERS):
        friend = f"Friend of {('Anna', 'Bert', 'Cora')[number % 3]}"
        shop.order(f"O{number}", 1_000 + number, customer={"id": friend})
        shop.later(minutes=1)
    hold = hold_credit(Checkout("Anna", "cart", 70), shop.at)
    capture_hold(hold.id, None, shop.at)
    return shop


@pytest.fixture
def messages(monkeypatch):
    sent = []
    monkeypatch.setattr(RECONCILIATION, "_load_url", lambda: "the queue")
    monkeypatch.setattr(queue, "send_all", lambda url, bodies: sent.extend(map(json.dumps, bodies)))
    return sent


def run(shop: Shop) -> verification.Verification:
    *_, ended = verification.verify_whole(shop.at, "tests")
    return ended


def deliver(body: str) -> None:
    record = {"messageId": "m", "body": body}
    assert reconcile_ledger.handler({"Records": [record]}) == {"batchItemFailures": []}


def overwrite(kind: type[Item], key: keys.Key, **changes: object) -> None:
    item = engine.find(kind, key)
    for name, value in changes.items():
        setattr(item, name, value)
    item.save()


def places(found) -> set[tuple]:
    return {(row["what"], row["where"]) for row in found}


def test_pages_count_what_one_call_counts(shop):
    whole, paged = verify(), run(shop)
    assert (paged.entries, paged.orders, paged.differences) == (
        whole["entries"],
        whole["orders"],
        [],
    )
    assert (paged.state, paged.found) == (DONE, 0) and paged.page >= 7


def missing_entry(shop: Shop) -> None:
    engine.find(EntryItem, keys.entry("Bert", "EUR", 2)).delete()


def lost_order(shop: Shop) -> None:
    engine.find(OrderItem, keys.order("O4")).delete()


def wrong_payments(shop: Shop) -> None:
    overwrite(PurchasesItem, keys.purchases("Friend of Cora"), payments=9)


def wrong_volume(shop: Shop) -> None:
    overwrite(AccountItem, keys.account("Cora", "EUR"), volume=1)


def wrong_balance(shop: Shop) -> None:
    overwrite(AccountItem, keys.account("Bert", "EUR"), balance=1)


def wrong_reward(shop: Shop) -> None:
    posted = engine.find(OrderItem, keys.order("O5")).posted
    rewards = tuple(reward._replace(posted=reward.posted + 1) for reward in posted.rewards)
    overwrite(OrderItem, keys.order("O5"), posted=posted._replace(rewards=rewards))


def wrong_account(shop: Shop) -> None:
    overwrite(EntryItem, keys.entry("Anna", "EUR", 1), debit="c")


def lost_account(shop: Shop) -> None:
    engine.find(AccountItem, keys.account("Cora", "EUR")).delete()


@pytest.mark.parametrize(
    "damage",
    [
        missing_entry,
        lost_order,
        wrong_payments,
        wrong_volume,
        wrong_balance,
        wrong_reward,
        wrong_account,
        lost_account,
    ],
)
def test_pages_find_what_one_call_finds(shop, damage):
    damage(shop)
    whole, paged = verify()["differences"], run(shop)
    assert whole and places(paged.differences) == places(whole)
    assert sorted(map(str, paged.differences)) == sorted(map(str, whole))
    assert paged.found == len(whole)


def test_what_is_written_between_two_pages_is_no_difference(shop):
    """Each page is followed by an order of a buyer whom earlier pages have seen."""
    going = verification.new_verification(shop.at, "tests")
    for number in range(200):
        if going.state == DONE:
            break
        going = verification.verify_page(going, shop.at)
        shop.later(minutes=1)
        shop.order("O1", 900 + 10 * number, customer={"id": "Friend of Bert"})
        if number < 12:
            shop.order(f"N{number}", 5_000, customer={"id": "Friend of Anna"})
    assert (going.state, going.differences, going.found) == (DONE, [], 0)


def test_more_than_a_sketch_tells_apart_is_sketched_larger_and_then_said(shop, monkeypatch):
    for number in range(ORDERS):
        engine.find(OrderItem, keys.order(f"O{number}")).delete()
    monkeypatch.setattr(verification, "CELLS", 1)
    monkeypatch.setattr(verification, "MOST_CELLS", 64)
    paged = run(shop)
    assert places(paged.differences) == places(verify()["differences"])
    monkeypatch.setattr(verification, "MOST_CELLS", 2)
    assert verification.TOO_MANY in {what for what, _ in places(run(shop).differences)}


def test_differences_are_counted_though_few_are_listed(shop, monkeypatch):
    for number in range(ORDERS):
        engine.find(OrderItem, keys.order(f"O{number}")).delete()
    whole = run(shop)
    monkeypatch.setattr(verification, "MOST_LISTED", 2)
    short = run(shop)
    assert (len(short.differences), short.found) == (2, whole.found)


def test_jobs_go_through_the_ledger_each_asking_for_the_next(shop, messages):
    begun = verification.begin_verification(shop.at, "ak_1")
    assert verification.begin_verification(shop.at, "ak_2").id == begun.id
    asked = 0
    while messages:
        body = messages.pop(0)
        deliver(body)
        asked += 1
        if asked == 3:
            deliver(body)
            repeated = messages.pop()
            assert messages == [repeated]
    ended = list_verifications(1)[0]
    assert (ended.id, ended.state, ended.found, ended.page) == (begun.id, DONE, 0, asked)
    assert verification.begin_verification(shop.at, "ak_2").id != begun.id


def test_a_page_reads_what_many_accounts_need_in_one_request(shop, monkeypatch):
    monkeypatch.setattr(verification, "ITEMS_A_PAGE", 1_000)
    with counted_reads() as reads:
        run(shop)
    assert reads.requests <= 10


def test_what_a_page_leaves_behind_does_not_grow_with_the_ledger(shop):
    sizes = []
    for round_ in range(2):
        going = verification.new_verification(shop.at, "tests")
        while going.after is None or going.page < 5:
            going = verification.verify_page(going, shop.at)
        sizes.append(len(going.sketch) + len(str(going.tally)) + len(str(going.moved)))
        for number in range(20):
            shop.order(f"R{round_}{number}", 1_000, customer={"id": "Friend of Anna"})
    assert sizes[0] == sizes[1]
