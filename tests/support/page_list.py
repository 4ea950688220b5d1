"""All pages that people see, by name, and a running system in which each has something to show.

A new page is one line of `PAGES`.
"""

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
    """A running system in which Anna recommended Ben and has a reward for his first order.

    The month of that order is closed.
    """

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

    @cached_property
    def imported(self) -> str:
        """Import one member and a row that is refused; return the id of the import."""
        rows = [{"id": "cara", "login": "cara"}, {"id": "dora"}]
        run = self.done("POST", "/v1/imports", {"kind": "members", "rows": rows})
        self.cloud.drain()
        return run["id"]

    @cached_property
    def without_advocate(self) -> str:
        """Make an order of a customer without an advocate; return the preview of naming one."""
        self.member("dana")
        self.order("1010", "dana", 6_000)
        return "/console/order-advocate?order=1010&advocate_login=anna"

    @cached_property
    def twin(self) -> str:
        """A second account of Anna's, with a friend's reward; return its id."""
        emma = self.member("emma", email="emma@example.com")
        self.member("finn", code=emma["code"])
        self.order("1014", "finn", 8_000)
        return "emma"

    @cached_property
    def closed(self) -> str:
        """Merge two members; return the id of the one that is closed."""
        self.member("gina", name="Gina Wolf")
        gigi = self.member("gigi", email="gigi@example.com")
        self.member("hugo", code=gigi["code"])
        self.order("1015", "hugo", 6_000)
        merge = {"closed": "gigi", "reason": "She registered twice"}
        self.done("POST", "/v1/members/gina/merge", merge, "staff_key")
        self.cloud.drain()
        return "gigi"

    def session(self, name: str) -> str:
        """A member's token, good for 15 minutes."""
        return self.done("POST", f"/v1/members/{name}/session", {})["token"]

    @property
    def shop_url(self) -> str:
        return self.local["shop_url"]

    @cached_property
    def cookies(self) -> list[dict]:
        """The cookies of Cleo at the demo shop (with a full cart), Anna and the console's owner."""
        form = {
            "name": "Cleo Sand",
            "email": "cleo@example.com",
            "login": "cleo",
            "referrer": self.anna["code"],
        }
        held = {"shop_cart": "teapot.1-tea.2"} | cookies_of(self.shop_form("/join", form))
        held |= cookies_of(request(f"{self.cloud.base_url}/rewards?token={self.session('anna')}"))
        held |= cookies_of(
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
        """Make what only the console shows; return the id of the endpoint.

        A draft with a warning, an endpoint, a parked order, a waiting review and dead letters.
        """
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
        """Return the newest link to this path in the mails to Anna."""
        texts = [
            mail["text"]
            for mail in self.cloud.get("/_local/mail").json["items"]
            if "anna@example.com" in mail["to"]
        ]
        return re.findall(rf"\S+{re.escape(path)}\S*", "\n".join(texts))[-1]

    @cached_property
    def joining(self) -> str:
        """Ask for a link at /join; return the link that is mailed."""
        form = urlencode({"email": "anna@example.com"}).encode()
        headers = FORM | {"sec-fetch-site": "same-origin"}
        assert request(f"{self.cloud.base_url}/join", "POST", form, headers).status == 200
        return self.mailed("/join/enter")

    def visit(self, context, name: str) -> str:
        """Give the browser the cookies of a page; return the address of the page."""
        context.clear_cookies()
        if name not in STRANGERS:
            context.add_cookies(self.cookies)
        return urljoin(self.cloud.base_url, PAGES[name](self))

    def bury(self, queue: str, message: dict) -> None:
        """Put a message among the dead letters of a queue, in the local cloud's journal."""
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
        """Send a form of the console as the owner."""
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
        """Order and pay at the demo shop as Cleo; return the path of the order."""
        held = {
            "cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in self.cookies)
        }
        payment = self.shop_form("/checkout", {}, held).headers["location"]
        return self.shop_form(payment, {"answer": "pay"}, held).headers["location"]

    def shop_form(self, path: str, form: dict, headers: dict | None = None):
        """Send a form of the demo shop, which must answer with a redirect."""
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
def open_world(folder: Path) -> Iterator[World]:
    """Run a system with its demo shop inside the block."""
    running = RunningCloud(folder).start("--demo")
    try:
        yield World(running)
    finally:
        running.stop()


def cookies_of(answer: Answer) -> dict[str, str]:
    """Return the cookies that an answer sets, by name."""
    found = {}
    for cookie in answer.cookies:
        name, _, value = cookie.partition(";")[0].partition("=")
        found[name] = value
    return found


def shop_page(path: str) -> Callable[[World], str]:
    return lambda world: world.shop_url + path


def staff_page(path: str) -> Callable[[World], str]:
    """Return how to find a page of the console that has something to show."""
    return lambda world: path if world.staff_things else ""


PAGES: dict[str, Callable[[World], str]] = {
    "shop": shop_page("/"),
    "shop: join": shop_page("/join"),
    "shop: sign in": shop_page("/login"),
    "shop: cart": shop_page("/cart"),
    "shop: checkout": shop_page("/checkout"),
    "shop: orders": shop_page("/orders"),
    "shop: order": lambda world: world.shop_url + world.order_path,
    "shop: account": shop_page("/account"),
    "shop: guide": shop_page("/guide"),
    "shop: a year": shop_page("/year"),
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
    "join": lambda world: "/join",
    "join: from a mail": lambda world: world.joining,
    "join: from an old mail": lambda world: "/join/enter?ticket=old",
    "mails": lambda world: world.mailed("/mail/unsubscribe"),
    "ways on": lambda world: "/",
    "nothing here": lambda world: "/nothing/here",
    "mailbox": lambda world: "/_local/mailbox",
    "console: sign in": lambda world: "/console/sign-in",
    "console": lambda world: "/console",
    "console: members": lambda world: "/console/members",
    "console: search": lambda world: "/console/search?q=s",
    "console: members found": lambda world: "/console/members?q=ann&status=active&sort=login",
    "console: member": lambda world: "/console/members/anna",
    "console: member's orders": lambda world: "/console/members/ben?tab=orders",
    "console: member's friends": lambda world: "/console/members/anna?tab=friends",
    "console: member's tree": lambda world: "/console/members/anna?tab=tree",
    "console: end of a referral": lambda world: "/console/members/ben/referral",
    "console: advocate of an order": lambda world: world.without_advocate,
    "console: same person, asked": lambda world: "/console/members/anna/merge?q=em",
    "console: same person, previewed": lambda world: (
        f"/console/members/anna/merge?other={world.twin}"
    ),
    "console: closed member": lambda world: f"/console/members/{world.closed}",
    "console: forgetting": lambda world: "/console/members/ben/erase",
    "console: imports": lambda world: "/console/imports",
    "console: import": lambda world: f"/console/imports/{world.imported}",
    "console: rates": lambda world: "/console/settings/rates",
    "console: groups": lambda world: "/console/groups",
    "console: transactions": lambda world: "/console/transactions",
    "console: verification": lambda world: "/console/verification",
    "console: journal": lambda world: "/console/journal?from=2026-02-01&until=2026-03-01",
    "console: orders": lambda world: "/console/orders",
    "console: order": lambda world: "/console/orders/1002",
    "console: settlements": lambda world: "/console/settlements",
    "console: settlement": lambda world: "/console/settlements/2026-02",
    "console: statements": lambda world: "/console/statements",
    "console: statement": lambda world: "/console/statements/anna/2026-02",
    "console: mails": lambda world: "/console/mails?member=anna",
    "console: reviews": staff_page("/console/reviews"),
    "console: review": staff_page("/console/reviews/1004"),
    "console: program": staff_page("/console/programs"),
    "console: version": staff_page("/console/programs/default/versions/2?with=1"),
    "console: draft": staff_page("/console/programs/default/draft"),
    "console: draft as a document": staff_page("/console/programs/default/draft?as=document"),
    "console: draft by groups": staff_page("/console/programs/default/draft?from=volume_groups"),
    "console: draft by rules": staff_page("/console/programs/default/draft?from=advocate_rules"),
    "console: backtest": staff_page("/console/programs/default/draft/backtest"),
    "console: simulator": lambda world: (
        "/console/simulator?terms=level_based&items=1000.00&advocates=3"
    ),
    "console: an unsure amount": lambda world: "/console/simulator?items=1.250",
    "console: no such member": lambda world: "/console/members/nobody",
    "console: parked": staff_page("/console/parked"),
    "console: dead letters": staff_page("/console/dead-letters"),
    "console: keys": lambda world: "/console/keys",
    "console: webhooks": staff_page("/console/webhooks"),
    "console: connections": staff_page("/console/connections"),
    "console: webhook": lambda world: f"/console/webhooks/{world.staff_things['endpoint']}",
    "console: setup": lambda world: "/console/setup",
    "console: settings": lambda world: "/console/settings",
    "console: look": lambda world: "/console/settings/look",
    "console: mail settings": lambda world: "/console/settings/mails",
    "console: preview of the rewards": lambda world: "/console/settings/preview/rewards",
    "console: preview of a claim": lambda world: "/console/settings/preview/claim",
    "console: preview of a statement": lambda world: "/console/settings/preview/statement",
    "console: staff": lambda world: "/console/staff",
    "console: audit": lambda world: "/console/audit",
}
"""How to find the address of each page: a path, or a whole address of the demo shop."""
STRANGERS = {
    "claim: unknown",
    "rewards: signed out",
    "rewards: goodbye",
    "rewards: from a mail",
    "join",
    "join: from a mail",
    "join: from an old mail",
    "mails",
}
"""Pages that are opened without cookies."""
STATUSES = {
    "claim: unknown": 404,
    "nothing here": 404,
    "console: an unsure amount": 422,
    "console: no such member": 404,
    "rewards: no such statement": 404,
    "rewards: signed out": 401,
    "join: from an old mail": 401,
    "rewards: goodbye": 401,
}
"""The status of each page that is not answered with 200."""
