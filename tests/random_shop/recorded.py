"""Families whose whole history is recorded, for a backtest of it.

Whoever acts in a family holds its lock, so that the history is the order of what happened. All else
is as for everybody: any client may be the one, faults strike, workers are killed, messages come
late within their day and twice.
"""

import json
import random
from datetime import datetime
from threading import Lock

from functions import serve_holds, serve_members, serve_membership, serve_orders, serve_referrals
from shared.domain.instants import instant_text, parse_instant
from shared.members.profile import load_profile
from tests.random_shop import orders_told
from tests.random_shop.client import Client
from tests.random_shop.messages import EXPIRY, ORDERS, Message
from tests.support.http_events import STAFF

WHY = {"reason": "The history says so"}
ADDED_ON_THE_WAY = ("as_of", "refs", "provider", "schema_version", "correlation_id")


class Family:
    """`lines` is the history so far; `document` the program under which all of it happened."""

    def __init__(self, name: str, document: dict, chance: random.Random) -> None:
        self.name, self.document, self.lock = name, document, Lock()
        self.members = [f"{name}-M{number}" for number in range(chance.randrange(4, 9))]
        self.lines: list[dict] = []
        self.orders: dict[str, dict] = {}
        self.blocked: set[str] = set()
        self.codes: list[str] = []

    def found(self, client: Client) -> None:
        """Register the members, each below an earlier one or nobody."""
        for place, name in enumerate(self.members):
            at = client.shop.now()
            line = {"type": "member", "id": name, "login": name.lower(), "at": instant_text(at)}
            if place and client.chance.random() < 0.85:
                line["advocate"] = self.members[client.chance.randrange(place)]
            self._register(client, line, at)

    def act(self, client: Client) -> None:
        """Do something in the family."""
        actions = {self._tell: 12, self._redeem: 3, self._pull: 2}
        (action,) = client.chance.choices(list(actions), actions.values())
        at = client.shop.now()
        self.expire(client, at)
        action(client, at)

    def handle(self, client: Client, message: Message) -> None:
        """Hand over news of one of the family's orders."""
        event = json.loads(message.body)
        with self.lock:
            self.expire(client, parse_instant(event["time"]))
            client.hand(ORDERS, message)
            if event["detail-type"] == "OrderChanged":
                told = {
                    name: value
                    for name, value in event["detail"].items()
                    if name not in ADDED_ON_THE_WAY
                }
                self.lines.append({"type": "order", "at": event["time"], "order": told})

    def expire(self, client: Client, at: datetime) -> None:
        """Both sides go on with what is left: a backtest expires credit at its own instant."""
        if self.document["wallet"]["expires_after_days"] is None:
            return
        for member in self.members:
            job = {"job": "expire_account", "version": 1, "time": instant_text(at)}
            client.hand(EXPIRY, Message(json.dumps(job | {"owner": [member, "EUR"]})))

    def _register(self, client: Client, line: dict, at: datetime) -> None:
        form = {"login": line["login"]}
        if "advocate" in line:
            form["referrer_login"] = line["advocate"].lower()
        route = "PUT /v1/members/{id}"
        answered = client.ask(serve_members.handler, route, at, path={"id": line["id"]}, body=form)
        assert answered.status == 200, answered.text
        self.codes.append(answered.body["code"])
        self.lines.append(line | {"code": answered.body["code"]})

    def _tell(self, client: Client, at: datetime) -> None:
        chance = client.chance
        if not self.orders or chance.random() < 0.4:
            name = f"{self.name}-O{len(self.orders)}"
            buyer = {"id": chance.choice(self.members)}
            order = orders_told.new_order(chance, name, buyer, at)
            if chance.random() < 0.1:
                order["code"] = chance.choice(self.codes)
        else:
            known = list(self.orders.values())
            order = orders_told.change(chance, chance.choice(known[-8:]), at)
            if chance.random() < 0.04:
                order["customer"] = {"id": chance.choice(self.members)}
        self.orders[order["id"]] = order
        if chance.random() < 0.4:
            body = {"type": "OrderChanged", "timestamp": instant_text(at), "data": order}
            client.deliver("standard", body, at)
        else:
            self._put(client, order, at)

    def _put(self, client: Client, order: dict, at: datetime) -> None:
        body = order | {"as_of": instant_text(at)}
        answered = client.ask(
            serve_orders.handler, "PUT /v1/orders/{id}", at, path={"id": order["id"]}, body=body
        )
        assert answered.status == 200, answered.text
        self.lines.append({"type": "order", "at": instant_text(at), "order": order})

    def _redeem(self, client: Client, at: datetime) -> None:
        member, amount = client.chance.choice(self.members), client.chance.randrange(1, 900)
        number = client.shop.number()
        name = client.chance.choice([*self.orders, f"{self.name}-C{number}"])
        total = 5_000
        asked = {"order_id": name, "amount": amount, "items_total": total}
        key = {"idempotency-key": f"recorded {number}"}
        path = "POST /v1/members/{id}/holds"
        held = client.ask(
            serve_holds.handler, path, at, path={"id": member}, body=asked, headers=key
        )
        if held.status == 201:
            path = "POST /v1/holds/{id}/capture"
            taken = client.ask(serve_holds.handler, path, at, path={"id": held.body["id"]})
            assert taken.status == 200, taken.text
        line = {"type": "redeemed", "member": member, "amount": amount, "order": name}
        self.lines.append(line | {"items_total": total, "at": instant_text(at)})

    def _pull(self, client: Client, at: datetime) -> None:
        """One of staff's levers; a blocked member is opened again rather than blocked twice."""
        kind = client.chance.choice(("block", "block", "end", "group"))
        member = client.chance.choice(self.members)
        {"block": self._block, "end": self._end, "group": self._assign}[kind](client, member, at)

    def _block(self, client: Client, member: str, at: datetime) -> None:
        self.blocked ^= {member}
        kind = "block" if member in self.blocked else "unblock"
        self._lever(client, f"POST /v1/members/{{id}}/{kind}", member, at, WHY)
        self.lines.append({"type": f"{kind}ed", "member": member, "at": instant_text(at)})

    def _assign(self, client: Client, member: str, at: datetime) -> None:
        group = client.chance.choice(("staff", None))
        self._lever(client, "PUT /v1/members/{id}/group", member, at, {"group": group})
        line = {"type": "group_assigned", "member": member, "group": group}
        self.lines.append(line | {"at": instant_text(at)})

    def _lever(self, client: Client, route: str, member: str, at: datetime, body: dict) -> None:
        path = {"id": member}
        client.ask(serve_membership.handler, route, at, path=path, body=body, caller=STAFF)

    def _end(self, client: Client, friend: str, at: datetime) -> None:
        edge = client.read(lambda: load_profile(friend).member.referral)
        if edge:
            client.ask(
                serve_referrals.handler,
                "DELETE /v1/referrals/{id}",
                at,
                path={"id": edge.id.replace("#", "%23")},
                body=WHY | {"take_back": "nothing"},
                caller=STAFF,
            )
        self.lines.append({"type": "referral_ended", "friend": friend, "at": instant_text(at)})
