"""A store is connected, follows what happens, and is left.

For the test of permissions.
"""

import os
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from tests.support.console_visitor import Visitor
from tests.support.permission_watch import Day, Sitting, handle_with_followers
from tests.support.platforms import woocommerce
from tests.support.platforms.shopify import (
    CLIENT_ID,
    CLIENT_SECRET,
    STORE,
    ShopifyStore,
    signed_customer,
)
from tests.support.platforms.woocommerce import WooCommerceStore
from tests.support.scheduled_calls import message

FORM = {
    "provider": "shopify",
    "store": STORE,
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
}


def connect(day: Day, store: ShopifyStore) -> None:
    """Before anything else happens, so that every code is told to the store."""
    store.primary_host = urlsplit(os.environ["SHOP_URL"]).netloc
    store.has(("Zoe", "zoe@example.com"))
    connection = day.ask("POST /v1/connections", FORM, 201).body["id"]
    follow(day)
    day.ask("GET /v1/connections")
    seen = day.ask("GET /v1/connections/{id}", path={"id": connection}).body
    assert seen["state"] == "connected", seen


def follow(day: Day) -> None:
    """Do what waits in the codes queue."""
    handle_with_followers(day, "SyncCodes", message("follow_program", day))


def pay_with_credit(day: Day) -> None:
    """Bert's credit becomes a code that pays an order, and one that he gives back."""
    bert = {"id": "Bert"}
    gift = {"amount": 500, "reason": "for the codes"}
    day.ask("POST /v1/members/{id}/adjustments", gift, 201, path=bert)
    wish = "POST /v1/members/{id}/credit-codes"
    used = day.ask(wish, {"amount": 100}, 201, path=bert).body["id"]
    _sync(day, used)
    seen = day.ask("GET /v1/credit-codes/{id}", path={"id": used}).body
    assert seen["state"] == "ready", seen
    order = {"status": "completed", "currency": "EUR", "items_total": 1_000, "credit_used": 100}
    told = {"id": "S1", "provider": "shopify", "refs": ["shopify:1"], "codes": [used]}
    day.news(order | told | {"customer": bert})
    _sync(day, used)
    assert day.ask("GET /v1/credit-codes/{id}", path={"id": used}).body["state"] == "spent"
    left = day.ask(wish, {"amount": 100}, 201, path=bert).body["id"]
    _sync(day, left)
    day.ask("POST /v1/credit-codes/{id}/void", path={"id": left})
    _sync(day, left)
    handle_with_followers(day, "SyncCodes", message("check_credit", day, member="Bert"))


def _sync(day: Day, code: str) -> None:
    handle_with_followers(day, "SyncCodes", message("sync_credit", day, code=code))


def leave(day: Day, store: ShopifyStore) -> None:
    """A customer registers there; then the store is left, by the console and by the API."""
    follow(day)
    assert store.codes()
    store.has(("Yan", "yan@example.com"))
    headers, raw = signed_customer(store.customers[-1])
    path = {"provider": "shopify"}
    day.ask("POST /webhooks/{provider}", raw, 202, path=path, headers=headers)
    follow(day)
    visit = Sitting(day, Visitor(at=day.at + timedelta(0)))
    visit.get("GET /console/connections")
    visit.post("POST /console/connections", FORM)
    follow(day)
    (connection,) = day.ask("GET /v1/connections").body["items"]
    named = {"id": connection["id"]}
    visit.post("POST /console/connections/{id}/test-order", path=named)
    visit.post("POST /console/connections/{id}/disconnect", path=named)
    day.ask("DELETE /v1/connections/{id}", status=204, path=named)
    follow(day)
    assert (store.discounts, store.webhooks) == ({}, {})


def ask_for_key(day: Day, store: WooCommerceStore) -> None:
    """Another store is asked for a key, sends it, is connected with it, and is left."""
    visit = Sitting(day, Visitor(at=day.at))
    page = visit.post("POST /console/connections/key-request", {"store": woocommerce.STORE}, 200)
    store.keys.post = lambda _, told: day.ask("POST /webhooks/woocommerce/key", told).status
    led = store.keys.approves(page.headers["refresh"].removeprefix("0; url="))
    back = dict(parse_qsl(urlsplit(led).query))
    visit.get("GET /console/connections/key-request", 303, query=back)
    follow(day)
    (connection,) = day.ask("GET /v1/connections").body["items"]
    day.ask("DELETE /v1/connections/{id}", status=204, path={"id": connection["id"]})
    follow(day)
