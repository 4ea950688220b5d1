"""The counting filter may count too much, never too little, and the same in every process."""

import os
import subprocess
import sys
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from shared.backtest.mentions import MOST_COUNTED, MentionFilter
from tests.support.running_cloud import ROOT

KEPT_IN_A_CROWDED_FILTER = """
from shared.backtest.mentions import MentionFilter
mentions, ids = MentionFilter(1), [f"order-{number}" for number in range(20_000)]
for order_id in ids:
    mentions.add(order_id)
print([order_id for order_id in ids if mentions.remove(order_id)])
"""


@given(st.lists(st.integers(0, 40).map(str), max_size=200))
def test_an_order_that_comes_again_is_never_forgotten(order_ids: list[str]) -> None:
    mentions, left = MentionFilter(1), Counter(order_ids)
    for order_id in order_ids:
        mentions.add(order_id)
    for order_id in order_ids:
        left[order_id] -= 1
        assert mentions.remove(order_id) or left[order_id] == 0


def test_most_orders_that_are_named_once_are_forgotten_at_once() -> None:
    mentions = MentionFilter(10_000)
    for number in range(10_000):
        mentions.add(str(number))
    assert sum(mentions.remove(str(number)) for number in range(10_000)) < 1_000


def test_a_full_counter_stays_full() -> None:
    mentions = MentionFilter(1)
    for _ in range(MOST_COUNTED + 5):
        mentions.add("1")
    assert all(mentions.remove("1") for _ in range(MOST_COUNTED + 5))


def test_the_same_orders_are_kept_whatever_the_seed_of_hashes() -> None:
    """Else the order of a backtest's result would differ from run to run."""
    kept = [
        subprocess.run(
            [sys.executable, "-c", KEPT_IN_A_CROWDED_FILTER],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert kept[0] == kept[1] and "order-" in kept[0]
