"""A friend's bonus that is given once: on the first order that no rule refuses."""

import pytest

from shared.domain.document import InvalidDocument
from tests.support.programs_and_histories import (
    again,
    day,
    member,
    order,
    play,
    program,
    refund,
    rewards,
    tree,
)

ONCE = {"bonus": {"fixed": 500, "once": True}, "new_customers_only": False}


def bonuses(result: dict) -> dict[str, int]:
    return {number: amount for (number, _, level), amount in rewards(result).items() if level == 0}


def test_the_first_order_has_it_and_no_later_one() -> None:
    orders = [order(str(number), "B", 10_000, number) for number in range(1, 4)]
    result = play(program(friend=ONCE), *tree(), *orders)
    assert bonuses(result) == {"1": 500}
    assert result["members"]["A"]["earned"] == 3_000


def test_a_percent_may_be_given_once() -> None:
    terms = program(friend=ONCE | {"bonus": {"percent": "5", "once": True}})
    orders = [order("1", "B", 10_000, 1), order("2", "B", 90_000, 2)]
    assert bonuses(play(terms, *tree(), *orders)) == {"1": 500}


@pytest.mark.parametrize("once", [False, None])
def test_without_the_word_every_order_has_it(once: bool | None) -> None:
    terms = program(friend=ONCE | {"bonus": {"fixed": 500, "once": once}})
    orders = [order("1", "B", 10_000, 1), order("2", "B", 10_000, 2)]
    assert bonuses(play(terms, *tree(), *orders)) == {"1": 500, "2": 500}


def test_an_order_that_a_rule_refuses_is_not_the_first() -> None:
    terms = program(friend=ONCE, rules={"payment_minimum": 5_000})
    orders = [order("1", "B", 4_999, 1), order("2", "B", 5_000, 2), order("3", "B", 5_000, 3)]
    assert bonuses(play(terms, *tree(), *orders)) == {"2": 500}


def test_a_blocked_advocate_does_not_cost_the_friend_the_bonus() -> None:
    blocked = {"type": "blocked", "member": "A", "at": day(0.5)}
    orders = [order("1", "B", 10_000, 1), order("2", "B", 10_000, 2)]
    assert bonuses(play(program(friend=ONCE), *tree(), blocked, *orders)) == {"1": 500}


def test_an_order_that_was_given_back_whole_frees_it_for_a_later_one() -> None:
    first = order("1", "B", 10_000, 1)
    back = again(first, 2, refunds=[refund(10_000)])
    late = [order("2", "B", 10_000, 3), order("3", "B", 10_000, 4)]
    assert bonuses(play(program(friend=ONCE), *tree(), first, back, *late)) == {"2": 500}


def test_telling_the_first_order_again_changes_nothing() -> None:
    first, second = order("1", "B", 10_000, 1), order("2", "B", 10_000, 2)
    told = [first, second, again(first, 3), again(second, 4)]
    assert bonuses(play(program(friend=ONCE), *tree(), *told)) == {"1": 500}


def test_each_friend_has_their_own_first() -> None:
    people = [*tree(), member("C", "A")]
    orders = [order("1", "B", 10_000, 1), order("2", "C", 10_000, 2)]
    assert bonuses(play(program(friend=ONCE), *people, *orders)) == {"1": 500, "2": 500}


def test_orders_before_anybody_recommended_them_do_not_count() -> None:
    orders = [order("0", "B", 10_000, 0.1), order("1", "B", 10_000, 2)]
    people = [member("A"), orders[0], member("B", "A", 1), orders[1]]
    assert bonuses(play(program(friend=ONCE), *people)) == {"1": 500}


@pytest.mark.parametrize(
    "bonus", [{"once": True}, {"fixed": 5, "once": "yes"}, {"fixed": 5, "percent": "5"}]
)
def test_what_is_no_bonus_is_refused(bonus: dict) -> None:
    with pytest.raises(InvalidDocument):
        program(friend={"bonus": bonus})
