"""A small random shop; `python -m tests.random_shop` is the long one."""

from tests.random_shop.run import Plan, Run
from tests.support.seed import SEED


def test_a_random_shop_adds_up(tables):
    run = Run(Plan(SEED, operations=120, at_once=60, days=40))
    run.play()
    assert run.done == 120
