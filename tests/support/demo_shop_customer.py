"""A customer of the demo shop with a browser of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager


class Customer:
    def __init__(self, page, shop_url: str) -> None:
        self.page, self.shop_url = page, shop_url

    def visit(self, path: str = "/") -> None:
        self.page.goto(self.shop_url + path)

    def press(self, name: str, exact: bool = True) -> None:
        self.page.get_by_role("button", name=name, exact=exact).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def sees(self, text: str) -> bool:
        """Wait until a text is on the page."""
        self.page.get_by_text(text, exact=False).first.wait_for()
        return True

    def join(self, name: str) -> None:
        """Sign up; the form may already know who recommended the customer."""
        login = name.split(" ")[0].lower()
        self.visit("/join")
        for label, text in (
            ("Your name", name),
            ("Email", f"{login}@example.com"),
            ("Login", login),
        ):
            self.page.get_by_label(label, exact=True).fill(text)
        self.press("Join")
        self.page.wait_for_url("**/account*")

    def link(self) -> str:
        """Return the customer's own link, to share."""
        self.visit("/account")
        return self.page.locator("a[href*='/r/']").first.get_attribute("href")

    def buy(self, good: str, credit: str | None = None) -> str:
        """Buy one of a good, partly with credit (EUR) where given; return the path of the order."""
        self.visit("/")
        self.press(f"Put the {good} into the cart")
        self.follow("To the checkout")
        if credit is not None:
            self.page.get_by_label("Pay with your credit (EUR)").fill(credit)
        self.press("Order")
        self.press("Pay")
        self.page.wait_for_url("**/orders/*")
        return self.page.url.removeprefix(self.shop_url)

    def amount(self, row: str) -> str:
        """Return the amount in a row of the order's table, as it is shown."""
        return (
            self.page.get_by_role("row", name=re.compile(f"^{re.escape(row)}"))
            .get_by_role("cell")
            .last.inner_text()
        )

    def turn_clock(self, by: str) -> None:
        """Press a button of the clock; this takes as long as the nightly jobs in between."""
        with self.page.expect_navigation(timeout=120_000):
            self.press(by)


@contextmanager
def customer_of(browser, shop_url: str, **options: object) -> Iterator[Customer]:
    """Open a browser without cookies, and close it after the block."""
    context = browser.new_context(**options)
    context.set_default_timeout(60_000)
    try:
        yield Customer(context.new_page(), shop_url)
    finally:
        context.close()
