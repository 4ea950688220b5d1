"""A small random shop; `python -m tests.random_shop` is the long one."""

from tests.random_shop.run import Plan, Run
from tests.support.seed import SEED


def test_a_random_shop_adds_up(tables, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    run = Run(Plan(SEED, operations=240, at_once=120, days=60))
    run.play()
    assert run.done == 240
