"""The engine of Safari, on a running system: do our pages stand in it, and does the snippet work?"""

from collections.abc import Iterator

import pytest

from tests.support.page_list import World, open_world
from tests.support.running_cloud import wait_until
from tests.support.webkit import WANTED, WebKit, driver, is_there

NARROW = 460
"""The narrowest window that this build opens; telephones are looked at in Chromium."""
OPEN = [
    "/c/{code}",
    "/rewards?token={session}",
    "/rewards/history",
    "/rewards/settings",
    "/rewards/statements/2026-02",
    "/console/sign-in",
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if not is_there():
        pytest.skip(WANTED)
    with open_world(tmp_path_factory.mktemp("webkit")) as world:
        yield world


@pytest.fixture(scope="module")
def window(world: World) -> Iterator[WebKit]:
    with driver() as url:
        window = WebKit(url)
        yield window
        window.close()


def test_every_door_opens_and_nothing_is_wider_than_the_window(world, window):
    window.width(NARROW)
    for address in OPEN:
        path = address.format(code=world.anna["code"], session=world.session("anna"))
        window.visit(world.cloud.base_url + path)
        assert window.run("return document.querySelector('h1').innerText"), path
        assert window.run("return document.scrollingElement.scrollWidth <= innerWidth"), path


def test_whoever_is_signed_in_stays_so(world, window):
    window.visit(f"{world.cloud.base_url}/rewards?token={world.session('anna')}")
    window.visit(f"{world.cloud.base_url}/rewards")
    assert "Hello Anna" in window.run("return document.body.innerText")


def test_a_link_that_lands_on_the_shop_greets_and_travels_with_the_forms(world, window):
    window.visit(f"{world.shop_url}/?gv={world.anna['code']}")
    wait_until(lambda: "Anna sent you." in window.run("return document.body.innerText"))
    window.visit(f"{world.shop_url}/join")
    wait_until(
        lambda: window.run("return document.querySelector('#join input[name=gv_ref]') !== null")
    )
    told = "return document.querySelector('[name=referrer]').value"
    wait_until(lambda: window.run(told) == world.anna["code"])


def test_the_widget_shows_what_our_server_draws(world, window):
    window.visit(f"{world.shop_url}/join")
    window.run("""for (const [name, text] of [["name", "Vera Gast"], ["email", "vera@example.com"], ["login", "vera"]])
      document.querySelector(`#join [name=${name}]`).value = text;
      document.querySelector("#join").submit();""")
    wait_until(lambda: window.run("return location.pathname") == "/account")
    wait_until(
        lambda: window.run(
            "return document.querySelector('grapevine-rewards')?.shadowRoot?.innerHTML.includes('/r/')"
        )
    )
