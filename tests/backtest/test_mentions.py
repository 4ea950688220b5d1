"""The counting filter may remember too much, never too little."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from shared.backtest.mentions import MOST_COUNTED, MentionFilter


@given(st.lists(st.integers(0, 40).map(str), max_size=200))
def test_an_order_that_comes_again_is_never_forgotten(names: list[str]) -> None:
    mentions, left = MentionFilter(1), Counter(names)
    for name in names:
        mentions.add(name)
    for name in names:
        left[name] -= 1
        assert mentions.remove(name) or left[name] == 0


def test_most_orders_told_once_are_forgotten_at_once() -> None:
    mentions = MentionFilter(10_000)
    for number in range(10_000):
        mentions.add(str(number))
    assert sum(mentions.remove(str(number)) for number in range(10_000)) < 1_000


def test_a_full_counter_stays_full() -> None:
    mentions = MentionFilter(1)
    for _ in range(MOST_COUNTED + 5):
        mentions.add("1")
    assert all(mentions.remove("1") for _ in range(MOST_COUNTED + 5))
