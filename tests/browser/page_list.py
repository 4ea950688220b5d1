"""All pages that people see, by a name, and a world in which each has something to show. A new page is one line of `PAGES`."""

from collections.abc import Callable
from functools import cached_property
from urllib.parse import urlencode

from running_cloud import Answer, RunningCloud, request

from local.console import sign_in_link

BEGAN, MORNING = "2026-02-10T10:00:00Z", "2026-03-01T10:00:00Z"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class World:
    """A running system with Anna, who recommended Ben and has a reward for his first order; the month of it is closed."""

    def __init__(self, cloud: RunningCloud) -> None:
        self.cloud, self.local = cloud, cloud.local
        cloud.clock(BEGAN)
        self.anna = self.member("anna", name="Anna Schmidt", email="anna@example.com")
        self.ben = self.member("ben", name="Ben Weber", email="ben@example.com", code=self.anna["code"])
        self.order("1001", "ben", 12_400)
        self.order("1002", "ben", 5_000, refunds=[{"id": "re_1", "amount": 2_000, "at": BEGAN, "status": "succeeded"}])
        cloud.clock(MORNING)
        self.done("POST", "/v1/settlements", {"month": "2026-02"}, "staff_key")
        cloud.drain()

    def member(self, name: str, /, **form: str) -> dict:
        return self.done("PUT", f"/v1/members/{name}", {"login": name} | form)

    def order(self, name: str, buyer: str, items: int, **facts: object) -> dict:
        whole = {"customer": {"id": buyer}, "status": "completed", "currency": "EUR", "items_total": items} | facts
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
        form = {"name": "Cleo Sand", "email": "cleo@example.com", "login": "cleo", "referrer": self.anna["code"]}
        held = {"shop_cart": "teapot.1-tea.2"} | set_by(self.shop_form("/join", form))
        held |= set_by(request(f"{self.cloud.base_url}/rewards?token={self.session('anna')}"))
        held |= set_by(request(sign_in_link(self.cloud.folder), "POST", b"", FORM | {"origin": self.cloud.base_url}))
        return [{"name": name, "value": value, "url": "https://127.0.0.1", "secure": True} for name, value in held.items()]

    @cached_property
    def order_path(self) -> str:
        """Of the demo shop: an order that was paid for, of whoever the cookies stand for."""
        held = {"cookie": "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in self.cookies)}
        payment = self.shop_form("/checkout", {}, held).headers["location"]
        return self.shop_form(payment, {"answer": "pay"}, held).headers["location"]

    def shop_form(self, path: str, form: dict, headers: dict | None = None):
        """A form of the demo shop, sent; it answers with a redirect."""
        given = FORM | (headers or {})
        answer = request(self.shop_url + path, "POST", urlencode(form).encode(), given)
        assert answer.status == 303, f"{path}: {answer.status} {answer.body!r}"
        return answer

    def done(self, method: str, path: str, body: object = None, key: str = "secret_key") -> dict:
        answer = request(self.cloud.base_url + path, method, body, {"authorization": f"Bearer {self.local[key]}"})
        assert 200 <= answer.status < 300, f"{method} {path}: {answer.status} {answer.body!r}"
        return answer.json


def set_by(answer: Answer) -> dict[str, str]:
    """The cookies that an answer leaves."""
    found = {}
    for cookie in answer.cookies:
        name, _, value = cookie.partition(";")[0].partition("=")
        found[name] = value
    return found


def of_the_shop(path: str) -> Callable[[World], str]:
    return lambda world: world.shop_url + path


def console(path: str) -> Callable[[World], str]:
    return lambda world: "/console" + path


LISTS = "groups transactions settlements statements mails reviews programs simulator parked webhooks keys settings".split()
"""Pages of the console that are at home under their names."""
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
    "rewards": lambda world: "/rewards",
    "rewards: history": lambda world: "/rewards/history",
    "rewards: friends": lambda world: "/rewards/friends",
    "rewards: statements": lambda world: "/rewards/statements",
    "rewards: statement": lambda world: "/rewards/statements/2026-02",
    "rewards: settings": lambda world: "/rewards/settings",
    "mailbox": lambda world: "/_local/mailbox",
    "console: sign in": lambda world: "/console/sign-in",
    "console": lambda world: "/console",
    "console: members": lambda world: "/console/members",
    "console: member": lambda world: "/console/members/anna",
    "console: end of a referral": lambda world: "/console/members/ben/referral",
    "console: forgetting": lambda world: "/console/members/ben/erase",
    "console: groups": lambda world: "/console/groups",
    "console: transactions": lambda world: "/console/transactions",
    "console: orders": lambda world: "/console/orders",
    "console: order": lambda world: "/console/orders/1002",
    **{f"console: {name}": console(f"/{name}") for name in LISTS},
    "console: settlement": console("/settlements/2026-02"),
    "console: statement": console("/statements/anna/2026-02"),
    "console: one program": console("/programs/default"),
    "console: draft": console("/programs/default/draft"),
    "console: referral": console("/members/ben/referral"),
    "console: erase": console("/members/ben/erase"),
    "console: staff": lambda world: "/console/staff",
    "console: audit": lambda world: "/console/audit",
}
"""Each tells its address: a path of ours, or a whole one of the demo shop, where `World.cookies` are signed in."""
