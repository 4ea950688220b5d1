"""One running system for all stories, a fresh shop with a plain program for each."""

from collections.abc import Iterator

import pytest
from running_cloud import RunningCloud
from running_shop import RunningShop


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    running = RunningCloud(tmp_path_factory.mktemp("stories")).start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def shop(system: RunningCloud) -> Iterator[RunningShop]:
    """A Sunday morning in March, 10 % for one level, nothing held; in the end the books agree, whatever happened."""
    shop = RunningShop(system)
    shop.publish()
    known = shop.verify()["differences"]
    yield shop
    shop.drain()
    assert [row for row in shop.verify()["differences"] if row not in known] == []
