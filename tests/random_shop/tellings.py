"""Orders told by the shop's server, by processors and, where they can, by shoppers."""

import json
from datetime import datetime, timedelta

from functions import serve_orders
from shared.domain.instants import instant_text
from tests.random_shop import orders_told
from tests.random_shop.client import LATE, LONGEST_DELAY_DAYS, Client
from tests.random_shop.messages import ORDERS, Message
from tests.support.processor_deliveries import (
    shopify_order,
    stripe_dispute,
    stripe_refund,
    stripe_session,
    woocommerce_order,
)

RECENT = 60
FORGED = {"gv_credit": "99999000000", "gv_order": "", "gv_customer": "W1", "gv_fx_rate": "9"}
"""What a shopper writes into a cart."""


def tell_new(client: Client) -> None:
    """A new order of a member, of a guest with an e-mail address, or of a visitor."""
    shop, chance = client.shop, client.chance
    carts = shop.carts[-10:]
    name = chance.choice(carts) if carts and chance.random() < 0.3 else f"O{shop.number()}"
    at = shop.now()
    order = orders_told.new_order(chance, name, _buyer(client), at)
    if shop.codes and chance.random() < 0.2:
        order["code"] = chance.choice(shop.codes)
    if shop.tokens and chance.random() < 0.2:
        order["ref_token"] = chance.choice(shop.tokens)
    if chance.random() < 0.15:
        order["payment_fingerprint"] = f"card-of-{chance.randrange(40)}-fp"
    if chance.random() < 0.03:
        order["test"] = True
    _tell(client, order, at)


def _buyer(client: Client) -> dict:
    shop, chance = client.shop, client.chance
    if not shop.members or chance.random() < 0.1:
        return {"email": f"guest{chance.randrange(200)}@example.com"}
    few = shop.members[:12] if chance.random() < 0.4 else shop.members
    return {"id": chance.choice(few)}


def tell_news(client: Client) -> None:
    """Something new about an order, told whole or in part."""
    shop, chance = client.shop, client.chance
    known = list(shop.orders.values())
    if not known:
        return tell_new(client)
    at = shop.now()
    known = known[-RECENT:] if chance.random() < 0.7 else known
    order = orders_told.change(chance, chance.choice(known), at)
    if chance.random() < 0.04:
        order["customer"] = _buyer(client)
    if chance.random() < 0.03:
        order |= {"currency": chance.choice(("JPY", "EUR")), "fx_rate": "0.0061"}
    return _tell(client, order, at)


def tell_late(client: Client) -> None:
    """What was true of an order some days ago."""
    known = list(client.shop.orders.values())
    if known:
        at = client.shop.now()
        then = at - timedelta(days=client.chance.randrange(1, LONGEST_DELAY_DAYS))
        order = orders_told.change(client.chance, client.chance.choice(known), then)
        _put(client, order | {"as_of": instant_text(then)}, at)


def _tell(client: Client, order: dict, at: datetime) -> None:
    client.shop.orders[order["id"]] = order
    tell = client.chance.choices((_put, _standard, _on_the_bus), (5, 3, 3))[0]
    tell(client, order, at)


def _put(client: Client, order: dict, at: datetime) -> None:
    """By the shop's server; without a time of its own it is newer than all before."""
    if "as_of" not in order and client.chance.random() < 0.5:
        order = order | {"as_of": instant_text(at)}
    path = {"id": order["id"].replace(":", "%3A")}
    client.ask(serve_orders.handler, "PUT /v1/orders/{id}", path=path, body=order)


def _standard(client: Client, order: dict, at: datetime) -> None:
    body = {"type": "OrderChanged", "timestamp": instant_text(at), "data": _part(client, order)}
    client.deliver("standard", body)


def _on_the_bus(client: Client, order: dict, at: datetime) -> None:
    """By a processor whose words were translated: in part, in any order, some of it days later."""
    chance, shop = client.chance, client.shop
    detail = _part(client, order) | {
        "provider": chance.choice(("stripe", "shopify", "woocommerce", "standard")),
        "as_of": instant_text(at),
        "schema_version": 1,
    }
    event = {"id": "event", "source": "grapevine", "detail-type": "OrderChanged"}
    day = shop.day + (chance.randrange(1, LONGEST_DELAY_DAYS) if chance.random() < LATE else 0)
    body = json.dumps(event | {"time": instant_text(at), "detail": detail})
    shop.messages.add(ORDERS, Message(body, day))


def _part(client: Client, order: dict) -> dict:
    """The order, most often without something."""
    left_out = client.chance.choices(
        ((), ("customer", "refunds"), ("disputes", "items_total"), ("status",)), (6, 1, 1, 1)
    )[0]
    return {name: value for name, value in order.items() if name not in left_out}


def sell_by_stripe(client: Client) -> None:
    """A paid session; it may name an order of the shop."""
    shop, chance = client.shop, client.chance
    mark, at = f"s{shop.number()}", shop.now()
    tags = {}
    if shop.members and chance.random() < 0.6:
        tags["gv_customer"] = chance.choice(shop.members)
    if shop.orders and chance.random() < 0.4:
        tags["gv_order"] = chance.choice(list(shop.orders)[-RECENT:])
    if chance.random() < 0.2:
        tags["gv_credit"] = "300"
    token = chance.choice(shop.tokens) if shop.tokens and chance.random() < 0.3 else None
    shop.sessions.append(mark)
    session = stripe_session(token, mark, int(at.timestamp()), metadata=tags)
    client.deliver("stripe", session)


def news_of_stripe(client: Client) -> None:
    """A refund or a dispute, perhaps before its sale is known."""
    shop, chance = client.shop, client.chance
    if not shop.sessions:
        return sell_by_stripe(client)
    mark, seconds = chance.choice(shop.sessions[-RECENT:]), int(shop.now().timestamp())
    if chance.random() < 0.7:
        status = chance.choice(("succeeded", "succeeded", "failed"))
        number, amount = str(chance.randrange(3)), chance.randrange(1, 9_000)
        body = stripe_refund(mark, amount, seconds, number, status=status)
    else:
        body = stripe_dispute(mark, chance.choice(("needs_response", "won", "lost")), seconds)
    client.deliver("stripe", body)
    return None


def sell_by_platform(client: Client) -> None:
    """An order of Shopify or WooCommerce, with what its shopper wrote into the cart."""
    shop, chance = client.shop, client.chance
    token = chance.choice(shop.tokens) if shop.tokens and chance.random() < 0.5 else None
    number = 10**12 + shop.number()
    if chance.random() < 0.5:
        order = shopify_order(token, id=number, email=f"{number}@example.com")
        victim = chance.choice(list(shop.orders)) if shop.orders else "O1"
        order["note_attributes"] += [
            {"name": name, "value": value or victim} for name, value in FORGED.items()
        ]
        client.deliver("shopify", order, topic="orders/fulfilled")
    else:
        client.deliver("woocommerce", woocommerce_order(token, id=number))
