"""Five tasks without a pointer: every control is reached in order, shows that it is there, and does what it says."""

import re
from urllib.parse import urljoin

import pytest

from tests.support.page_list import World

MOST_STEPS = 60
FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const name = element?.ariaLabel || element?.labels?.[0]?.innerText || element?.innerText || "";
  const style = element ? getComputedStyle(element) : {};
  return [name.trim(), style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0];
}"""


class Keys:
    """A keyboard at a page."""

    def __init__(self, page, base_url: str) -> None:
        self.page, self.base_url = page, base_url

    def open(self, address: str) -> None:
        self.page.goto(urljoin(self.base_url, address))

    def reach(self, name: str) -> None:
        """By the tabulator alone, and seen to be there."""
        passed = []
        for _ in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            focused, outlined = self.page.evaluate(FOCUSED)
            passed.append(focused)
            if focused == name:
                assert outlined, f"{name} does not show that it has the focus"
                return
        raise AssertionError(f"{name} is not reached, only {passed}")

    def write(self, name: str, text: str) -> None:
        self.reach(name)
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        self.reach(name)
        self.page.keyboard.press("Enter")

    def lands_on(self, path: str) -> None:
        self.page.wait_for_url(re.compile(f"{path}$"))


@pytest.fixture
def keys(world: World, page) -> Keys:
    page.context.add_cookies(world.cookies)
    return Keys(page, world.cloud.base_url)


def test_buying_and_paying(world: World, keys: Keys):
    keys.open(world.shop_url)
    keys.press("Put the pair of cups into the cart")
    keys.lands_on("/cart")
    keys.press("To the checkout")
    keys.lands_on("/checkout")
    keys.press("Order")
    keys.lands_on(r"/pay/\d+")
    keys.press("Pay")
    keys.lands_on(r"/orders/\d+")


def test_joining(world: World, keys: Keys):
    keys.open(f"{world.shop_url}/join")
    for name, text in (
        ("Your name", "Kim Key"),
        ("Email", "kim@example.com"),
        ("Login", "kim"),
        ("Who sent you?", world.anna["code"]),
    ):
        keys.write(name, text)
    keys.page.keyboard.press("Enter")
    keys.lands_on("/account")


def test_taking_an_offer(world: World, keys: Keys):
    keys.open(f"/c/{world.ben['code']}")
    keys.press("Continue to the shop")
    keys.lands_on(rf"{world.shop_url}/(\?gv=.*)?")


def test_reading_a_statement(world: World, keys: Keys):
    keys.open("/rewards")
    keys.press("Statements")
    keys.lands_on("/rewards/statements")
    keys.press("February 2026")
    keys.lands_on(r"/rewards/statements/2026-02(\?.*)?")


def test_asking_to_be_let_into_the_console(world: World, keys: Keys):
    keys.page.context.clear_cookies()
    keys.open("/console/sign-in")
    keys.write("Your email address", "nobody@example.com")
    keys.page.keyboard.press("Enter")
    keys.page.get_by_role("status").wait_for()
