"""Somebody with a guide beside the screen: what it names is pressed and typed, and counted; what it
pictures is seen.
"""

import os
import re
from pathlib import Path

from local.cloud.supervisor import OWNER_EMAIL
from tests.support.running_shop import RunningShop

DOCS = Path(__file__).parents[2] / "docs"
TAKES_PICTURES = "PICTURES" in os.environ
"""`make pictures`: what a guide pictures is taken anew."""
OURS = "https://go.shop.example"
"""The address of Grapevine in the guides."""
SCREEN = {"width": 1160, "height": 900}
BESIDE, ABOVE = 12, 3
"""Margins of a picture, in pixels: above and below it other things stand close by."""
SAY = """aliases => {
  document.activeElement.blur();
  scrollTo(0, 0);
  const said = text => Object.entries(aliases).reduce((it, pair) => it.replaceAll(...pair), text);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = said(texts.currentNode.data);
  for (const field of document.querySelectorAll("input")) field.value = said(field.value);
}"""

type Box = dict[str, float]


class Walk:
    """An owner with the guide beside the screen. What the guide does not name is not found. Pictures
    show addresses under their aliases, which are those of the guide.
    """

    def __init__(self, page, text: str, aliases: dict[str, str] | None = None) -> None:
        self.page, self.text, self.steps = page, " ".join(text.split()), 0
        self.seen: set[str] = set()
        self.aliases = aliases or {}
        page.set_viewport_size(SCREEN)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def goes(self, way: str) -> None:
        """A page of the console's menu."""
        assert f"Console → {way}" in self.text, way
        menu = self.page.get_by_role("navigation", name="Console")
        menu.get_by_role("link", name=way, exact=True).click()
        self.steps += 1

    def presses(self, name: str, kind: str = "button") -> None:
        assert f"*{re.sub(r'[0-9]+', '…', name)}*" in self.text, name
        self.page.get_by_role(kind, name=name, exact=True).first.click()
        self.steps += 1

    def opens(self, name: str) -> None:
        """What is folded away behind a name."""
        assert name in self.text, name
        self.page.locator("summary").get_by_text(name, exact=True).click()
        self.steps += 1

    def chooses(self, name: str, label: str) -> None:
        """One of the choices of a field."""
        assert f"*{name}*" in self.text and f"*{label}*" in self.text, (name, label)
        field = self.page.get_by_label(name, exact=True)
        field.select_option(field.locator("option", has_text=label).get_attribute("value"))
        self.steps += 1

    def types(self, name: str, text: str, within: str = "main") -> None:
        assert f"*{name}*" in self.text, name
        fields = self.page.locator(within).get_by_label(name, exact=True)
        fields.locator("visible=true").fill(text)
        self.steps += 1

    def sees(self, picture: str, *parts) -> None:
        """What the guide pictures here: these parts of the page, and what lies between them."""
        assert f"](pictures/{picture}.png)" in self.text, picture
        self.seen.add(picture)
        assert all(part.is_visible() for part in parts), picture
        if TAKES_PICTURES:
            self.page.evaluate(SAY, self.aliases)
            clip = around([part.bounding_box() for part in parts])
            path = DOCS / "pictures" / f"{picture}.png"
            self.page.screenshot(path=path, full_page=True, clip=clip)
            self.page.evaluate(SAY, {alias: name for name, alias in self.aliases.items()})

    def has_seen_all_pictures(self) -> bool:
        return self.seen == set(re.findall(r"\]\(pictures/([\w-]+)\.png\)", self.text))


def around(boxes: list[Box]) -> Box:
    """The smallest part of a page that has all of these, and a margin."""
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    return {
        "x": left - BESIDE,
        "y": top - ABOVE,
        "width": right - left + 2 * BESIDE,
        "height": bottom - top + 2 * ABOVE,
    }


def sign_in(walk: Walk, shop: RunningShop) -> None:
    """By the mail that the owner gets."""
    walk.page.goto(f"{shop.cloud.base_url}/console?language=en")
    walk.types("Your email address", OWNER_EMAIL)
    walk.presses("Email me a link")
    walk.page.get_by_text("Check your email").wait_for()
    mail = shop.mails(OWNER_EMAIL)[-1]["text"]
    walk.page.goto(re.search(r"http\S+/console/sign-in/\S+", mail)[0])
    walk.steps += 1
    walk.presses("Sign in")


def publish_discount(walk: Walk) -> None:
    """10 % off for friends."""
    walk.goes("Program")
    walk.presses("Create a new version", "link")
    walk.types("Friend's discount", "10")
    friends = walk.page.get_by_role("group", name="Friends")
    walk.sees("friends-discount", friends.locator("legend"), friends.locator(".field").nth(1))
    walk.presses("Save and check")
    version = walk.page.get_by_role("button", name="Publish as version").inner_text()
    walk.presses(version)
