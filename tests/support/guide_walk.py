"""Somebody with a guide beside the screen: what it names is pressed and typed, and counted."""

import re
from pathlib import Path

from local.cloud.supervisor import OWNER_EMAIL
from tests.support.running_shop import RunningShop

DOCS = Path(__file__).parents[2] / "docs"


class Walk:
    """An owner with the guide beside the screen. What the guide does not name is not found."""

    def __init__(self, page, text: str) -> None:
        self.page, self.text, self.steps = page, " ".join(text.split()), 0

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
    walk.presses("Save and check")
    version = walk.page.get_by_role("button", name="Publish as version").inner_text()
    walk.presses(version)
