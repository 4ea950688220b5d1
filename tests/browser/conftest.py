"""A real Chromium, driven by Playwright; without one these tests are left out and say so."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.support.page_list import MORNING, World, open_world

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
WANTED = "no Chromium: install it (Debian: apt-get install chromium) or name it (make test CHROMIUM=/path/to/it)"
PATIENCE_MS = 60_000


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program; without one everything here is left out."""
    found = next(filter(None, [os.environ.get("CHROMIUM"), *map(shutil.which, CHROMIUM)]), None)
    if found is None:
        pytest.skip(WANTED)
    pytest.importorskip(
        "playwright.sync_api",
        reason="no Playwright: `make test` installs it where there is a Chromium",
    )
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator:
    """Of one file only: Playwright's event loop must not be there when other tests start theirs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def context(browser) -> Iterator:
    """A visitor's browser without a past."""
    opened = browser.new_context()
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    opened.close()


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture(scope="session")
def running_world(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[World]:
    """A running system with its demo shop, in which Anna has rewards; only where there is a browser to look at it."""
    with open_world(tmp_path_factory.mktemp("browser")) as world:
        yield world


@pytest.fixture(scope="module")
def world(running_world: World) -> World:
    """It is the morning on which the world began, whatever the tests of another file did to the clock."""
    running_world.cloud.clock(MORNING)
    return running_world
