"""A store is connected, follows what happens, and is left.

For the test of permissions.
"""

import os
from datetime import timedelta
from urllib.parse import urlsplit

from tests.support.console_visitor import Visitor
from tests.support.permission_watch import Day, Sitting, handle_with_followers
from tests.support.platforms.shopify import (
    CLIENT_ID,
    CLIENT_SECRET,
    STORE,
    ShopifyStore,
    signed_customer,
)
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
    visit.post("POST /console/connections/{id}/disconnect", path=named)
    day.ask("DELETE /v1/connections/{id}", status=204, path=named)
    follow(day)
    assert (store.discounts, store.webhooks) == ({}, {})
