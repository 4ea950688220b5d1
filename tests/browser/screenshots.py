"""`make screenshots`: every page of the list and the mails, on a telephone and on a desk, by day and by night, in screenshots/."""

from html import escape
from pathlib import Path
from urllib.parse import urljoin

import pytest

from shared.language import LANGUAGES
from tests.support.page_list import PAGES, World

FOLDER = Path(__file__).parents[2] / "screenshots"
WIDTHS = {"telephone": 360, "desk": 1280}
TRANSLATED = (
    "claim",
    "rewards",
    "rewards: statement",
    "rewards: settings",
    "rewards: signed out",
    "mails",
)
PAPER = {"width": 794, "height": 1123}
"""A4, in pixels of CSS."""
BESIDE = """<div style="display: grid; grid-template-columns: 1fr 1fr"><div>{html}</div>
<pre style="margin: 1em; white-space: pre-wrap; overflow-wrap: anywhere">{text}</pre></div>"""
ANSWERS = {
    "rewards: link asked for": ("rewards: signed out", "Email me a link"),
    "rewards: language chosen": ("rewards: settings", "Save"),
    "mails: chosen": ("mails", "Save"),
    "mails: stopped": ("mails", "Unsubscribe from all emails"),
}
"""What forms answer: the page, and the button of it."""


@pytest.mark.parametrize("name", PAGES)
def test_it_is_seen(world: World, page, name: str):
    page.goto(world.visit(page.context, name))
    see(page, name)


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("name", TRANSLATED)
def test_it_is_seen_in_every_language(world: World, page, name: str, language: str):
    address = world.visit(page.context, name)
    page.context.add_cookies(
        [{"name": "gv_language", "value": language, "url": "https://127.0.0.1", "secure": True}]
    )
    page.goto(address.replace("&language=en", ""))
    see(page, f"{name} in {language}")


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_of_a_form_is_seen(world: World, page, name: str):
    on, button = ANSWERS[name]
    page.goto(world.visit(page.context, on))
    if (field := page.get_by_label("Your email address at the shop")).count():
        field.fill("nobody@example.com")
    page.get_by_role("button", name=button, exact=True).first.click()
    page.wait_for_load_state()
    see(page, name)


def test_a_statement_is_seen_on_paper(world: World, page):
    page.goto(world.visit(page.context, "rewards: statement"))
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    save(page, "rewards: statement on paper")


def test_the_mails_are_seen(world: World, page):
    """The last of each kind, as a program for mail would show it, and beside its text; pictures come from the running system."""
    mails = {
        mail["headers"].get("X-Grapevine-Kind", "sign-in"): mail
        for mail in world.cloud.get("/_local/mail").json["items"]
    }
    page.goto(urljoin(world.cloud.base_url, "/_local/mailbox"))
    for kind, mail in mails.items():
        html = mail["html"] or f"<pre>{mail['text']}</pre>"
        page.set_content(html)
        see(page, f"mail: {kind}")
        page.set_viewport_size({"width": 2 * WIDTHS["telephone"], "height": 800})
        page.emulate_media(color_scheme="light")
        page.set_content(
            BESIDE.format(html=html, text=escape(f"{mail['subject']}\n\n{mail['text']}"))
        )
        save(page, f"mail: {kind} beside its text")


def see(page, name: str) -> None:
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            save(page, f"{name} {device} {scheme}")


def save(page, name: str, **how: bool) -> None:
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(
        path=FOLDER / f"{name.replace(': ', '-').replace(' ', '-')}.png",
        **{"full_page": True} | how,
    )


@pytest.mark.parametrize("name", ["shop", "rewards"])
def test_the_two_of_the_readme_are_seen(world: World, page, name: str):
    """Copied to docs/ by hand, when they have changed enough."""
    page.set_viewport_size({"width": 1180, "height": 740})
    page.goto(world.visit(page.context, name))
    save(page, f"screenshot {name}", full_page=False)
