"""A double of the page on which a WooCommerce store asks its administrator for a key,
`/wc-auth/v1/authorize`. Its demands are those of `class-wc-auth.php`.
"""

import html
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.platforms.rest_server import Said
from tests.support.running_cloud import request

ASKED = {"app_name", "scope", "user_id", "return_url", "callback_url"}


class KeyPage:
    """* `made`: key and secret that it makes.
    * `post`: posts a key to an address; returns the status of the answer.
    * `posts`: how often a key is posted for one approval.
    * `told_state`: the state that is posted in the place of the one that was given.
    * `believes`: leads the browser back as if the key had been taken.
    """

    def __init__(self, key: str, secret: str) -> None:
        self.made = key, secret
        self.post = post_key
        self.posts, self.told_state, self.believes = 1, "", False

    def answer(self, query: Mapping[str, str]) -> Said:
        """The page with Approve and Deny, or why there is none."""
        if missing := ASKED - set(query):
            return no_page(f"Missing parameter {', '.join(missing)}")
        if query["scope"] not in ("read", "write", "read_write"):
            return no_page("Invalid scope")
        if not query["callback_url"].startswith("https://"):
            return no_page("The callback_url needs to be over SSL")
        name, deny = html.escape(query["app_name"]), html.escape(led_back(query, "0"))
        page = (
            f"<!doctype html><title>{name}</title><h1>{name} would like to connect</h1>"
            f'<a href="#">Approve</a> <a href="{deny}">Deny</a>'
        )
        return Said(200, page.encode(), {"content-type": "text/html"})

    def approves(self, address: str) -> str:
        """The administrator presses Approve; where the browser is led, empty for an error page."""
        query = shown(address)
        told: dict[str, Any] = {
            "key_id": 1,
            "user_id": self.told_state or query["user_id"],
            "consumer_key": self.made[0],
            "consumer_secret": self.made[1],
            "key_permissions": query["scope"],
        }
        answers = [self.post(query["callback_url"], told) for _ in range(self.posts)]
        taken = all(status == 200 for status in answers)
        return led_back(query, "1") if taken or self.believes else ""

    def denies(self, address: str) -> str:
        """The administrator presses Deny; where the browser is led."""
        return led_back(shown(address), "0")


def shown(address: str) -> dict[str, str]:
    """What the page at this address was asked for."""
    page = request(address)
    assert page.status == 200 and b"Approve" in page.body, page
    return dict(parse_qsl(urlsplit(address).query))


def no_page(why: str) -> Said:
    page = f"<!doctype html><title>Error</title><p>Error: {why}."
    return Said(401, page.encode(), {"content-type": "text/html"})


def led_back(query: Mapping[str, str], success: str) -> str:
    """Where the store leads the browser back to."""
    told = urlencode({"success": success, "user_id": query["user_id"]})
    return f"{query['return_url']}?{told}"


def post_key(address: str, told: Mapping[str, Any]) -> int:
    return request(address, "POST", told).status
