"""Staff names the advocate of an old order: what it then earns, what it changes, and what is refused."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.document import InvalidDocument
from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.members import referrals
from shared.members.blocking import block_member
from shared.members.order_advocates import Naming, name_advocate, preview_advocate
from shared.members.profile import load_profile
from shared.members.referrals import LoginPair
from shared.orders.evaluate import find_order
from shared.problem import Conflict, NotFound
from shared.store.programs.audit_log import list_audit_lines
from shared.store.reconciliation import verify
from tests.support.shop import PLAIN, Shop

LEVELS = {"credit": {"system": "levels", "levels": [{"percent": "10"}, {"percent": "5"}]}}
GROUPS = {
    "credit": {"system": "levels", "levels": []},
    "groups": [
        {"id": "silver", "name": "Silver", "min_volume": 15_000, "levels": [{"percent": "20"}]}
    ],
}


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN)
    for name in ("Ben", "Clara", "Emma"):
        shop.member(name)
    yield shop
    assert verify()["differences"] == []


def action(shop, kind="advocate_named"):
    return StaffAction("ak_012345", kind, shop.at, "Told by phone")


def name(shop, order="1", login="ben", later_orders=True):
    return name_advocate(Naming(order, login, later_orders), action(shop))


def order(shop, name="1", items=10_000, buyer="Emma", **facts):
    return shop.order(name, items, customer={"id": buyer}, **facts)


def refusal(make) -> str:
    with pytest.raises(Conflict) as caught:
        make()
    return caught.value.code


def lines(order="1"):
    return [line for line in list_audit_lines(50)[0] if line["subject"].get("order") == order]


class TestNaming:
    def test_the_advocate_gets_what_the_order_would_have_earned(self, shop):
        order(shop)
        assert shop.refusals("1") == ["no_referral"]
        shop.later(days=30)

        named = name(shop)

        assert (shop.rewards("1"), named.volume, shop.volume("Ben")) == (
            {"Ben": 1_000},
            10_000,
            10_000,
        )
        (winner,) = find_order("1", shop.at).context.known.evidence
        assert (winner["kind"], winner["advocate"]) == ("staff", "Ben")

    def test_later_orders_reward_the_advocate_too(self, shop):
        order(shop)
        name(shop)
        order(shop, "2")
        assert shop.rewards("2") == {"Ben": 1_000}

    def test_for_this_order_only_the_reward_stays_and_later_orders_earn_nothing(self, shop):
        order(shop)
        named = name(shop, later_orders=False)
        order(shop, "2")
        assert (shop.rewards("1"), shop.rewards("2")) == ({"Ben": 1_000}, {})
        assert (named.volume, shop.volume("Ben")) == (0, 0)

    def test_a_refund_afterwards_takes_its_share_and_a_later_telling_keeps_the_advocate(self, shop):
        order(shop)
        name(shop)
        order(shop, refunds=[{"id": "r", "amount": 2_500, "at": shop.now()}])
        assert (shop.rewards("1"), shop.balance("Ben")) == ({"Ben": 750}, 750)
        order(shop, status="cancelled")
        assert (shop.balance("Ben"), shop.volume("Ben")) == (0, 0)

    def test_the_terms_are_those_that_the_order_earned_under(self, shop):
        order(shop)
        shop.later(days=30)
        shop.publish(credit={"system": "levels", "levels": [{"percent": "1"}]})
        name(shop)
        assert shop.rewards("1") == {"Ben": 1_000}

    def test_an_order_of_nobody_gets_a_buyer_of_its_own(self, shop):
        shop.order("1")
        name(shop)
        assert shop.rewards("1") == {"Ben": 1_000}

    def test_a_buyer_who_is_told_afterwards_keeps_the_advocate(self, shop):
        shop.order("1")
        name(shop)
        order(shop)
        assert (shop.rewards("1"), load_profile("Emma").member.referral.advocate) == (
            {"Ben": 1_000},
            "Ben",
        )

    def test_an_order_that_does_not_earn_yet_rewards_its_advocate_when_it_does(self, shop):
        order(shop, status="placed")
        name(shop)
        assert shop.rewards("1") == {}
        order(shop)
        assert shop.rewards("1") == {"Ben": 1_000}

    def test_only_an_order_that_earns_can_be_named_alone(self, shop):
        order(shop, status="placed")
        with pytest.raises(InvalidDocument) as caught:
            name(shop, later_orders=False)
        assert [fault.field for fault in caught.value.faults] == ["later_orders"]
        assert find_order("1", shop.at).context.known.order.advocate is None

    def test_a_customer_of_long_ago_earns_for_the_advocate_whom_staff_names(self, shop):
        order(shop, "0", placed_at=instant_text(shop.at - timedelta(days=90)))
        order(shop)
        assert preview_advocate(Naming("1", "ben"), shop.at).known_customer
        name(shop)
        assert shop.rewards("1") == {"Ben": 1_000}

    def test_the_order_before_a_friend_came_by_code_can_be_named_too(self, shop):
        order(shop, placed_at=shop.now())
        shop.later(days=3)
        order(shop, "2", code=load_profile("Ben").member.code, placed_at=shop.now())
        assert shop.refusals("2") == ["existing_customer"]
        named = name(shop, later_orders=False)
        assert (named.later_orders, shop.rewards("1")) == (True, {"Ben": 1_000})

    def test_the_group_before_and_after_is_told(self, shop):
        shop.publish(**GROUPS)
        order(shop, items=20_000)
        before, after = preview_advocate(Naming("1", "ben"), shop.at).groups
        assert (before, after.id) == (None, "silver")
        name(shop)
        assert (shop.refusals("1"), shop.volume("Ben")) == (["no_group"], 20_000)

    def test_the_same_again_changes_nothing(self, shop):
        order(shop)
        name(shop)
        shop.later(days=1)
        again = name(shop)
        assert (again.volume, shop.balance("Ben"), len(lines())) == (0, 1_000, 1)

    def test_later_orders_are_not_bound_by_naming_the_same_again(self, shop):
        order(shop)
        assert name(shop).later_orders
        order(shop, "alone", buyer="Clara")
        assert not name(shop, "alone", later_orders=False).later_orders
        assert not name(shop, "alone").later_orders
        assert load_profile("Clara").member.referral is None

    def test_the_audit_names_order_advocate_and_reason(self, shop):
        order(shop)
        name(shop)
        (line,) = lines()
        assert (line["what"], line["after"], line["reason"]) == (
            "advocate_named",
            {"advocate": "Ben"},
            "Told by phone",
        )


def test_a_preview_writes_nothing(shop):
    order(shop)
    known = find_order("1", shop.at).context.known
    previewed = preview_advocate(Naming("1", "ben"), shop.at)
    rewards = previewed.evaluation.decision.posted.rewards
    assert [(reward.member, reward.net) for reward in rewards] == [("Ben", 1_000)]
    assert find_order("1", shop.at).context.known == known
    assert (shop.balance("Ben"), load_profile("Emma").member.referral, lines()) == (0, None, [])


class TestRefusing:
    def test_an_order_that_rewards_somebody_else(self, shop):
        order(shop, code=load_profile("Clara").member.code)
        assert refusal(lambda: name(shop)) == "order_has_advocate"
        assert shop.rewards("1") == {"Clara": 1_000}

    def test_an_order_that_has_this_advocate_by_code(self, shop):
        order(shop, code=load_profile("Ben").member.code)
        assert refusal(lambda: name(shop)) == "advocate_already"

    def test_a_buyer_who_has_another_advocate_by_now(self, shop):
        order(shop)
        pair = LoginPair("clara", "emma")
        referrals.make_referral(pair, action(shop, "referral_made"))
        assert refusal(lambda: name(shop)) == "second_advocate"

    def test_the_buyer_themselves_by_id_and_by_mailbox(self, shop):
        shop.member("Dora", email="dora@example.com")
        order(shop)
        assert refusal(lambda: name(shop, login="emma")) == "self_referral"
        shop.order("2", customer={"email": "Dora@example.com"})
        assert refusal(lambda: name(shop, "2", "dora")) == "self_referral"

    def test_a_circle(self, shop):
        pair = LoginPair("emma", "ben")
        referrals.make_referral(pair, action(shop, "referral_made"))
        order(shop)
        assert refusal(lambda: name(shop)) == "circle"

    def test_a_test_order(self, shop):
        order(shop, test=True)
        assert refusal(lambda: name(shop)) == "test_order"

    def test_an_order_without_a_rate(self, shop):
        order(shop, currency="JPY")
        assert refusal(lambda: name(shop)) == "no_exchange_rate"

    def test_a_blocked_advocate(self, shop):
        order(shop)
        block_member("Ben", action(shop, "block"))
        assert refusal(lambda: name(shop)) == "advocate_blocked"

    def test_a_login_and_an_order_that_nobody_has(self, shop):
        order(shop)
        with pytest.raises(InvalidDocument) as caught:
            name(shop, login="x")
        assert [fault.field for fault in caught.value.faults] == ["advocate_login"]
        with pytest.raises(NotFound):
            name(shop, "x")


def test_what_is_kept_no_more_earns_nothing_and_says_so(shop):
    order(shop, refunded_total=10_000)
    previewed = preview_advocate(Naming("1", "ben"), shop.at)
    refusals = previewed.evaluation.decision.outcome.refusals
    assert [(refusal.member, refusal.code) for refusal in refusals] == [("Ben", "nothing_kept")]


AMOUNTS = st.integers(1, 1_000_000)


@given(
    items=AMOUNTS, before=st.integers(0, 100), after=st.integers(0, 100), recursive=st.booleans()
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_naming_late_pays_what_the_code_in_time_would_have_paid(
    shop, items, before, after, recursive
):
    """Refunds come before and after the naming; shares are percent of the items. Clara is above Ben."""
    run = test_naming_late_pays_what_the_code_in_time_would_have_paid
    run.count = getattr(run, "count", 0) + 1
    recursion = {"credit": {"system": "recursive", "percent": "10"}}
    shop.publish(**(recursion if recursive else LEVELS), friend={"bonus": {"percent": "3"}})
    mark = f"x{run.count}"
    clara = shop.member(f"Clara{mark}")
    ben = shop.member(f"Ben{mark}", referrer_login=f"clara{mark}")
    told = [{"id": "a", "amount": items * before // 100, "at": shop.now()}]
    more = [*told, {"id": "b", "amount": items * after // 100, "at": shop.now()}]

    def rewards(kind: str, code: dict, late: bool) -> list[tuple[int, str, int]]:
        number, buyer = f"{kind}{mark}", f"{kind}buyer{mark}"
        shop.order(number, items, customer={"id": buyer}, refunds=told, **code)
        if late:
            name(shop, number, f"ben{mark}")
        stands = []
        for refunds in (told, more):
            shop.order(number, items, customer={"id": buyer}, refunds=refunds, **code)
            rows = find_order(number, shop.at).decision.posted.rewards
            stands.append(sorted((row.level, row.code, row.net) for row in rows if row.net))
        return stands

    assert rewards("late", {}, True) == rewards("code", {"code": ben.code}, False)
    assert clara.id
