"""What is kept after refunds, cancellations and disputes, and what that does to limits, by hand."""

import pytest

from tests.support.programs_and_histories import again, order, play, program, refund, rewards, tree

SOLD = order("1", "B", 10_000, 2, tax_total=2_000, shipping_total=500)


def reward_after(*later: dict) -> int:
    events = [again(SOLD, 3 + place, **facts) for place, facts in enumerate(later)]
    return rewards(play(program(), *tree(), SOLD, *events)).get(("1", "A", 1), 0)


@pytest.mark.parametrize(
    ("facts", "reward"),
    [
        ({"refunds": [refund(2_500)]}, 800),
        ({"refunds": [refund(2_500, 2_500)]}, 750),
        ({"refunds": [refund(500, 0)]}, 1_000),
        ({"refunds": [refund(2_500, 2_500), refund(2_500, name="re_2")]}, 550),
        ({"refunds": [refund(12_500, 0)]}, 0),
        (
            {
                "refunds": [
                    refund(2_500, status="pending"),
                    refund(2_500, name="re_2", status="failed"),
                ]
            },
            1_000,
        ),
        ({"refunds": [refund(2_500)], "refunded_total": 5_000}, 600),
        ({"refunds": [refund(2_500)], "refunded_total": 1_000}, 800),
        ({"refunded_total": 2_500}, 800),
        ({"disputed": True}, 0),
        ({"status": "cancelled"}, 0),
    ],
)
def test_share_kept(facts: dict, reward: int) -> None:
    assert reward_after(facts) == reward


@pytest.mark.parametrize(
    ("later", "reward"),
    [
        ([{"status": "cancelled"}, {"status": "completed"}], 0),
        ([{"disputed": True}, {"disputed": False}], 1_000),
        ([{"refunds": [refund(2_500)]}, {"refunds": []}], 800),
        ([{"refunds": [refund(2_500)]}, {"refunds": [refund(2_500, status="failed")]}], 1_000),
        ([{"refunded_total": 2_500}, {"refunded_total": 1_000}], 800),
        ([{"refunded_total": 2_500}, {"refunded_total": None}], 800),
        ([{"completed_at": None, "status": "paid"}], 1_000),
    ],
)
def test_facts_only_grow(later: list[dict], reward: int) -> None:
    assert reward_after(*later) == reward


def test_an_order_may_grow_again_within_its_own_room() -> None:
    first = order("1", "B", 10_000, 2)
    terms = program(rules={"max_per_advocate": {"amount": 1_500}})
    result = play(terms, *tree(), first, again(first, 3), again(first, 4, items_total=14_000))
    assert rewards(result) == {("1", "A", 1): 1_400}


def test_room_that_others_took_meanwhile_stays_theirs() -> None:
    first = order("1", "B", 10_000, 2)
    back, failed = (
        again(first, 3, refunds=[refund(10_000)]),
        again(first, 5, refunds=[refund(10_000, status="failed")]),
    )
    terms = program(rules={"max_per_advocate": {"amount": 1_200}})
    result = play(terms, *tree(), first, back, order("2", "B", 9_000, 4), failed)
    assert rewards(result) == {("1", "A", 1): 300, ("2", "A", 1): 900}
    assert result["members"]["A"]["balance"] == 1_200


def test_an_order_that_turns_out_to_be_a_test_gives_everything_back() -> None:
    sold = order("1", "B", 10_000, 2)
    result = play(program(), *tree(), sold, again(sold, 3, test=True))
    assert (result["rewards"], result["totals"]["kept"], result["totals"]["rewards"]) == ([], 0, 0)
    assert (result["members"]["A"]["balance"], result["members"]["A"]["volume"]) == (0, 0)
    assert result["skipped"] == {"test_order": 1}


def test_of_two_late_lines_of_one_instant_the_later_is_the_newer() -> None:
    sold = order("1", "B", 10_000, 5)
    for statuses, left in (
        (("succeeded", "failed"), 1_000),
        (("failed", "succeeded"), 600),
        (("pending", "failed", "succeeded"), 600),
    ):
        late = [again(sold, 3, refunds=[refund(4_000, status=status)]) for status in statuses]
        assert rewards(play(program(), *tree(), sold, *late)) == {("1", "A", 1): left}
