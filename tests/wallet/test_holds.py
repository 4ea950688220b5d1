"""Credit that behaves like money: authorised, captured, let go, given back; never more than there is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.domain.ledger.holds import HoldRefused
from shared.domain.ledger.lots import lots_of
from shared.domain.staff_action import StaffAction
from shared.members.profile import credit_at, held_at, load_profile
from shared.store.ledger.accounts import all_entries
from shared.store.reconciliation import verify
from shared.wallet.adjustments import Adjustment, adjust
from shared.wallet.holds import Checkout, capture_hold, hold_credit, void_hold
from tests.support.shop import PLAIN, Shop

SPEND = {"status": "placed"}
OPEN = {"new_customers_only": False}


@pytest.fixture
def shop(tables):
    """Anna has 1,000 to spend."""
    shop = Shop(**PLAIN)
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    shop.order("sale", customer={"id": "Ines"})
    yield shop
    assert verify()["differences"] == []


def hold(shop, amount, order="cart", key=None, items_total=None):
    return hold_credit(Checkout("Anna", order, amount, key, items_total), shop.at)


def chain(shop: Shop, length: int) -> None:
    """M1 recommended M2, who recommended M3, and so on up to one more than `length`."""
    for number in range(length + 1):
        above = {"referrer_login": f"m{number - 1}"} if number else {}
        shop.member(f"M{number}", **above)


def available(shop) -> int:
    return credit_at(load_profile("Anna").account, shop.at)[0]


def refused(act) -> str:
    with pytest.raises(HoldRefused) as caught:
        act()
    return caught.value.code


def test_a_hold_sets_aside_and_moves_nothing(shop):
    hold(shop, 700)
    assert (available(shop), shop.balance("Anna")) == (300, 1_000)
    with pytest.raises(HoldRefused) as caught:
        hold(shop, 301)
    assert (caught.value.code, caught.value.more) == ("insufficient_credit", {"available": 300})


def test_a_capture_spends_part_and_frees_the_rest(shop):
    done = capture_hold(hold(shop, 700).id, 400, shop.at)
    assert (done.captured, available(shop), shop.balance("Anna")) == (400, 600, 600)


def test_no_more_than_the_hold_is_captured(shop):
    waiting = hold(shop, 700)
    assert refused(lambda: capture_hold(waiting.id, 701, shop.at)) == "above_hold"
    assert (available(shop), shop.balance("Anna")) == (300, 1_000)


def test_both_ends_of_a_hold_are_final_and_answer_the_same_again(shop):
    first, second = hold(shop, 300), hold(shop, 200)
    assert (
        capture_hold(first.id, None, shop.at).captured
        == capture_hold(first.id, None, shop.at).captured
        == 300
    )
    void_hold(second.id, shop.at)
    void_hold(second.id, shop.at)
    assert refused(lambda: capture_hold(first.id, 100, shop.at)) == "hold_captured"
    assert refused(lambda: void_hold(first.id, shop.at)) == "hold_captured"
    assert refused(lambda: capture_hold(second.id, None, shop.at)) == "hold_voided"
    assert (available(shop), shop.balance("Anna")) == (700, 700)


def test_a_hold_ends_by_itself_after_seven_days(shop):
    old = hold(shop, 1_000)
    shop.later(days=7, seconds=-1)
    assert available(shop) == 0
    shop.later(seconds=1)
    assert available(shop) == 1_000
    assert refused(lambda: capture_hold(old.id, None, shop.at)) == "hold_ended"
    void_hold(old.id, shop.at)
    assert available(shop) == 1_000


def test_what_was_set_aside_at_an_instant_is_told_later_too(shop):
    before, waiting = shop.at - timedelta(seconds=1), hold(shop, 700)
    shop.later(days=1)
    capture_hold(waiting.id, 400, shop.at)
    account = load_profile("Anna").account
    then = [shop.at - timedelta(days=1), shop.at - timedelta(seconds=1), shop.at]
    assert [(credit_at(account, at)[0], held_at(account, at)) for at in then] == [
        (300, 700),
        (300, 700),
        (600, 0),
    ]
    assert (credit_at(account, before)[0], held_at(account, before)) == (0, 0)


def test_the_same_key_finds_the_same_hold_and_no_other_request(shop):
    assert hold(shop, 400, key="k").id == hold(shop, 400, key="k").id
    assert available(shop) == 600
    assert refused(lambda: hold(shop, 401, key="k")) == "idempotency_conflict"


def test_credit_comes_back_when_the_order_it_paid_is_cancelled(shop):
    capture_hold(hold(shop, 600).id, None, shop.at)
    shop.order("cart", customer={"id": "Anna"}, credit_used=600)
    assert shop.balance("Anna") == 400
    shop.order("cart", customer={"id": "Anna"}, credit_used=600, status="cancelled")
    shop.order("cart", customer={"id": "Anna"}, credit_used=600, status="cancelled")
    assert (shop.balance("Anna"), available(shop)) == (1_000, 1_000)


def test_credit_comes_back_when_all_the_money_is_refunded_and_not_before(shop):
    capture_hold(hold(shop, 600).id, None, shop.at)
    refund = {"id": "r1", "amount": 4_400}
    shop.order(
        "cart",
        5_000,
        customer={"id": "Anna"},
        credit_used=600,
        refunds=[{**refund, "amount": 4_399}],
    )
    assert shop.balance("Anna") == 400
    shop.later(minutes=1)
    shop.order("cart", 5_000, customer={"id": "Anna"}, credit_used=600, refunds=[refund])
    assert shop.balance("Anna") == 1_000


@pytest.mark.parametrize("whole", [{"amount": 600}, {"amount": 0, "items_amount": 600}])
def test_credit_that_paid_alone_comes_back_when_all_of_it_is_refunded(shop, whole):
    capture_hold(hold(shop, 600).id, None, shop.at)
    for refund, balance in (({"amount": 599}, 400), (whole, 1_000)):
        shop.order(
            "cart", 600, customer={"id": "Anna"}, credit_used=600, refunds=[{"id": "r1", **refund}]
        )
        shop.later(minutes=1)
        assert shop.balance("Anna") == balance


def test_credit_cannot_pay_an_order_that_is_undone(shop):
    waiting, refund = hold(shop, 500), {"id": "r1", "amount": 10_000}
    shop.order("cart", customer={"id": "Anna"}, refunds=[refund])
    assert refused(lambda: capture_hold(waiting.id, None, shop.at)) == "order_undone"
    assert refused(lambda: hold(shop, 100)) == "order_undone"


def test_a_cancelled_order_frees_what_is_held_for_it_at_once(shop):
    first, second, other = hold(shop, 300), hold(shop, 200), hold(shop, 100, "another")
    shop.order("cart", customer={"id": "Anna"}, status="cancelled")
    assert (available(shop), shop.balance("Anna")) == (900, 1_000)
    for name in (first.id, second.id):
        assert refused(lambda name=name: capture_hold(name, None, shop.at)) == "hold_voided"
        void_hold(name, shop.at)
    assert capture_hold(other.id, None, shop.at).captured == 100
    assert refused(lambda: hold(shop, 100)) == "order_undone"


def test_every_hold_on_an_order_that_it_may_have_is_freed_with_it(shop):
    shop.publish(credit={"system": "levels", "levels": [{"percent": "10"}] * 40}, friend=OPEN)
    payers = [shop.member(f"Payer{number}") and f"Payer{number}" for number in range(5)]
    for name in payers:
        adjust(Adjustment(name, 1_000), StaffAction("ak_012345", "adjustment", shop.at, "x"))
    for number in range(20):
        hold_credit(Checkout(payers[number % 5], "cart", 10), shop.at)
    assert refused(lambda: hold(shop, 10)) == "too_many_payers"
    chain(shop, 40)
    refs = [f"stripe:pi_{number}" for number in range(15)]
    facts = {"customer": {"id": "M40"}, "refs": refs}
    shop.order("cart", **facts)
    assert len(shop.rewards("cart")) == 40
    shop.order("cart", **facts, status="cancelled")
    assert shop.rewards("cart") == {}
    assert {credit_at(load_profile(name).account, shop.at)[0] for name in payers} == {1_000}


def test_a_program_may_let_credit_pay_only_a_part(shop):
    shop.publish(**PLAIN, wallet={"max_percent_of_order": "50"})
    shop.order("cart", 1_000, customer={"id": "Anna"}, **SPEND)
    assert refused(lambda: hold(shop, 501)) == "above_order_share"
    assert hold(shop, 500).amount == 500


def test_two_holds_together_pay_no_more_than_their_share_of_the_order(shop):
    shop.publish(**PLAIN, wallet={"max_percent_of_order": "50"})
    shop.order("cart", 1_000, customer={"id": "Anna"}, **SPEND)
    first, second = hold(shop, 300), hold(shop, 200)
    with pytest.raises(HoldRefused) as caught:
        hold(shop, 1)
    assert (caught.value.code, caught.value.more) == ("above_order_share", {"most": 0})
    capture_hold(first.id, None, shop.at)
    assert refused(lambda: hold(shop, 1)) == "above_order_share"
    void_hold(second.id, shop.at)
    assert hold(shop, 200).amount == 200


def test_a_hold_before_its_order_is_bounded_by_what_the_checkout_tells(shop):
    shop.publish(**PLAIN, wallet={"max_percent_of_order": "20"})
    assert refused(lambda: hold(shop, 1)) == "order_unknown"
    assert refused(lambda: hold(shop, 601, items_total=3_000)) == "above_order_share"
    first = hold(shop, 400, items_total=3_000)
    assert refused(lambda: hold(shop, 201, items_total=3_000)) == "above_order_share"
    assert hold(shop, 200, items_total=3_000).amount == 200
    assert capture_hold(first.id, None, shop.at).captured == 400


def test_an_order_in_another_currency_bounds_credit_by_its_rate(shop):
    shop.publish(**PLAIN, wallet={"max_percent_of_order": "50"})
    yen = {"currency": "JPY", "customer": {"id": "Anna"}, **SPEND}
    shop.order("cart", 1_000, **yen)
    assert refused(lambda: hold(shop, 1)) == "order_unknown"
    shop.order("cart", 1_000, **yen, fx_rate="0.0061")
    assert refused(lambda: hold(shop, 306)) == "above_order_share"
    assert hold(shop, 305).amount == 305


def test_a_refund_after_the_credit_was_spent_leaves_a_debt_that_the_next_reward_pays(shop):
    capture_hold(hold(shop, 900).id, None, shop.at)
    shop.order("sale", customer={"id": "Ines"}, refunds=[{"id": "r", "amount": 2_500}])
    assert (shop.balance("Anna"), available(shop)) == (-150, -150)
    with pytest.raises(HoldRefused) as caught:
        hold(shop, 1)
    assert (caught.value.code, caught.value.more) == ("insufficient_credit", {"available": -150})
    shop.order("next", 2_000, customer={"id": "Ines"})
    assert available(shop) == 50


def test_what_still_matures_cannot_be_spent(shop):
    shop.publish(**PLAIN, hold_days=14)
    shop.order("later", customer={"id": "Ines"})
    assert refused(lambda: hold(shop, 1_001)) == "insufficient_credit"
    shop.later(days=15)
    assert hold(shop, 2_000).amount == 2_000


def test_credit_returns_to_the_dates_it_came_from(shop):
    shop.publish(**PLAIN, hold_days=14)
    shop.order("later", 5_000, customer={"id": "Ines"}, completed_at=shop.now())
    shop.later(days=20)
    capture_hold(hold(shop, 1_200).id, None, shop.at)
    shop.order("cart", customer={"id": "Anna"}, credit_used=1_200, status="cancelled")
    entries = list(all_entries("Anna", "EUR"))
    assert [entry.amount for entry in entries if entry.kind == "return"] == [1_200]
    first, second = (shop.at - timedelta(days=20)), (shop.at - timedelta(days=5)).replace(hour=0)
    assert lots_of(entries).left == {first: 1_000, second: 500}


def refunded(shop: Shop, *refunds: dict, **facts) -> int:
    """Anna's balance after an order of 50.00 that she paid with 6.00 of credit was told."""
    shop.later(minutes=1)
    cart = {"customer": {"id": "Anna"}, "credit_used": 600, "refunds": list(refunds)}
    shop.order("cart", 5_000, **cart | facts)
    return shop.balance("Anna")


def refund(name: str, amount: int, credit: int | None, status: str = "succeeded") -> dict:
    return {"id": name, "amount": amount, "credit": credit, "status": status}


def test_a_refund_gives_the_credit_back_that_it_names_and_never_more_than_was_captured(shop):
    capture_hold(hold(shop, 600).id, None, shop.at)
    first, second = refund("r1", 100, 200), refund("r2", 100, 500)
    assert refunded(shop, first) == 600
    assert refunded(shop, first) == 600
    assert refunded(shop, first, second) == 1_000
    assert refunded(shop, first, refund("r2", 100, 500, "failed")) == 600
    assert refunded(shop, refund("r1", 4_400, None), second) == 1_000
    assert refunded(shop, refund("r1", 4_400, None, "failed"), second) == 900
    kinds = [(entry.kind, entry.amount) for entry in all_entries("Anna", "EUR") if entry.amount]
    assert kinds[1:] == [
        ("capture", -600),
        ("return", 200),
        ("return", 400),
        ("return", -400),
        ("return", 400),
        ("return", -100),
    ]


def test_credit_that_was_given_back_and_spent_since_is_taken_again_into_a_debt(shop):
    capture_hold(hold(shop, 600).id, None, shop.at)
    whole = refund("r1", 4_400, None)
    assert refunded(shop, whole) == 1_000
    capture_hold(hold(shop, 1_000, "another").id, None, shop.at)
    assert refunded(shop, whole | {"status": "failed"}) == -600


def test_a_cancellation_that_a_payment_lifts_takes_the_credit_again(shop):
    capture_hold(hold(shop, 600).id, None, shop.at)
    assert refunded(shop, status="cancelled") == 1_000
    assert refunded(shop) == 400


def test_credit_captured_after_its_refund_was_told_comes_back_with_the_capture(shop):
    waiting = hold(shop, 600)
    assert refunded(shop, refund("r1", 100, 200)) == 1_000
    capture_hold(waiting.id, None, shop.at)
    assert shop.balance("Anna") == 600


def test_whoever_paid_first_gets_the_credit_back_first(shop):
    shop.member("Bert")
    adjust(Adjustment("Bert", 500), StaffAction("ak_012345", "adjustment", shop.at, "x"))
    capture_hold(hold(shop, 600).id, None, shop.at)
    capture_hold(hold_credit(Checkout("Bert", "cart", 400), shop.at).id, None, shop.at)
    assert (refunded(shop, refund("r1", 100, 700)), shop.balance("Bert")) == (1_000, 200)
    assert (refunded(shop, refund("r1", 100, 650)), shop.balance("Bert")) == (1_000, 150)
    assert (refunded(shop, refund("r1", 100, 50)), shop.balance("Bert")) == (450, 100)


def test_an_order_in_another_currency_gives_credit_back_by_its_rate(shop):
    capture_hold(hold(shop, 600).id, None, shop.at)
    given = refund("r1", 100, 500)
    assert refunded(shop, given, currency="JPY") == 400
    assert refunded(shop, given, currency="JPY", fx_rate="0.0061") == 400 + 305


def test_two_checkouts_at_once_never_overspend(shop):
    def spend(number: int) -> int:
        try:
            return capture_hold(hold(shop, 300, f"cart-{number}").id, None, shop.at).captured
        except HoldRefused as refusal:
            assert refusal.code == "insufficient_credit"
            return 0

    with ThreadPoolExecutor(8) as pool:
        spent = list(pool.map(spend, range(8)))
    assert sum(spent) == 900
    assert shop.balance("Anna") == 100


def test_a_capture_and_a_cancellation_at_once_end_with_the_credit_returned(shop):
    for number in range(6):
        order = f"cart-{number}"
        shop.order(order, customer={"id": "Anna"}, credit_used=100, **SPEND)
        waiting = hold(shop, 100, order)
        with ThreadPoolExecutor(2) as pool:
            cancelled = pool.submit(
                shop.order, order, customer={"id": "Anna"}, credit_used=100, status="cancelled"
            )
            captured = pool.submit(_try_capture, waiting.id, shop.at)
            cancelled.result(), captured.result()
    shop.later(days=8)
    assert (shop.balance("Anna"), available(shop)) == (1_000, 1_000)


def _try_capture(hold_id, at):
    try:
        capture_hold(hold_id, None, at)
    except HoldRefused as refusal:
        assert refusal.code in ("order_undone", "hold_voided")
