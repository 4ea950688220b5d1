"""People and orders that a shop brings with it, and people who ask to be forgotten."""

from datetime import datetime, timedelta

from functions import serve_imports, serve_privacy
from shared.domain.instants import instant_text
from tests.random_shop import orders_told
from tests.random_shop.client import Client
from tests.support.http_events import STAFF

MOST_ROWS = 8
LONGEST_PAST_DAYS = 60
KEPT_MEMBERS = 20
"""Fewer members than these are not erased."""


def import_past(client: Client) -> None:
    """A few rows of one kind, now and then the same ones again."""
    bring = client.chance.choice((_members, _orders, _balances))
    kind, rows = bring(client)
    key = f"import {client.shop.number()}"
    for again in range(client.chance.choice((1, 1, 2))):
        answered = client.ask(
            serve_imports.handler,
            "POST /v1/imports",
            body={"kind": kind, "rows": rows},
            headers={"idempotency-key": f"{key}.{again}"},
            caller=STAFF,
        )
        client.shop.count(f"import of {kind} {answered.status}")


def _members(client: Client) -> tuple[str, list[dict]]:
    """New members, each brought by the one before or by a known one, some with a balance."""
    shop, chance, rows = client.shop, client.chance, []
    before = chance.choice(shop.members).lower()
    for _ in range(chance.randrange(1, MOST_ROWS)):
        name = f"I{shop.number()}"
        row = {"id": name, "login": name.lower(), "own_code": f"OLD-{name}"}
        row |= {"referrer_login": before} if chance.random() < 0.6 else {}
        row |= {"balance": chance.randrange(-500, 4_000)} if chance.random() < 0.6 else {}
        rows.append(row | {"signed_up_at": instant_text(_past(client))})
        before = name.lower()
    shop.members += [row["id"] for row in rows]
    shop.codes += [row["own_code"] for row in rows]
    chance.shuffle(rows)
    return "members", rows


def _orders(client: Client) -> tuple[str, list[dict]]:
    """Orders of known members that were placed before now, some of them told already."""
    shop, chance = client.shop, client.chance
    rows = []
    for _ in range(chance.randrange(1, MOST_ROWS)):
        buyer = {"id": chance.choice(shop.members)}
        order = orders_told.new_order(chance, f"O{shop.number()}", buyer, _past(client))
        shop.orders[order["id"]] = order
        rows.append(order)
    if shop.orders and chance.random() < 0.3:
        rows.append(chance.choice(list(shop.orders.values())))
    return "orders", rows


def _balances(client: Client) -> tuple[str, list[dict]]:
    members = {client.chance.choice(client.shop.members) for _ in range(MOST_ROWS)}
    return "balances", [
        {"member": name, "amount": client.chance.randrange(-300, 3_000), "currency": "EUR"}
        for name in sorted(members)
    ]


def _past(client: Client) -> datetime:
    return client.shop.now() - timedelta(days=client.chance.randrange(1, LONGEST_PAST_DAYS))


def forget(client: Client) -> None:
    """A member asks to be erased; they may be told of again, by orders that come late."""
    members = client.shop.members
    if len(members) > KEPT_MEMBERS:
        name = members.pop(client.chance.randrange(len(members)))
        client.ask(
            serve_privacy.handler,
            "DELETE /v1/members/{id}",
            path={"id": name},
            body={"reason": "They asked for it"},
            caller=STAFF,
        )
