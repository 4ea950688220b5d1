"""All pages that people see, by a name, and a world in which each has something to show. A new page is one line of `PAGES`."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode, urljoin

from local.cli.commands.console import request_sign_in_link
from shared.console.sign_in import form_token
from tests.support.running_cloud import Answer, RunningCloud, request

BEGAN, MORNING = "2026-02-10T10:00:00Z", "2026-03-01T10:00:00Z"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class World:
    """A running system with Anna, who recommended Ben and has a reward for his first order; the month of it is closed."""

    def __init__(self, cloud: RunningCloud) -> None:
        self.cloud, self.local = cloud, cloud.local
        cloud.clock(BEGAN)
        self.anna = self.member("anna", name="Anna Schmidt", email="anna@example.com")
        self.ben = self.member(
            "ben", name="Ben Weber", email="ben@example.com", code=self.anna["code"]
        )
        self.order("1001", "ben", 12_400)
        self.order(
            "1002",
            "ben",
            5_000,
            refunds=[{"id": "re_1", "amount": 2_000, "at": BEGAN, "status": "succeeded"}],
        )
        cloud.clock(MORNING)
        self.done("POST", "/v1/settlements", {"month": "2026-02"}, "staff_key")
        cloud.drain()

    def member(self, name: str, /, **form: str) -> dict:
        return self.done("PUT", f"/v1/members/{name}", {"login": name} | form)

    def order(self, name: str, buyer: str, items: int, **facts: object) -> dict:
        whole = {
            "customer": {"id": buyer},
            "status": "completed",
            "currency": "EUR",
            "items_total": items,
        } | facts
        return self.done("PUT", f"/v1/orders/{name}", whole)

    def session(self, name: str) -> str:
        """A member's token, good for 15 minutes."""
        return self.done("POST", f"/v1/members/{name}/session", {})["token"]

    @property
    def shop_url(self) -> str:
        return self.local["shop_url"]

    @cached_property
    def cookies(self) -> list[dict]:
        """Of Cleo, who is signed in at the demo shop with a full cart, of Anna on her pages, and of the owner in the console."""
        form = {
            "name": "Cleo Sand",
            "email": "cleo@example.com",
            "login": "cleo",
            "referrer": self.anna["code"],
        }
        held = {"shop_cart": "teapot.1-tea.2"} | set_by(self.shop_form("/join", form))
        held |= set_by(request(f"{self.cloud.base_url}/rewards?token={self.session('anna')}"))
        held |= set_by(
            request(
                request_sign_in_link(self.cloud.folder),
                "POST",
                b"",
                FORM | {"origin": self.cloud.base_url},
            )
        )
        return [
            {"name": name, "value": value, "url": "https://127.0.0.1", "secure": True}
            for name, value in held.items()
        ]

    @cached_property
    def staff_things(self) -> dict[str, str]:
        """Of what only the console shows: a draft with a warning, an endpoint, something parked, a review that waits, dead letters."""
        program = self.done("GET", "/v1/programs/default", key="staff_key") | {
            "review": {"hold": ["same_payment"]}
        }
        self.done(
            "POST",
            "/v1/programs/default/versions",
            program,
            "staff_key",
            {"if-match": f'"{program["version"]}"'},
        )
        form = {"as": "document", "revision": "0", "seen": str(program["version"] + 1)}
        credit = {"system": "levels", "levels": [{"fixed": 500}]}
        draft = {"id": "default", "name": "Five for a friend", "currency": "EUR", "credit": credit}
        self.staff_form("/console/programs/default/draft", form | {"document": json.dumps(draft)})
        card = {"payment_fingerprint": "fp_of_a_card"}
        self.order("1003", "anna", 3_000, **card)
        self.order("1004", "ben", 8_000, **card)
        self.order("1005", "ben", 10_000, currency="USD")
        self.bury("OrdersDeadLetters", {"detail-type": "OrderChanged", "detail": {"id": "1001"}})
        self.bury("StreamDeadLetters", {"DDBStreamBatchInfo": {}})
        endpoint = self.done(
            "POST", "/v1/webhooks", {"url": "https://shop.example/grapevine"}, "staff_key"
        )
        return {"endpoint": endpoint["id"]}

    def mailed(self, path: str) -> str:
        """The latest link to a path of ours that a mail to Anna has."""
        texts = [
            mail["text"]
            for mail in self.cloud.get("/_local/mail").json["items"]
            if "anna@example.com" in mail["to"]
        ]
        return re.findall(rf"\S+{re.escape(path)}\S*", "\n".join(texts))[-1]

    def visit(self, context, name: str) -> str:
        """The address of a page, for a browser that is now signed in wherever that takes it."""
        context.clear_cookies()
        if name not in STRANGERS:
            context.add_cookies(self.cookies)
        return urljoin(self.cloud.base_url, PAGES[name](self))

    def bury(self, queue: str, message: dict) -> None:
        """A message that a queue gave up on, as the local cloud's journal keeps it."""
        row = (
            f"arn:aws:sqs:us-east-1:000000000000:grapevine-{queue}",
            queue,
            json.dumps(message),
            1_772_359_200_000,
            0,
        )
        with closing(
            sqlite3.connect(self.cloud.folder / "journal.sqlite", isolation_level=None)
        ) as journal:
            journal.execute(
                "insert into messages (queue, id, body, sent_ms, visible_at) values (?, ?, ?, ?, ?)",
                row,
            )

    def staff_form(self, path: str, form: dict) -> None:
        """A form of the console, sent by the owner."""
        held = next(cookie for cookie in self.cookies if cookie["name"].endswith("gv_console"))
        proof = {"form": form_token(held["value"])}
        given = FORM | {
            "cookie": f"{held['name']}={held['value']}",
            "sec-fetch-site": "same-origin",
        }
        answer = request(
            self.cloud.base_url + path, "POST", urlencode(form | proof).encode(), given
        )
        assert answer.status == 303, f"{path}: {answer.status} {answer.body!r}"

    @cached_property
    def order_path(self) -> str:
        """Of the demo shop: an order that was paid for, of whoever the cookies stand for."""
        held = {
            "cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in self.cookies)
        }
        payment = self.shop_form("/checkout", {}, held).headers["location"]
        return self.shop_form(payment, {"answer": "pay"}, held).headers["location"]

    def shop_form(self, path: str, form: dict, headers: dict | None = None):
        """A form of the demo shop, sent; it answers with a redirect."""
        given = FORM | (headers or {})
        answer = request(self.shop_url + path, "POST", urlencode(form).encode(), given)
        assert answer.status == 303, f"{path}: {answer.status} {answer.body!r}"
        return answer

    def done(
        self,
        method: str,
        path: str,
        body: object = None,
        key: str = "secret_key",
        headers: dict | None = None,
    ) -> dict:
        given = {"authorization": f"Bearer {self.local[key]}"} | (headers or {})
        answer = request(self.cloud.base_url + path, method, body, given)
        assert 200 <= answer.status < 300, f"{method} {path}: {answer.status} {answer.body!r}"
        return answer.json


@contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """A running system of its own, with its demo shop."""
    running = RunningCloud(folder).start("--demo")
    try:
        yield World(running)
    finally:
        running.stop()


def set_by(answer: Answer) -> dict[str, str]:
    """The cookies that an answer leaves."""
    found = {}
    for cookie in answer.cookies:
        name, _, value = cookie.partition(";")[0].partition("=")
        found[name] = value
    return found


def of_the_shop(path: str) -> Callable[[World], str]:
    return lambda world: world.shop_url + path


def of_staff(path: str) -> Callable[[World], str]:
    """A page of the console with something on it."""
    return lambda world: path if world.staff_things else ""


PAGES: dict[str, Callable[[World], str]] = {
    "shop": of_the_shop("/"),
    "shop: join": of_the_shop("/join"),
    "shop: sign in": of_the_shop("/login"),
    "shop: cart": of_the_shop("/cart"),
    "shop: checkout": of_the_shop("/checkout"),
    "shop: orders": of_the_shop("/orders"),
    "shop: order": lambda world: world.shop_url + world.order_path,
    "shop: account": of_the_shop("/account"),
    "shop: guide": of_the_shop("/guide"),
    "shop: a year": of_the_shop("/year"),
    "claim": lambda world: f"/c/{world.anna['code']}",
    "claim: unknown": lambda world: "/c/NOBODY-0000",
    "rewards": lambda world: "/rewards",
    "rewards: nothing yet": lambda world: f"/rewards?token={world.session('ben')}",
    "rewards: history": lambda world: "/rewards/history",
    "rewards: friends": lambda world: "/rewards/friends",
    "rewards: statements": lambda world: "/rewards/statements",
    "rewards: statement": lambda world: "/rewards/statements/2026-02",
    "rewards: settings": lambda world: "/rewards/settings",
    "rewards: no such statement": lambda world: "/rewards/statements/2020-01",
    "rewards: signed out": lambda world: "/rewards",
    "rewards: goodbye": lambda world: "/rewards?forgotten=true",
    "rewards: from a mail": lambda world: world.mailed("/rewards/enter"),
    "mails": lambda world: world.mailed("/mail/unsubscribe"),
    "mailbox": lambda world: "/_local/mailbox",
    "console: sign in": lambda world: "/console/sign-in",
    "console": lambda world: "/console",
    "console: members": lambda world: "/console/members",
    "console: member": lambda world: "/console/members/anna",
    "console: end of a referral": lambda world: "/console/members/ben/referral",
    "console: forgetting": lambda world: "/console/members/ben/erase",
    "console: groups": lambda world: "/console/groups",
    "console: transactions": lambda world: "/console/transactions",
    "console: journal": lambda world: "/console/journal?from=2026-02-01&until=2026-03-01",
    "console: orders": lambda world: "/console/orders",
    "console: order": lambda world: "/console/orders/1002",
    "console: settlements": lambda world: "/console/settlements",
    "console: settlement": lambda world: "/console/settlements/2026-02",
    "console: statements": lambda world: "/console/statements",
    "console: statement": lambda world: "/console/statements/anna/2026-02",
    "console: mails": lambda world: "/console/mails?member=anna",
    "console: reviews": of_staff("/console/reviews"),
    "console: review": of_staff("/console/reviews/1004"),
    "console: program": of_staff("/console/programs"),
    "console: version": of_staff("/console/programs/default/versions/2?with=1"),
    "console: draft": of_staff("/console/programs/default/draft"),
    "console: draft as a document": of_staff("/console/programs/default/draft?as=document"),
    "console: backtest": of_staff("/console/programs/default/draft/backtest"),
    "console: simulator": lambda world: (
        "/console/simulator?terms=level_based&items=1000.00&advocates=3"
    ),
    "console: parked": of_staff("/console/parked"),
    "console: dead letters": of_staff("/console/dead-letters"),
    "console: keys": lambda world: "/console/keys",
    "console: webhooks": of_staff("/console/webhooks"),
    "console: webhook": lambda world: f"/console/webhooks/{world.staff_things['endpoint']}",
    "console: settings": lambda world: "/console/settings",
    "console: staff": lambda world: "/console/staff",
    "console: audit": lambda world: "/console/audit",
}
"""Each tells its address: a path of ours, or a whole one of the demo shop, where `World.cookies` are signed in."""
STRANGERS = {
    "claim: unknown",
    "rewards: signed out",
    "rewards: goodbye",
    "rewards: from a mail",
    "mails",
}
"""Seen by whoever is signed in nowhere."""
STATUSES = {
    "claim: unknown": 404,
    "rewards: no such statement": 404,
    "rewards: signed out": 401,
    "rewards: goodbye": 401,
}
"""What pages are answered with that are not 200."""
