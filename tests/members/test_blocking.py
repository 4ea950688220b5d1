"""A blocked member earns nothing new, loses what is pending, keeps what is available and cannot spend it; interruptions change nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.domain.ledger.holds import HoldRefused
from shared.domain.staff_action import StaffAction
from shared.members import blocking
from shared.members.profile import credit_at, load_profile
from shared.problem import NotFound
from shared.store import engine
from shared.store.attributions.links import UnknownCode
from shared.store.ledger.accounts import all_entries
from shared.store.ledger.reconciliation import verify
from shared.store.programs.audit_log import list_audit_lines
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.support.shop import PLAIN, Shop

HELD = PLAIN | {"hold_days": 14}


@pytest.fixture
def shop(tables):
    """Anna brought Ines; rewards wait for 14 days."""
    shop = Shop(**HELD)
    shop.anna = shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    yield shop
    assert verify()["differences"] == []


def act(shop, what="block"):
    return StaffAction("ak_012345", what, shop.at, "Bought from themselves")


def block(shop, name="Anna"):
    blocking.block_member(name, act(shop))


def unblock(shop, name="Anna"):
    blocking.unblock_member(name, act(shop, "unblock"))


def sell(shop, name, items=10_000, buyer="Ines", **facts):
    return shop.order(name, items, customer={"id": buyer}, completed_at=shop.now(), **facts)


def kinds(name="Anna"):
    return [(entry.kind, entry.amount, entry.reason["code"]) for entry in all_entries(name, "EUR")]


def test_what_is_pending_is_forfeited_and_what_is_available_stays(shop):
    sell(shop, "old")
    shop.later(days=20)
    sell(shop, "new", 5_000)
    block(shop)
    assert kinds() == [
        ("reward", 1_000, "referral"),
        ("reward", 500, "referral"),
        ("forfeit", -500, "blocked"),
    ]
    assert (shop.rewards("old"), shop.rewards("new")) == ({"Anna": 1_000}, {})
    assert credit_at(load_profile("Anna").account, shop.at) == (1_000, {})


def test_a_forfeit_carries_the_date_of_its_reward(shop):
    sell(shop, "1")
    block(shop)
    reward, forfeit = all_entries("Anna", "EUR")
    assert reward.available_on == forfeit.available_on
    assert (forfeit.order, forfeit.at) == ("1", shop.at)


def test_the_link_of_a_blocked_member_leads_nobody(shop):
    block(shop)
    with pytest.raises(UnknownCode):
        shop.click("token", shop.anna.code)
    unblock(shop)
    shop.click("token", shop.anna.code)


def test_what_is_available_can_be_spent_again_once_unblocked(shop):
    sell(shop, "1")
    shop.later(days=20)
    block(shop)
    with pytest.raises(HoldRefused) as caught:
        hold_credit(Checkout("Anna", "cart", 100), shop.at)
    assert caught.value.code == "member_blocked"
    unblock(shop)
    assert hold_credit(Checkout("Anna", "cart", 1_000), shop.at).amount == 1_000


def test_credit_set_aside_before_the_block_cannot_be_captured_during_it(shop):
    sell(shop, "1")
    shop.later(days=20)
    waiting = hold_credit(Checkout("Anna", "cart", 1_000), shop.at)
    block(shop)
    with pytest.raises(HoldRefused):
        capture_hold(waiting.id, None, shop.at)


def test_a_blocked_advocate_is_refused_and_the_one_above_still_earns(shop):
    shop.publish(credit={"system": "levels", "levels": [{"percent": "10"}, {"percent": "8"}]})
    shop.member("Paul", referrer_login="ines")
    block(shop, "Ines")
    sell(shop, "1", buyer="Paul")
    assert (shop.rewards("1"), shop.refusals("1")) == ({"Anna": 800}, ["blocked"])
    assert shop.volume("Ines") == 0


def test_unblocking_brings_back_nothing_forfeited(shop):
    sell(shop, "1")
    block(shop)
    unblock(shop)
    assert shop.balance("Anna") == 0
    sell(shop, "2", 3_000)
    assert shop.rewards("2") == {"Anna": 300}


@pytest.mark.parametrize(
    ("refunds", "balance"),
    [([{"id": "r", "amount": 4_000}], 0), ([{"id": "r", "amount": 10_000}], 0)],
)
def test_what_arrives_later_pays_nothing_of_it_back(shop, refunds, balance):
    sell(shop, "1")
    block(shop)
    shop.later(minutes=1)
    sell(shop, "1", refunds=refunds)
    sell(shop, "1", disputed=True)
    shop.later(minutes=1)
    sell(shop, "1", disputed=False)
    assert shop.balance("Anna") == balance


def test_blocking_again_changes_nothing_and_is_told_once(shop):
    sell(shop, "1")
    block(shop)
    before = kinds()
    shop.later(days=1)
    block(shop)
    assert kinds() == before
    assert [(row["what"], row["before"], row["after"], row["reason"]) for row in list_audit_lines(9)[0]] == [
        ("block", {"status": "active"}, {"status": "blocked"}, "Bought from themselves")
    ]


def test_nobody_unknown_is_blocked(shop):
    for lever in (block, unblock):
        with pytest.raises(NotFound):
            lever(shop, "Nobody")


def test_a_block_gives_back_the_room_of_what_it_forfeits(shop):
    shop.publish(**HELD, rules={"max_per_advocate": {"amount": 1_200}})
    sell(shop, "1")
    block(shop)
    unblock(shop)
    sell(shop, "2")
    assert shop.rewards("2") == {"Anna": 1_000}


def test_a_blocked_buyers_own_reward_is_forfeited_too(shop):
    shop.publish(
        **HELD | {"credit": {"system": "levels", "levels": [], "customer": {"percent": "5"}}}
    )
    sell(shop, "1")
    assert shop.balance("Ines") == 500
    block(shop, "Ines")
    assert shop.balance("Ines") == 0


class Died(Exception):
    """The function was killed."""


@pytest.fixture
def dying():
    """Lets the engine take so many more transactions and then lets the caller die."""
    events, hooks = engine.connection().client.meta.events, []

    def after(writes: int) -> None:
        left = [writes]

        def hook(**_):
            left[0] -= 1
            if left[0] < 0:
                raise Died

        events.register("before-send.dynamodb.TransactWriteItems", hook)
        hooks.append(hook)

    def living() -> None:
        while hooks:
            events.unregister("before-send.dynamodb.TransactWriteItems", hooks.pop())

    yield after, living
    living()


@pytest.mark.parametrize("writes", range(5))
@pytest.mark.parametrize("goes_on", ["the same call", "the event", "an unblock"])
def test_a_block_that_dies_in_the_middle_is_finished_by_whoever_comes_next(
    shop, dying, writes, goes_on
):
    for name in "123":
        sell(shop, name)
    after, living = dying
    after(writes)
    with pytest.raises(Died):
        block(shop)
    living()
    blocked = load_profile("Anna").member.blocked
    assert blocked is (writes > 0)
    shop.later(days=30)
    if goes_on == "the same call" and not blocked:
        return
    {
        "the same call": block,
        "an unblock": unblock,
        "the event": lambda shop: blocking.finish_block("Anna", shop.at),
    }[goes_on](shop)
    assert shop.balance("Anna") == (0 if blocked else 3_000)
    assert load_profile("Anna").member.blocked is (blocked and goes_on != "an unblock")


def test_a_won_dispute_brings_back_what_the_block_did_not_find(shop):
    """Nothing was pending when Anna was blocked; terms were frozen before, and a block moves no past order."""
    sell(shop, "1")
    shop.later(minutes=1)
    sell(shop, "1", disputed=True)
    block(shop)
    shop.later(minutes=1)
    sell(shop, "1", disputed=False)
    unblock(shop)
    blocking.finish_block("Anna", shop.at)
    assert shop.balance("Anna") == 1_000


def test_an_event_that_comes_late_takes_nothing_from_a_member_who_is_free_again(shop):
    sell(shop, "1")
    block(shop)
    unblock(shop)
    sell(shop, "2")
    blocking.finish_block("Anna", shop.at)
    blocking.finish_block("Nobody", shop.at)
    assert shop.balance("Anna") == 1_000


def test_orders_at_the_very_moment_of_a_block_leave_nothing_pending(shop):
    for number in range(8):
        shop.member(f"F{number}", referrer_login="anna")
    with ThreadPoolExecutor(9) as pool:
        sales = [pool.submit(sell, shop, f"O{number}", buyer=f"F{number}") for number in range(8)]
        blocked = pool.submit(block, shop)
        for done in (*sales, blocked):
            done.result()
    assert shop.balance("Anna") == 0
    assert credit_at(load_profile("Anna").account, shop.at + timedelta(days=1)) == (0, {})


def test_an_order_that_was_read_before_the_block_is_decided_again(shop, dying):
    """The chain was read as it was before the block; the account, read after, knows better."""
    from shared.orders import commit
    from shared.orders.context import load_context, parse_update
    from shared.orders.evaluate import decide_order
    from shared.store.engine import WriteConflict

    facts = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 1_000,
        "customer": {"id": "Ines"},
    }
    context = load_context(parse_update(facts, shop.at, str, order_id="1", whole=True))
    block(shop)
    with pytest.raises(WriteConflict):
        commit.commit_decision(context, decide_order(context))
