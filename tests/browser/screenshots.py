"""`make screenshots`: every page of the list and the mails, on a telephone and on a desk, by day and by night, in screenshots/."""

from pathlib import Path
from urllib.parse import urljoin

import pytest
from page_list import PAGES, World

FOLDER = Path(__file__).parents[2] / "screenshots"
WIDTHS = {"telephone": 360, "desk": 1280}


@pytest.mark.parametrize("name", PAGES)
def test_it_is_seen(world: World, page, name: str):
    page.context.add_cookies(world.cookies)
    page.goto(urljoin(world.cloud.base_url, PAGES[name](world)))
    see(page, name.replace(": ", "-").replace(" ", "-"))


def test_the_mails_are_seen(world: World, page):
    """The last of each kind, as a program for mail would show it; pictures come from the running system."""
    mails = {mail["headers"].get("X-Grapevine-Kind", "sign-in"): mail for mail in world.cloud.get("/_local/mail").json["items"]}
    for kind, mail in mails.items():
        page.set_content(mail["html"] or f"<pre>{mail['text']}</pre>")
        see(page, f"mail-{kind}")


def see(page, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=FOLDER / f"{name}-{device}-{scheme}.png", full_page=True)


@pytest.mark.parametrize("name", ["shop", "rewards"])
def test_the_two_of_the_readme_are_seen(world: World, page, name: str):
    """Copied to docs/ by hand, when they have changed enough."""
    page.context.add_cookies(world.cookies)
    page.set_viewport_size({"width": 1180, "height": 740})
    page.goto(urljoin(world.cloud.base_url, PAGES[name](world)))
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / f"screenshot-{name}.png")
