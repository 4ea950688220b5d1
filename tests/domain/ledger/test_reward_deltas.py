"""Due less posted, row by row as in the specification (posting, taken)."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from shared.domain.ledger.entry import CLAWBACK, REWARD
from shared.domain.ledger.ledger import PostedReward, amount_to_post, reward_deltas
from shared.domain.money import Grant
from shared.domain.rewards.reward import CUSTOMER, FRIEND_BONUS, REFERRAL, Due

OLD_DATE = datetime(2026, 3, 15, tzinfo=UTC)
NEW_DATE = datetime(2026, 4, 1, tzinfo=UTC)


def due(member: str, level: int, amount: int, code: str = REFERRAL) -> Due:
    return Due(member, level, code, amount, 10_000, 10_000, Grant(100_000))


def posted(
    member: str,
    level: int,
    amount: int,
    deducted: int = 0,
    date: datetime | None = OLD_DATE,
    code: str = REFERRAL,
) -> PostedReward:
    return PostedReward(member, level, code, amount, deducted, date)


class Row(NamedTuple):
    """What is due, what was posted, and the deltas: member, amount, posted after it, its date."""

    dues: list[Due]
    before: list[PostedReward]
    deltas: list[tuple[str, int, int, datetime | None]]
    held: bool = False


ANNA = due("Anna", 1, 1_000)
OWN, BONUS = due("Ines", 0, 500, CUSTOMER), due("Ines", 0, 300, FRIEND_BONUS)
FIRST_TIME = {
    "the first reward": Row([ANNA], [], [("Anna", 1_000, 1_000, NEW_DATE)]),
    "nothing is due": Row([], [], []),
    "a reward of 0 is no posting": Row([due("Anna", 1, 0)], [], []),
    "three levels at once": Row(
        [ANNA, due("Bert", 2, 500), due("Carl", 3, 0)],
        [],
        [("Anna", 1_000, 1_000, NEW_DATE), ("Bert", 500, 500, NEW_DATE)],
    ),
    "the buyer's own reward beside it": Row(
        [OWN, ANNA], [], [("Ines", 500, 500, NEW_DATE), ("Anna", 1_000, 1_000, NEW_DATE)]
    ),
}
AGAIN = {
    "the same delivery again": Row([ANNA], [posted("Anna", 1, 1_000)], []),
    "nothing due, nothing left": Row([], [posted("Anna", 1, 0)], []),
    "a quarter is refunded": Row(
        [due("Anna", 1, 750)], [posted("Anna", 1, 1_000)], [("Anna", -250, 750, OLD_DATE)]
    ),
    "a second refund": Row(
        [due("Anna", 1, 500)], [posted("Anna", 1, 750)], [("Anna", -250, 500, OLD_DATE)]
    ),
    "the refund failed after all": Row(
        [ANNA], [posted("Anna", 1, 750)], [("Anna", 250, 1_000, OLD_DATE)]
    ),
    "the order is cancelled": Row([], [posted("Anna", 1, 1_000)], [("Anna", -1_000, 0, OLD_DATE)]),
    "a dispute is won": Row([ANNA], [posted("Anna", 1, 0)], [("Anna", 1_000, 1_000, OLD_DATE)]),
}
SEVERAL = {
    "only one of three levels changes": Row(
        [ANNA, due("Bert", 2, 400), due("Carl", 3, 100)],
        [posted("Anna", 1, 1_000), posted("Bert", 2, 500), posted("Carl", 3, 100)],
        [("Bert", -100, 400, OLD_DATE)],
    ),
    "a level earns for the first time later": Row(
        [ANNA, due("Bert", 2, 500)], [posted("Anna", 1, 1_000)], [("Bert", 500, 500, NEW_DATE)]
    ),
    "all levels go back, the nearest first": Row(
        [],
        [posted("Bert", 2, 500), posted("Anna", 1, 1_000)],
        [("Anna", -1_000, 0, OLD_DATE), ("Bert", -500, 0, OLD_DATE)],
    ),
    "one member at two levels": Row(
        [due("Anna", 1, 900), due("Anna", 2, 450)],
        [posted("Anna", 1, 1_000), posted("Anna", 2, 500)],
        [("Anna", -100, 900, OLD_DATE), ("Anna", -50, 450, OLD_DATE)],
    ),
    "own reward and bonus are two rewards": Row(
        [due("Ines", 0, 250, CUSTOMER), due("Ines", 0, 150, FRIEND_BONUS)],
        [posted("Ines", 0, 500, code=CUSTOMER), posted("Ines", 0, 300, code=FRIEND_BONUS)],
        [("Ines", -250, 250, OLD_DATE), ("Ines", -150, 150, OLD_DATE)],
    ),
}
DEDUCTED = {
    "all was forfeited, nothing is posted again": Row(
        [ANNA], [posted("Anna", 1, 1_000, 1_000)], []
    ),
    "all was forfeited, then a refund": Row(
        [due("Anna", 1, 750)], [posted("Anna", 1, 1_000, 1_000)], []
    ),
    "a part was deducted, nothing else changed": Row([ANNA], [posted("Anna", 1, 1_000, 400)], []),
    "a part was deducted, then a refund": Row(
        [due("Anna", 1, 750)], [posted("Anna", 1, 1_000, 400)], [("Anna", -250, 750, OLD_DATE)]
    ),
    "the refund leaves less than was deducted": Row(
        [due("Anna", 1, 300)], [posted("Anna", 1, 1_000, 400)], [("Anna", -600, 400, OLD_DATE)]
    ),
    "a part was deducted, then the order is cancelled": Row(
        [], [posted("Anna", 1, 1_000, 400)], [("Anna", -600, 400, OLD_DATE)]
    ),
    "a part was deducted, then the order grows": Row(
        [due("Anna", 1, 1_200)], [posted("Anna", 1, 1_000, 400)], [("Anna", 200, 1_200, OLD_DATE)]
    ),
}
HELD = {
    "a review holds the first reward: no date": Row(
        [ANNA], [], [("Anna", 1_000, 1_000, None)], held=True
    ),
    "a review holds a bonus, not the buyer's own reward": Row(
        [OWN, BONUS], [], [("Ines", 500, 500, NEW_DATE), ("Ines", 300, 300, None)], held=True
    ),
    "a refund of what is held": Row(
        [due("Anna", 1, 750)],
        [posted("Anna", 1, 1_000, date=None)],
        [("Anna", -250, 750, None)],
        held=True,
    ),
    "a level that earns while others are held": Row(
        [OWN, ANNA, due("Bert", 2, 500)],
        [posted("Anna", 1, 1_000, date=None)],
        [("Ines", 500, 500, NEW_DATE), ("Bert", 500, 500, None)],
        held=True,
    ),
    "a reward that had a date before the review": Row(
        [due("Anna", 1, 750)],
        [posted("Anna", 1, 1_000)],
        [("Anna", -250, 750, OLD_DATE)],
        held=True,
    ),
}
ROWS = FIRST_TIME | AGAIN | SEVERAL | DEDUCTED | HELD


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_due_less_posted(row: Row) -> None:
    deltas = reward_deltas(row.dues, row.before, NEW_DATE, row.held)
    assert [
        (delta.reward.member, delta.amount, delta.reward.posted, delta.reward.available_on)
        for delta in deltas
    ] == row.deltas


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_repeat_finds_nothing_more_to_post(row: Row) -> None:
    deltas = reward_deltas(row.dues, row.before, NEW_DATE, row.held)
    after = {reward.key: reward for reward in row.before}
    after |= {delta.reward.key: delta.reward for delta in deltas}
    assert reward_deltas(row.dues, list(after.values()), NEW_DATE, row.held) == []


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_each_delta_names_its_kind_and_what_it_is_due_for(row: Row) -> None:
    dues: dict[Any, Due] = {due.key: due for due in row.dues}
    for delta in reward_deltas(row.dues, row.before, NEW_DATE, row.held):
        assert delta.kind == (REWARD if delta.amount > 0 else CLAWBACK)
        assert delta.due == dues.get(delta.reward.key)


@pytest.mark.parametrize(
    ("due", "posted", "deducted", "amount"),
    [
        pytest.param(1_000, 0, 0, 1_000, id="nothing was posted"),
        pytest.param(1_000, 1_000, 0, 0, id="all was posted"),
        pytest.param(750, 1_000, 0, -250, id="too much was posted"),
        pytest.param(0, 1_000, 0, -1_000, id="nothing is due any more"),
        pytest.param(1_000, 1_000, 1_000, 0, id="all was deducted"),
        pytest.param(0, 1_000, 1_000, 0, id="what was deducted is not taken twice"),
        pytest.param(600, 1_000, 400, -400, id="the deduction comes first, then the refund"),
    ],
)
def test_the_amount_to_post(due: int, posted: int, deducted: int, amount: int) -> None:
    assert amount_to_post(due, posted, deducted) == amount
