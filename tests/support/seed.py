"""One seed for everything random in a run of the tests; every run prints it.

`GRAPEVINE_SEED=123 python -m pytest ...` repeats a run: the order of the files, what `random` gives
in each test, and the examples of Hypothesis. `--hypothesis-profile deep` tries more examples.
"""

import os
import random
import secrets

import pytest
from hypothesis import HealthCheck, settings

SEED = int(os.environ.setdefault("GRAPEVINE_SEED", str(secrets.randbelow(10**6))))
"""The workers of pytest-xdist and other child processes find it in their environment."""

settings.register_profile(
    "default", print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", settings.get_profile("default"), max_examples=2_000)
settings.load_profile("default")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give Hypothesis the seed before its plugin reads it, unless the command line has one."""
    if config.getoption("hypothesis_seed") is None:
        config.option.hypothesis_seed = str(SEED)


def pytest_sessionstart(session: pytest.Session) -> None:
    _print_seed(session.config)


def pytest_terminal_summary(exitstatus: int, config: pytest.Config) -> None:
    if exitstatus == pytest.ExitCode.TESTS_FAILED:
        _print_seed(config)


def _print_seed(config: pytest.Config) -> None:
    """Print a line also under `-q`, which leaves headers out; workers have no terminal."""
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        reporter.write_line(f"GRAPEVINE_SEED={SEED}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files in random order, and the tests of one file as they are written."""
    files = sorted({item.path for item in items})
    random.Random(SEED).shuffle(files)
    places = {file: place for place, file in enumerate(files)}
    items.sort(key=lambda item: places[item.path])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    random.seed(f"{SEED} {item.nodeid}")
