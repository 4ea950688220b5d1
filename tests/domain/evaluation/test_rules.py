"""Each rule of an order's evaluation by hand, on both sides of its edge; the numbers fail where the rule is switched off."""

import pytest

from tests.support.programs_and_histories import (
    again,
    day,
    levels,
    member,
    order,
    play,
    program,
    refund,
    refusals,
    rewards,
    tree,
)


def blocked(name: str, at: float) -> dict:
    return {"type": "blocked", "member": name, "at": day(at)}


def test_nobody_earns_before_the_earning_moment() -> None:
    paid = order("1", "B", 10_000, 2, status="paid", completed_at=None)
    assert play(program(), *tree(), paid)["rewards"] == []
    assert rewards(play(program(earn_on="paid"), *tree(), paid)) == {("1", "A", 1): 1_000}


@pytest.mark.parametrize(
    ("base", "reward"), [("items_net", 700), ("items_list", 1_000), ("paid_total", 1_100)]
)
def test_base(base: str, reward: int) -> None:
    sold = order(
        "1",
        "B",
        10_000,
        2,
        discount_total=2_000,
        tax_total=2_000,
        shipping_total=1_000,
        credit_used=1_000,
    )
    assert rewards(play(program(base=base), *tree(), sold)) == {("1", "A", 1): reward}


def test_credit_may_count_as_paid() -> None:
    sold = order("1", "B", 10_000, 2, credit_used=1_000)
    assert rewards(play(program(wallet={"credit_reduces_base": False}), *tree(), sold)) == {
        ("1", "A", 1): 1_000
    }


@pytest.mark.parametrize(
    ("percent", "items", "reward"),
    [("10", 5, 1), ("10", 4, 0), ("12.5", 100, 13), ("0.0001", 500_000, 1), ("3.33", 2935, 98)],
)
def test_half_a_minor_unit_rounds_up(percent: str, items: int, reward: int) -> None:
    assert (
        play(program(levels(percent)), *tree(), order("1", "B", items, 2))["members"]["A"][
            "balance"
        ]
        == reward
    )


def test_a_blocked_advocate_keeps_the_level() -> None:
    edges = tree(("A", None), ("B", "A"), ("C", "B"))
    result = play(program(levels("10", "5")), *edges, blocked("B", 1), order("1", "C", 10_000, 2))
    assert rewards(result) == {("1", "A", 2): 500}
    assert refusals(result) == {("1", "B", "blocked")}
    assert result["members"]["B"]["volume"] == 0


def test_recursive_goes_on_from_the_blocked_amount() -> None:
    edges = tree(("A", None), ("B", "A"), ("C", "B"))
    terms = program({"system": "recursive", "percent": "10"})
    assert rewards(play(terms, *edges, blocked("B", 1), order("1", "C", 10_000, 2))) == {
        ("1", "A", 2): 100
    }


def test_a_block_moves_no_past_order() -> None:
    sold = order("1", "B", 10_000, 2)
    result = play(
        program(),
        *tree(),
        sold,
        blocked("A", 3),
        again(sold, 4),
        again(sold, 5, refunds=[refund(2_500)]),
    )
    assert (
        result["members"]["A"] | {"earned": 1_000, "clawed_back": 250, "balance": 750}
        == result["members"]["A"]
    )


def test_what_a_block_forfeited_lowers_due_for_good() -> None:
    sold = order("1", "B", 10_000, 2)
    unblocked = {"type": "unblocked", "member": "A", "at": day(4)}
    events = [
        *tree(),
        sold,
        blocked("A", 3),
        unblocked,
        again(sold, 5, refunds=[refund(5_000)]),
        again(sold, 6, items_total=12_000),
    ]
    result = play(program(hold_days=14), *events)
    assert result["members"]["A"] | {"forfeited": 1_000, "clawed_back": 0} == result["members"]["A"]
    assert result["rewards"] == []
    assert rewards(play(program(hold_days=14), *events, order("2", "B", 10_000, 7))) == {
        ("2", "A", 1): 1_000
    }


def test_a_blocked_buyer_earns_neither_reward() -> None:
    terms = program(levels("10", customer="5"), friend={"bonus": {"fixed": 300}})
    result = play(terms, *tree(), blocked("B", 1), order("1", "B", 10_000, 2))
    assert rewards(result) == {("1", "A", 1): 1_000}


def test_a_blocked_advocate_does_not_cost_the_friend_the_bonus() -> None:
    result = play(
        program(friend={"bonus": {"fixed": 300}}),
        *tree(),
        blocked("A", 1),
        order("1", "B", 10_000, 2),
    )
    assert rewards(result) == {("1", "B", 0): 300}


def test_who_shares_an_email_is_the_same_person() -> None:
    people = [member("A", email="Ann@Example.com "), member("B", "A", email="ann@example.com")]
    assert refusals(play(program(), *people, order("1", "B", 10_000, 2))) == {
        ("1", "A", "self_referral")
    }


def test_every_spelling_of_an_email_is_one_and_the_orders_own_counts_too() -> None:
    people = [
        member("A", email="A.nn+shop@googlemail.com"),
        member("B", "A"),
        member("C", "A", email="carl@example.com"),
    ]
    for buyer in "BC":
        bought = again(
            order("1", buyer, 10_000, 2), 2, customer={"id": buyer, "email": "ann@gmail.com"}
        )
        assert refusals(play(program(), *people, bought)) == {("1", "A", "self_referral")}


def test_a_guest_known_by_an_email_is_the_member_who_comes_with_it() -> None:
    guest = again(
        order("1", None, 10_000, 2), 2, customer={"email": "bea@example.com"}, code="ann-1 "
    )
    later = again(order("2", None, 5_000, 5), 5, customer={"id": "B", "email": "Bea@example.com"})
    for named in ([], [member("B", email="bea@example.com", at=4)]):
        result = play(
            program(levels("10", customer="5")), member("A", code="Ann-1"), guest, *named, later
        )
        assert rewards(result) == {
            ("1", "A", 1): 1_000,
            ("1", "B", 0): 500,
            ("2", "A", 1): 500,
            ("2", "B", 0): 250,
        }
        assert {name: row["balance"] for name, row in result["members"].items()} == {
            "A": 1_500,
            "B": 750,
        }


def test_a_code_of_ones_own_is_no_recommendation() -> None:
    result = play(program(), member("A", code="ANN-1"), order("1", "A", 10_000, 2, code="ANN-1"))
    assert refusals(result) == {("1", "A", "self_referral")}


def test_a_blocked_members_code_counts_for_nobody() -> None:
    for buyer in "AB":
        result = play(
            program(),
            member("A", code="ANN-1"),
            blocked("A", 1),
            order("1", buyer, 10_000, 2, code="ANN-1"),
        )
        assert refusals(result) == {("1", None, "no_referral")}


def test_a_code_on_the_order_binds_the_friend() -> None:
    result = play(
        program(),
        member("A", code="ANN-1"),
        order("1", "B", 10_000, 2, code="ANN-1"),
        order("2", "B", 5_000, 3),
    )
    assert rewards(result) == {("1", "A", 1): 1_000, ("2", "A", 1): 500}


def test_the_order_that_binds_a_guest_does_not_make_them_an_old_customer() -> None:
    terms = program(rules={"total_days": 10})
    first = order("1", "B", 10_000, 2, code="ANN-1", placed_at=day(1))
    result = play(
        terms,
        member("A", code="ANN-1"),
        first,
        order("2", "B", 5_000, 11),
        order("3", "B", 5_000, 11.5),
    )
    assert rewards(result) == {("1", "A", 1): 1_000, ("2", "A", 1): 500}
    assert refusals(result) == {("3", "A", "after_total_days")}


def test_an_order_told_first_without_its_code_or_buyer_is_rewarded_when_they_come() -> None:
    terms, bare = program(levels("10", customer="5")), order("1", None, 10_000, 2)
    for first in (bare, again(bare, 2, customer={"id": "B"})):
        result = play(
            terms,
            member("A", code="ANN-1"),
            first,
            again(bare, 3, customer={"id": "B"}, code="ANN-1"),
        )
        assert rewards(result) == {("1", "A", 1): 1_000, ("1", "B", 0): 500}
        assert (refusals(result), result["members"]["A"]["volume"]) == (set(), 10_000)


def test_an_edge_made_later_moves_no_past_order() -> None:
    sold = order("1", "B", 10_000, 2)
    told_again = again(sold, 4), again(sold, 4, customer={"id": "B", "email": "bea@example.com"})
    for later in told_again:
        assert rewards(play(program(), member("A"), sold, member("B", "A", at=3), later)) == {}


def test_a_customer_of_before_is_not_new() -> None:
    events = [
        member("A"),
        order("1", "B", 8_000, 1),
        member("B", "A", 2),
        order("2", "B", 10_000, 3),
    ]
    assert refusals(play(program(), *events)) >= {("2", "A", "existing_customer")}
    assert rewards(play(program(friend={"new_customers_only": False}), *events)) == {
        ("2", "A", 1): 1_000
    }


def test_the_first_order_itself_makes_nobody_an_old_customer() -> None:
    early = order("1", "B", 8_000, 1)
    assert rewards(play(program(), *tree(), early, again(early, 2))) == {("1", "A", 1): 800}


@pytest.mark.parametrize(("at", "expected"), [(37, {("1", "A", 1): 1_000}), (37.001, {})])
def test_total_days_include_their_end(at: float, expected: dict) -> None:
    friends = [member("A"), member("B", "A", 7)]
    result = play(program(rules={"total_days": 30}), *friends, order("1", "B", 10_000, at))
    assert rewards(result) == expected
    assert expected or refusals(result) == {("1", "A", "after_total_days")}


def test_a_completion_told_late_counts_when_it_happened() -> None:
    """The first telling knows no time and means its own; the second tells the earlier one: either order of arrival ends the same."""
    friends = [member("A"), member("B", "A", 0)]
    vague = again(order("1", "B", 10_000, 20), 40, completed_at=None, paid_at=None)
    exact = again(order("1", "B", 10_000, 20), 41)
    terms = program(rules={"total_days": 30})
    assert (
        rewards(play(terms, *friends, vague, exact))
        == rewards(play(terms, *friends, exact, vague))
        == {("1", "A", 1): 1_000}
    )


@pytest.mark.parametrize(("items", "expected"), [(5_000, {("1", "A", 1): 500}), (4_999, {})])
def test_payment_minimum_is_inclusive(items: int, expected: dict) -> None:
    result = play(program(rules={"payment_minimum": 5_000}), *tree(), order("1", "B", items, 2))
    assert rewards(result) == expected


def test_a_refund_below_the_minimum_takes_all_back() -> None:
    sold = order("1", "B", 6_000, 2)
    result = play(
        program(rules={"payment_minimum": 5_000}),
        *tree(),
        sold,
        again(sold, 3, refunds=[refund(1_001)]),
    )
    assert (rewards(result), refusals(result)) == ({}, {("1", "A", "below_payment_minimum")})


def test_total_payments_count_what_keeps_something() -> None:
    first = order("1", "B", 10_000, 1)
    events = [*tree(), first, order("2", "B", 10_000, 2), again(first, 3, refunds=[refund(10_000)])]
    late = [
        again(order("2", "B", 10_000, 2), 4),
        order("3", "B", 7_000, 5),
        order("4", "B", 7_000, 6),
    ]
    result = play(program(rules={"total_payments": 1}), *events, *late)
    assert rewards(result) == {("3", "A", 1): 700}
    assert refusals(result) >= {
        ("2", "A", "after_total_payments"),
        ("4", "A", "after_total_payments"),
    }


@pytest.mark.parametrize(
    ("rules", "items", "reward"),
    [
        ({"max_bonus": 10_000}, 200_000, 10_000),
        ({"min_bonus": 1_000}, 5_000, 1_000),
        ({"min_bonus": 1_000}, 600, 600),
        ({"min_bonus": 1_000, "max_bonus": 700}, 5_000, 700),
    ],
)
def test_bounds(rules: dict, items: int, reward: int) -> None:
    assert rewards(play(program(rules=rules), *tree(), order("1", "B", items, 2))) == {
        ("1", "A", 1): reward
    }


def test_bounds_leave_the_buyers_rewards_alone() -> None:
    terms = program(
        levels("10", customer="1"),
        rules={"min_bonus": 500, "max_bonus": 600},
        friend={"bonus": {"percent": "20"}},
    )
    result = play(terms, *tree(), order("1", "B", 10_000, 2))
    assert rewards(result) == {("1", "A", 1): 600, ("1", "B", 0): 100 + 2_000}


def test_the_limit_of_an_advocate() -> None:
    orders = [order(str(number), "B", 10_000, number) for number in range(1, 13)]
    terms = program(levels("50"), rules={"max_per_advocate": {"amount": 50_000}})
    result = play(terms, *tree(), *orders[:11])
    assert result["members"]["A"]["earned"] == 50_000
    assert refusals(result) == {("11", "A", "advocate_limit_reached")}
    freed = play(
        terms,
        *tree(),
        *orders[:11],
        again(orders[0], 20, refunds=[refund(10_000)]),
        again(orders[10], 21),
        again(orders[11], 22),
    )
    assert ("11", "A", 1) not in rewards(freed)
    assert rewards(freed)[("12", "A", 1)] == 5_000


def test_the_limit_counts_inside_its_dates_only() -> None:
    limit = {"amount": 6_000, "from": day(10), "until": day(20)}
    orders = [
        order("1", "B", 10_000, 9.9),
        order("2", "B", 10_000, 10),
        order("3", "B", 10_000, 19),
        order("4", "B", 10_000, 20),
    ]
    result = rewards(
        play(program(levels("50"), rules={"max_per_advocate": limit}), *tree(), *orders)
    )
    assert [result[(str(number), "A", 1)] for number in range(1, 5)] == [5_000, 5_000, 1_000, 5_000]


def test_forfeited_rewards_leave_the_limit_free() -> None:
    unblocked = {"type": "unblocked", "member": "A", "at": day(4)}
    terms = program(levels("50"), hold_days=14, rules={"max_per_advocate": {"amount": 5_000}})
    result = play(
        terms,
        *tree(),
        order("1", "B", 10_000, 2),
        blocked("A", 3),
        unblocked,
        order("2", "B", 10_000, 5),
    )
    assert rewards(result) == {("2", "A", 1): 5_000}


def test_a_group_by_hand_beats_volume_until_it_is_taken_back() -> None:
    groups = [
        {"id": "silver", "name": "Silver", "min_volume": 10_000, "levels": [{"percent": "20"}]},
        {"id": "staff", "name": "Staff", "assigned": True, "levels": [{"fixed": 500}]},
    ]
    put = {"type": "group_assigned", "member": "A", "group": "staff", "at": day(2)}
    orders = [
        order("1", "B", 10_000, 1),
        put,
        order("2", "B", 10_000, 3),
        {**put, "group": None, "at": day(4)},
        order("3", "B", 10_000, 5),
    ]
    result = rewards(play(program(groups=groups), *tree(), *orders))
    assert [result[(str(number), "A", 1)] for number in (1, 2, 3)] == [1_000, 500, 2_000]


def test_a_fixed_reward_is_whole_while_anything_is_kept() -> None:
    sold = order("1", "B", 10_000, 2)
    terms = program({"system": "levels", "levels": [{"fixed": 500}]})
    assert rewards(play(terms, *tree(), sold, again(sold, 3, refunds=[refund(9_999)]))) == {
        ("1", "A", 1): 500
    }
    assert rewards(play(terms, *tree(), sold, again(sold, 3, refunds=[refund(10_000)]))) == {}


def test_another_currency_needs_its_rate() -> None:
    sold = order("1", "B", 10_000, 2, currency="JPY")
    parked = play(program(), *tree(), sold)
    assert (parked["rewards"], parked["skipped"]) == ([], {"no_exchange_rate": 1})
    for rate in ("0.0061", "0.006099999999999999999999999999"):
        assert rewards(play(program(), *tree(), sold, again(sold, 3, fx_rate=rate))) == {
            ("1", "A", 1): 610
        }


def test_test_orders_are_counted_and_skipped() -> None:
    result = play(program(), *tree(), order("1", "B", 10_000, 2, test=True))
    assert (result["totals"]["orders"], result["skipped"]) == (1, {"test_order": 1})


def test_refused_edges_are_counted() -> None:
    events = [member("A", "A"), *tree(), member("A", "B", 1), member("C"), member("B", "C", 2)]
    assert play(program(), *events)["skipped"] == {
        "circle": 1,
        "edge_to_oneself": 1,
        "second_advocate": 1,
    }


def test_an_advocate_whose_own_line_is_missing_or_comes_later_is_a_member_all_the_same() -> None:
    edge, sold = member("I", "F", 1), order("1", "I", 10_000, 2)
    for own in ([], [member("F", "C", 3)]):
        result = play(program(), edge, sold, *own, again(sold, 4, items_total=20_000))
        assert (rewards(result), result["skipped"]) == ({("1", "F", 1): 2_000}, {})


def test_spent_credit_comes_back_with_the_order() -> None:
    bought = order("2", "A", 1_000, 3, credit_used=800)
    spent = {"type": "redeemed", "member": "A", "amount": 800, "order": "2", "at": day(4)}
    events = [*tree(), order("1", "B", 10_000, 2), bought, spent]
    assert play(program(), *events)["members"]["A"]["balance"] == 200
    result = play(program(), *events, again(bought, 5, status="cancelled"))
    assert (
        result["members"]["A"] | {"redeemed": 800, "returned": 800, "balance": 1_000}
        == result["members"]["A"]
    )


def test_nobody_spends_more_than_is_available() -> None:
    spent = {"type": "redeemed", "member": "A", "amount": 800, "order": "2", "at": day(4)}
    result = play(program(hold_days=14), *tree(), order("1", "B", 10_000, 2), spent)
    assert (result["members"]["A"]["redeemed"], result["skipped"]) == (
        0,
        {"insufficient_credit": 1},
    )


def test_months_follow_the_programs_zone_and_add_up() -> None:
    sold = order("1", "B", 10_000, 30.99)
    result = play(
        program(time_zone="Europe/Berlin"), *tree(), sold, again(sold, 60, refunds=[refund(5_000)])
    )
    assert [row["month"] for row in result["by_month"]] == ["2026-02", "2026-03"]
    assert {
        name: sum(row[name] for row in result["by_month"]) for name in result["totals"]
    } == result["totals"]
    assert result["totals"] == {"orders": 1, "kept": 5_000, "rewards": 500, "refusals": 0}


def test_a_sale_with_a_code_and_no_buyer_rewards_the_advocate() -> None:
    advocate = member("A", code="ANNA-7K2Q")
    sales = [order(name, None, 10_000, at, code="anna-7k2q") for name, at in (("1", 2), ("2", 3))]
    result = play(program(), advocate, *sales, again(sales[0], 4, refunds=[refund(5_000)]))
    assert rewards(result) == {("1", "A", 1): 500, ("2", "A", 1): 1_000}
    nobody = play(program(), advocate, order("3", None, 10_000, 2, code="SUMMER"))
    assert refusals(nobody) == {("3", None, "no_referral")}


def test_a_history_knows_captures_and_where_rates_lead() -> None:
    sold = order("1", "B", 10_000, 2, captured_total=6_000)
    assert rewards(play(program(), *tree(), sold)) == {("1", "A", 1): 600}
    told = {"currency": "USD", "fx_rate": "0.9"}
    foreign = order("2", "B", 10_000, 2, **told, fx_currency="EUR")
    assert rewards(play(program(), *tree(), foreign)) == {("2", "A", 1): 900}
    elsewhere = play(program(), *tree(), order("3", "B", 10_000, 2, **told, fx_currency="GBP"))
    assert elsewhere["skipped"] == {"no_exchange_rate": 1}
