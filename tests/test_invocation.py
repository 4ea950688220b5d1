"""What is made while Lambda starts a function, and what a copy of a snapshot makes anew."""

import gc
import random
import sys
from types import ModuleType

import pytest

from shared import invocation
from shared.store.connection import connection

REGION = {"AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture
def starting(monkeypatch):
    """As Lambda starts a function, with the hooks that its runtime has."""
    hooks = []
    runtime = ModuleType("snapshot_restore_py")
    runtime.register_after_restore = hooks.append
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", runtime)
    for name, value in REGION.items():
        monkeypatch.setenv(name, value)
    for kept in (invocation.make_ready, connection):
        kept.cache_clear()
    yield hooks
    gc.unfreeze()
    for kept in (invocation.make_ready, connection):
        kept.cache_clear()


def test_lambda_makes_the_client_of_the_tables_before_the_first_request(starting, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "grapevine-TrackClick")
    invocation.make_ready()
    assert connection.cache_info().currsize == 1


def test_elsewhere_nothing_is_made(starting):
    invocation.make_ready()
    assert (connection.cache_info().currsize, starting) == (0, [])
    assert gc.get_freeze_count() == 0


def test_garbage_is_looked_for_once_a_function_has_started_and_in_nothing_that_stays(
    starting, monkeypatch
):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "grapevine-TrackClick")
    gc.disable()
    invocation.make_ready()
    assert gc.isenabled() and gc.get_freeze_count() > 0


def test_two_copies_of_a_snapshot_do_not_pause_alike(starting, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "grapevine-TrackClick")
    invocation.make_ready()
    snapshot, drawn = random.getstate(), []
    for _ in range(2):
        random.setstate(snapshot)
        for hook in starting:
            hook()
        drawn.append(random.random())
    assert drawn[0] != drawn[1]


def test_a_runtime_without_snapshots_starts_as_well(starting, monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "grapevine-TrackClick")
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", None)
    invocation.make_ready()
    assert connection.cache_info().currsize == 1
