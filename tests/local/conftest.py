from collections.abc import Iterator
from pathlib import Path

import pytest
from running_cloud import RunningCloud

STACK = Path(__file__).parent / "stack" / "template.yaml"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """The local cloud with the trivial functions of `stack`, for the tests of one file."""
    running = RunningCloud(tmp_path_factory.mktemp("cloud"), STACK).start()
    try:
        yield running
    finally:
        running.stop()
