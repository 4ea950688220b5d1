"""A blocked member earns nothing new, loses what is pending, and keeps what is available without
spending it. An interruption changes none of that.
"""

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
from shared.store.programs.audit_log import list_audit_lines
from shared.store.reconciliation import verify
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.support.shop import PLAIN, Shop

HELD = PLAIN | {"hold_days": 14}


@pytest.fixture
def shop(tables):
    """Anna brought Ines. Rewards are pending for 14 days."""
    shop = Shop(**HELD)
    shop.anna = shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    yield shop
    assert verify()["differences"] == []


def action_of(shop, what="block"):
    return StaffAction("ak_012345", what, shop.at, "Bought from themselves")


def block(shop, name="Anna"):
    return blocking.block_member(name, action_of(shop))


def unblock(shop, name="Anna"):
    return blocking.unblock_member(name, action_of(shop, "unblock"))


def order(shop, name, items=10_000, buyer="Ines", **facts):
    return shop.order(name, items, customer={"id": buyer}, completed_at=shop.now(), **facts)


def kinds(name="Anna"):
    return [(entry.kind, entry.amount, entry.reason["code"]) for entry in all_entries(name, "EUR")]


def test_what_is_pending_is_forfeited_and_what_is_available_stays(shop):
    order(shop, "old")
    shop.later(days=20)
    order(shop, "new", 5_000)
    block(shop)
    assert kinds() == [
        ("reward", 1_000, "referral"),
        ("reward", 500, "referral"),
        ("forfeit", -500, "blocked"),
    ]
    assert (shop.rewards("old"), shop.rewards("new")) == ({"Anna": 1_000}, {})
    assert credit_at(load_profile("Anna").account, shop.at) == (1_000, {})


def test_a_forfeit_carries_the_date_of_its_reward(shop):
    order(shop, "1")
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
    order(shop, "1")
    shop.later(days=20)
    block(shop)
    with pytest.raises(HoldRefused) as caught:
        hold_credit(Checkout("Anna", "cart", 100), shop.at)
    assert caught.value.code == "member_blocked"
    unblock(shop)
    assert hold_credit(Checkout("Anna", "cart", 1_000), shop.at).amount == 1_000


def test_credit_set_aside_before_the_block_cannot_be_captured_during_it(shop):
    order(shop, "1")
    shop.later(days=20)
    hold = hold_credit(Checkout("Anna", "cart", 1_000), shop.at)
    block(shop)
    with pytest.raises(HoldRefused):
        capture_hold(hold.id, None, shop.at)


def test_a_blocked_advocate_is_refused_and_the_one_above_still_earns(shop):
    shop.publish(credit={"system": "levels", "levels": [{"percent": "10"}, {"percent": "8"}]})
    shop.member("Paul", referrer_login="ines")
    block(shop, "Ines")
    order(shop, "1", buyer="Paul")
    assert (shop.rewards("1"), shop.refusals("1")) == ({"Anna": 800}, ["blocked"])
    assert shop.volume("Ines") == 0


def test_unblocking_brings_back_nothing_forfeited(shop):
    order(shop, "1")
    block(shop)
    unblock(shop)
    assert shop.balance("Anna") == 0
    order(shop, "2", 3_000)
    assert shop.rewards("2") == {"Anna": 300}


@pytest.mark.parametrize(
    ("refunds", "balance"),
    [([{"id": "r", "amount": 4_000}], 0), ([{"id": "r", "amount": 10_000}], 0)],
)
def test_no_later_update_gives_forfeited_credit_back(shop, refunds, balance):
    order(shop, "1")
    block(shop)
    shop.later(minutes=1)
    order(shop, "1", refunds=refunds)
    order(shop, "1", disputed=True)
    shop.later(minutes=1)
    order(shop, "1", disputed=False)
    assert shop.balance("Anna") == balance


def test_blocking_again_changes_nothing_and_is_logged_once(shop):
    order(shop, "1")
    block(shop)
    before = kinds()
    shop.later(days=1)
    block(shop)
    assert kinds() == before
    assert [
        (line["what"], line["before"], line["after"], line["reason"])
        for line in list_audit_lines(9)[0]
    ] == [("block", {"status": "active"}, {"status": "blocked"}, "Bought from themselves")]


def test_an_unknown_member_is_not_blocked(shop):
    for change in (block, unblock):
        with pytest.raises(NotFound):
            change(shop, "Nobody")


def test_a_block_gives_back_the_room_of_what_it_forfeits(shop):
    shop.publish(**HELD, rules={"max_per_advocate": {"amount": 1_200}})
    order(shop, "1")
    block(shop)
    unblock(shop)
    order(shop, "2")
    assert shop.rewards("2") == {"Anna": 1_000}


def test_a_blocked_buyers_own_reward_is_forfeited_too(shop):
    shop.publish(
        **HELD | {"credit": {"system": "levels", "levels": [], "customer": {"percent": "5"}}}
    )
    order(shop, "1")
    assert shop.balance("Ines") == 500
    block(shop, "Ines")
    assert shop.balance("Ines") == 0


class Died(Exception):
    """The function was killed."""


@pytest.fixture
def dying():
    """`after(n)` kills the caller at its transaction n + 1; `living()` ends that."""
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
@pytest.mark.parametrize("next_call", ["the same call", "the event", "an unblock"])
def test_a_block_that_was_cut_off_is_finished_by_the_next_call(
    shop, dying, monkeypatch, writes, next_call
):
    monkeypatch.setattr("shared.members.forfeiting.MOST_ORDERS", 1)
    monkeypatch.setattr("shared.members.blocking.AT_ONCE", 9)
    for name in "123":
        order(shop, name)
    after, living = dying
    after(writes)
    with pytest.raises(Died):
        block(shop)
    living()
    blocked = load_profile("Anna").member.blocked
    assert blocked is (writes > 0)
    shop.later(days=30)
    if next_call == "the same call" and not blocked:
        return
    {
        "the same call": block,
        "an unblock": unblock,
        "the event": lambda shop: blocking.finish_block("Anna", shop.at),
    }[next_call](shop)
    assert shop.balance("Anna") == (0 if blocked else 3_000)
    assert load_profile("Anna").member.blocked is (blocked and next_call != "an unblock")


@pytest.fixture
def in_pages(monkeypatch):
    """A page is two transactions of two orders, and a call does one page."""
    monkeypatch.setattr("shared.members.forfeiting.MOST_ORDERS", 2)
    monkeypatch.setattr("shared.members.blocking.MOST_TRANSACTIONS", 2)
    monkeypatch.setattr("shared.members.blocking.AT_ONCE", 2)


def test_a_block_of_many_orders_goes_on_page_by_page(shop, in_pages):
    for number in range(11):
        order(shop, f"O{number}")
    assert block(shop) is False
    assert (shop.balance("Anna"), load_profile("Anna").member.finishing) == (7_000, "block")
    assert blocking.finish_block("Anna", shop.at) is False
    assert blocking.finish_block("Anna", shop.at) is True
    assert (shop.balance("Anna"), load_profile("Anna").member.finishing) == (0, None)
    assert blocking.finish_block("Anna", shop.at) is True


def test_an_unblocking_waits_for_the_last_forfeit_and_a_block_takes_it_back(shop, in_pages):
    for number in range(11):
        order(shop, f"O{number}")
    block(shop)
    shop.later(days=30)
    assert unblock(shop) is False
    member = load_profile("Anna").member
    assert (member.status, member.finishing, shop.balance("Anna")) == ("blocked", "unblock", 3_000)
    block(shop)
    assert load_profile("Anna").member.status == "blocked"
    unblock(shop)
    while not blocking.finish_block("Anna", shop.at):
        pass
    member = load_profile("Anna").member
    assert (member.status, member.finishing, shop.balance("Anna")) == ("active", None, 0)


def test_an_unblocking_that_comes_between_two_steps_is_done_by_its_event(shop, in_pages):
    for number in range(5):
        order(shop, f"O{number}")
    block(shop)
    blocking.finish_block("Anna", shop.at)
    blocking._unblock("Anna", StaffAction("ak_012345", "unblock", shop.at, "x"), finished=False)
    assert blocking.finish_block("Anna", shop.at) is True
    assert load_profile("Anna").member.status == "active"


def test_a_buyer_with_two_rewards_of_each_order_is_forfeited_whole(shop, monkeypatch):
    terms = {"levels": [], "customer": {"percent": "5"}}
    shop.publish(
        credit={"system": "levels", **terms},
        friend={"bonus": {"fixed": 100}, "new_customers_only": False},
        hold_days=14,
    )
    for number in range(45):
        order(shop, f"O{number}")
    assert shop.balance("Ines") == 45 * 600
    assert blocking.block_member("Ines", StaffAction("ak_012345", "block", shop.at, "x"))
    assert shop.balance("Ines") == 0


def test_a_won_dispute_brings_back_what_the_block_did_not_find(shop):
    """Nothing was pending when Anna was blocked. A block changes no order with frozen terms."""
    order(shop, "1")
    shop.later(minutes=1)
    order(shop, "1", disputed=True)
    block(shop)
    shop.later(minutes=1)
    order(shop, "1", disputed=False)
    unblock(shop)
    blocking.finish_block("Anna", shop.at)
    assert shop.balance("Anna") == 1_000


def test_an_event_that_comes_late_takes_nothing_from_an_unblocked_member(shop):
    order(shop, "1")
    block(shop)
    unblock(shop)
    order(shop, "2")
    blocking.finish_block("Anna", shop.at)
    blocking.finish_block("Nobody", shop.at)
    assert shop.balance("Anna") == 1_000


def test_orders_at_the_very_moment_of_a_block_leave_nothing_pending(shop):
    for number in range(8):
        shop.member(f"F{number}", referrer_login="anna")
    with ThreadPoolExecutor(9) as pool:
        orders = [pool.submit(order, shop, f"O{number}", buyer=f"F{number}") for number in range(8)]
        blocked = pool.submit(block, shop)
        for done in (*orders, blocked):
            done.result()
    assert shop.balance("Anna") == 0
    assert credit_at(load_profile("Anna").account, shop.at + timedelta(days=1)) == (0, {})


def test_an_order_that_was_read_before_the_block_is_decided_again(shop, dying):
    """The order was read before the block, and its transaction finds another account."""
    from shared.orders import commit
    from shared.orders.context import load_context
    from shared.orders.evaluate import decide_order
    from shared.orders.update import parse_update
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
