"""People at a WordPress: a friend who looks at its pages, and its owner who changes the header."""

import re
from typing import NamedTuple

from tests.support.wordpress import WordPress

LISTENS = """
  window.errors = []; window.discounted = 0;
  addEventListener("error", (event) => errors.push(event.message));
  addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
  document.addEventListener("grapevine:discounted", () => discounted++);
"""
HEADER = "/wp-json/wp/v2/template-parts/twentytwentyfour//header"


class Site(NamedTuple):
    """One of the two sites, with addresses of one kind."""

    folder: str
    structure: str


class Friend:
    """A friend's browser, which looks at pages of one site."""

    def __init__(self, context, wordpress: WordPress, site: Site) -> None:
        self.page = context.new_page()
        self.page.add_init_script(LISTENS)
        self.wordpress, self.site, self.home = wordpress, site, wordpress.url + site.folder

    def goes(self, address: str) -> None:
        self.page.goto(address)
        self.is_on_a_page()

    def is_on_a_page(self) -> None:
        self.page.wait_for_load_state("load")
        self.page.wait_for_function("window.grapevine?.ref !== undefined")
        assert self.page.evaluate("errors") == []

    def known(self) -> dict | None:
        """Whom the snippet knows this visitor to be sent by, once a page is ready."""
        return self.page.evaluate(
            "new Promise((answer) => grapevine('ready', (api) => answer(api.ref())))"
        )

    def adds_to_cart(self) -> None:
        self.page.locator(".add_to_cart_button").first.click()

    def signs_in(self, name: str) -> None:
        """At WordPress's own form, where no theme and so no snippet is."""
        self.page.goto(f"{self.home}/wp-login.php")
        self.page.fill("#user_login", name)
        self.page.fill("#user_pass", f"a password of {name}")
        self.page.click("#wp-submit")
        self.page.wait_for_url(re.compile("wp-admin"))

    def cart(self):
        """What WordPress answers of this visitor's cart."""
        return self.page.request.get(f"{self.home}/index.php?rest_route=/wc/store/v1/cart")

    def coupons(self) -> list[str]:
        return [coupon["code"] for coupon in self.cart().json()["coupons"]]

    def tries_coupon(self, code: str, **headers: str) -> tuple[int, str]:
        """Status and code of the answer to a coupon, sent by hand."""
        route = f"{self.home}/index.php?rest_route=/wc/store/v1/cart/apply-coupon"
        answer = self.page.request.post(route, data={"code": code}, headers=headers)
        return answer.status, answer.json()["code"]


class Owner(Friend):
    """The owner, who may change how the site looks."""

    def begins_header_with(self, block: str) -> None:
        """Put a block before those of the theme's header, as the editor of WordPress saves it."""
        nonce = self.page.request.get(f"{self.home}/wp-admin/admin-ajax.php?action=rest-nonce")
        proof = {"x-wp-nonce": nonce.text()}
        seen = self.page.request.get(f"{self.home}{HEADER}?context=edit", headers=proof).json()
        content = {"content": block + seen["content"]["raw"]}
        saved = self.page.request.post(f"{self.home}{HEADER}", data=content, headers=proof)
        assert saved.status == 200, saved.text()
