"""What each condition of a transaction is for: somebody else comes between the reading and the
writing, and nothing is lost.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from shared.domain.ledger.entry import REWARD
from shared.domain.ledger.holds import HoldRefused, OpenHold
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.programs.program_document import parse_program
from shared.domain.rewards.terms import Referral
from shared.domain.staff_action import StaffAction
from shared.members import blocking, referrals
from shared.members.profile import load_profile
from shared.orders.commit import commit_decision
from shared.orders.context import load_context
from shared.orders.evaluate import decide_order
from shared.orders.update import parse_update
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.referrals import ReferralItem, put_edge, put_end, put_take_back
from shared.store.engine import Write
from shared.store.ledger.accounts import put_account, put_entry
from shared.store.ledger.adjustments import put_adjustment
from shared.store.ledger.holds import put_hold
from shared.store.programs import programs
from shared.store.reconciliation import verify
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.support.shop import NOON, PLAIN, Shop, hash_email


@pytest.fixture
def shop(tables):
    """Anna brought Ines and Paul, and has 1,000 to spend."""
    shop = Shop(**PLAIN)
    shop.member("Anna")
    for name in ("Ines", "Paul"):
        shop.member(name, referrer_login="anna")
    shop.order("sale", customer={"id": "Ines"})
    shop.later(minutes=1)
    yield shop
    assert verify()["differences"] == []


@pytest.fixture
def meanwhile():
    """What somebody else does once everything is read and just before it is written."""
    events, hooks = engine.connection().client.meta.events, []

    def act(
        other: Callable[[], object], operation: str = "TransactWriteItems", number: int = 1
    ) -> None:
        name, numbers = f"before-send.dynamodb.{operation}", count(1)

        def hook(**_) -> None:
            if next(numbers) == number:
                events.unregister(name, hook)
                other()

        events.register(name, hook)
        hooks.append((name, hook))

    yield act
    for name, hook in hooks:
        events.unregister(name, hook)


def test_a_refund_that_comes_between_is_not_forgotten(shop, meanwhile):
    facts = {"customer": {"id": "Ines"}, "status": "placed"}
    shop.order("1", **facts)
    shop.later(minutes=1)
    meanwhile(lambda: shop.news(id="1", refunds=[{"id": "r", "amount": 2_500}]))
    shop.order("1", **facts, code="TOLD-LATE")
    shop.order("1", customer={"id": "Ines"})
    assert shop.rewards("1") == {"Anna": 750}


def test_an_order_that_earned_for_another_buyer_in_between_leaves_them_first(shop, meanwhile):
    earlier = shop.at
    shop.later(hours=1)
    facts = {"customer": {"id": "Ines"}, "status": "completed", "currency": "EUR"}
    meanwhile(lambda: shop.news(as_of=earlier, id="1", items_total=10_000, **facts))
    shop.order("1", customer={"id": "Gust"})
    assert (shop.rewards("1"), shop.balance("Anna"), shop.volume("Anna")) == ({}, 1_000, 10_000)


def test_volume_that_comes_between_counts(shop, meanwhile):
    shop.publish(credit={"system": "levels", "levels": []})
    meanwhile(lambda: shop.order("2", 3_000, customer={"id": "Paul"}))
    shop.order("1", 2_000, customer={"id": "Ines"})
    assert shop.volume("Anna") == 15_000


def test_a_payment_that_comes_between_counts(shop, meanwhile):
    shop.publish(**PLAIN, rules={"total_payments": 3})
    blocking.block_member("Anna", StaffAction("ak_012345", "block", shop.at))
    meanwhile(lambda: shop.order("2", customer={"id": "Ines"}))
    shop.order("1", customer={"id": "Ines"})
    blocking.unblock_member("Anna", StaffAction("ak_012345", "unblock", shop.at))
    shop.order("4", customer={"id": "Ines"})
    assert shop.refusals("4") == ["after_total_payments"]


def test_a_buyer_blocked_between_two_readings_earns_nothing(shop, meanwhile):
    """The buyer is read as they were before the block, their account as it is after."""
    shop.publish(credit={"system": "levels", "levels": [], "customer": {"percent": "5"}})
    facts = {"customer": {"id": "Ines"}, "status": "placed"}
    shop.order("1", **facts)
    meanwhile(
        lambda: blocking.block_member("Ines", StaffAction("ak_012345", "block", shop.at)),
        "BatchGetItem",
        2,
    )
    shop.order("1", **facts | {"status": "completed"})
    assert (shop.balance("Ines"), shop.refusals("1")) == (0, ["blocked", "no_group"])


def test_a_referral_that_ends_between_two_readings_is_read_again(shop):
    """The buyer is read as they were before the end, what they bought as it is after."""
    facts = {
        "customer": {"id": "Paul"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
    }
    update = parse_update(facts, shop.at, hash_email, order_id="1", whole=True)
    before = load_context(update)
    referrals.end_referral(
        before.buyer.member.referral.id,
        "nothing",
        StaffAction("ak_012345", "referral_ended", shop.at),
    )
    mixed = replace(before, purchases=load_context(update).purchases)
    with pytest.raises(engine.WriteConflict):
        commit_decision(mixed, decide_order(mixed))
    shop.order("1", customer={"id": "Paul"})
    assert (shop.balance("Anna"), shop.refusals("1")) == (1_000, ["no_referral"])


def test_room_that_a_refund_frees_is_open_to_later_orders_only(shop):
    shop.publish(**PLAIN, rules={"max_per_advocate": {"amount": 2_000}})
    for name in ("1", "2", "3"):
        shop.order(name, customer={"id": "Ines"})
        shop.later(minutes=1)
    shop.order("1", customer={"id": "Ines"}, status="cancelled")
    for name in ("2", "3"):
        shop.order(name, customer={"id": "Ines"})
    assert (shop.rewards("2"), shop.balance("Anna")) == ({}, 1_000)


def test_room_that_a_later_order_took_is_gone_when_the_refund_fails(shop):
    shop.publish(**PLAIN, rules={"max_per_advocate": {"amount": 2_000}})
    refund = {"id": "r", "amount": 6_000}
    shop.order("1", customer={"id": "Ines"}, refunds=[refund])
    shop.order("2", customer={"id": "Ines"})
    shop.later(minutes=1)
    shop.order("1", customer={"id": "Ines"}, refunds=[refund | {"status": "failed"}])
    assert shop.balance("Anna") == 2_000


def test_the_second_of_two_who_pay_one_order_is_not_forgotten(shop, meanwhile):
    shop.publish(credit={"system": "levels", "levels": [], "customer": {"percent": "10"}})
    shop.order("own", customer={"id": "Paul"})
    anna, paul = (hold_credit(Checkout(name, "cart", 500), shop.at) for name in ("Anna", "Paul"))
    meanwhile(lambda: capture_hold(paul.id, None, shop.at))
    capture_hold(anna.id, None, shop.at)
    shop.order("cart", customer={"email": "both@example.com"}, status="cancelled")
    assert (shop.balance("Anna"), shop.balance("Paul")) == (1_000, 1_000)


def test_credit_captured_while_its_order_is_cancelled_comes_back(shop, meanwhile):
    waiting = hold_credit(Checkout("Anna", "cart", 500), shop.at)
    meanwhile(lambda: capture_hold(waiting.id, None, shop.at))
    shop.order("cart", customer={"id": "Paul"}, status="cancelled")
    assert shop.balance("Anna") == 1_000


def test_credit_captured_while_its_order_is_refunded_comes_back(shop, meanwhile):
    waiting = hold_credit(Checkout("Anna", "cart", 500), shop.at)
    meanwhile(lambda: capture_hold(waiting.id, None, shop.at))
    shop.order("cart", customer={"id": "Paul"}, refunded_total=10_000)
    assert shop.balance("Anna") == 1_000


def test_an_order_cancelled_while_credit_is_captured_takes_none(shop, meanwhile):
    waiting = hold_credit(Checkout("Anna", "cart", 500), shop.at)
    meanwhile(lambda: shop.order("cart", customer={"id": "Paul"}, status="cancelled"))
    with pytest.raises(HoldRefused, match="hold_voided"):
        capture_hold(waiting.id, None, shop.at)
    assert shop.balance("Anna") == 1_000


def test_an_order_changed_while_credit_is_captured_is_asked_again(shop, meanwhile):
    facts = {"customer": {"id": "Paul"}, "status": "placed"}
    shop.order("cart", **facts)
    waiting = hold_credit(Checkout("Anna", "cart", 500), shop.at)
    shop.later(minutes=1)
    meanwhile(lambda: shop.order("cart", **facts | {"status": "cancelled"}))
    with pytest.raises(HoldRefused, match="hold_voided"):
        capture_hold(waiting.id, None, shop.at)
    assert shop.balance("Anna") == 1_000


def test_an_order_refunded_while_credit_is_captured_is_asked_again(shop, meanwhile):
    facts = {"customer": {"id": "Paul"}, "status": "placed"}
    shop.order("cart", **facts)
    waiting = hold_credit(Checkout("Anna", "cart", 500), shop.at)
    shop.later(minutes=1)
    meanwhile(lambda: shop.order("cart", **facts, refunded_total=10_000))
    with pytest.raises(HoldRefused, match="order_undone"):
        capture_hold(waiting.id, None, shop.at)
    assert shop.balance("Anna") == 1_000


def test_a_hold_on_an_order_that_is_cancelled_meanwhile_is_refused(shop, meanwhile):
    shop.order("cart", customer={"id": "Paul"}, status="placed")
    shop.later(minutes=1)
    meanwhile(lambda: shop.order("cart", customer={"id": "Paul"}, status="cancelled"))
    with pytest.raises(HoldRefused, match="order_undone"):
        hold_credit(Checkout("Anna", "cart", 500), shop.at)


def test_a_hold_that_comes_while_its_order_is_cancelled_is_let_go(shop, meanwhile):
    shop.order("cart", customer={"id": "Paul"}, status="placed")
    shop.later(minutes=1)
    meanwhile(lambda: hold_credit(Checkout("Anna", "cart", 500), shop.at))
    shop.order("cart", customer={"id": "Paul"}, status="cancelled")
    assert load_profile("Anna").account.held(shop.at) == 0


REASON = {"code": "referral", "inputs": {"level": 1}, "steps": [], "program_version": 1}
ENTRY = Account("Anna", "EUR").post(REWARD, 100, NOON, None, "1", REASON)[1]
PROGRAM = parse_program({"id": "default", "name": "Mine", "currency": "EUR"} | PLAIN)
EDGE = Referral("r", "Anna", NOON)


def edge_item(**more) -> ReferralItem:
    return ReferralItem(
        *keys.referral("r"),
        advocate="Anna",
        friend="Ines",
        made_at="2026-03-01T12:00:00Z",
        evidence={},
        **more,
    )


@pytest.mark.parametrize(
    ("first", "second"),
    {
        "a line of a history": (
            put_entry(ENTRY, None),
            put_entry(ENTRY._replace(amount=200), None),
        ),
        "a posting by hand": (
            put_adjustment("name", ENTRY),
            put_adjustment("name", ENTRY._replace(sequence=2)),
        ),
        "a member": (
            members.put_member(Member("Anna")),
            members.put_member(Member("Anna", blocked=True)),
        ),
        "a login": (members.put_login("anna", "Anna"), members.put_login("anna", "Bert")),
        "a version of a program": (
            programs._put_version(PROGRAM, NOON, None),
            programs._put_version(replace(PROGRAM, name="Theirs"), NOON, None),
        ),
        "an edge": (put_edge("Ines", EDGE, {})[0], put_edge("Paul", EDGE, {})[0]),
        "the end of an edge": (
            put_end(edge_item(), None, NOON, {})[0],
            put_end(edge_item(), None, NOON, {"EUR": 5})[0],
        ),
        "what an end has still to take": (
            Write(edge_item(take_back={"EUR": 3})),
            put_take_back(edge_item(take_back={"EUR": 7}), {}),
        ),
    }.values(),
)
def test_what_is_there_is_never_written_over(tables, first, second):
    engine.open_tables()
    engine.write([first])
    with pytest.raises(engine.WriteConflict):
        engine.write([second])


@pytest.mark.parametrize("revision", [0, 1])
def test_a_hold_and_an_account_are_written_only_over_what_was_read(tables, revision):
    engine.open_tables()
    hold, account = OpenHold("h", "Anna", "EUR", "cart", 100, NOON), Account("Anna", "EUR")
    for before in range(revision + 1):
        engine.write(
            [
                put_hold(replace(hold, revision=before)),
                put_account(replace(account, revision=before)),
            ]
        )
    for write in (
        put_hold(replace(hold, revision=revision).as_captured(50)),
        put_account(replace(account, revision=revision, balance=50)),
    ):
        with pytest.raises(engine.WriteConflict):
            engine.write([write])


def test_of_two_who_publish_the_next_version_one_is_told(shop, meanwhile):
    seen = programs.load_active_item("default").version
    meanwhile(lambda: programs.publish(replace(PROGRAM, name="Theirs"), seen, shop.at))
    with pytest.raises(programs.ProgramChanged):
        programs.publish(PROGRAM, seen, shop.at)
    assert programs.load_version(PROGRAM, seen + 1).name == "Theirs"


def test_two_who_order_with_each_others_codes_close_no_circle(shop, meanwhile):
    bert, rosa = shop.member("Bert"), shop.member("Rosa")
    meanwhile(lambda: shop.order("2", customer={"id": "Rosa"}, code=bert.code))
    shop.order("1", customer={"id": "Bert"}, code=rosa.code)
    assert [load_profile(name).member.referral is not None for name in ("Bert", "Rosa")] == [
        False,
        True,
    ]
