"""A shop that runs Grapevine, with the verbs of its owner.

Each verb is one HTTP request to the running system, signed or with the shop's key.
"""

import json
import re
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import quote

from shared.domain.instants import instant_text, parse_instant
from shared.webhooks import PROVIDERS
from tests.support.running_cloud import Answer, RunningCloud

MORNING = "2026-03-01T10:00:00Z"
TEN_PERCENT = {"system": "levels", "levels": [{"percent": "10"}]}


class Person(NamedTuple):
    id: str
    login: str
    code: str


class RunningShop:
    """Every shop adds a mark to all names, so that many stories can share one running system."""

    def __init__(self, cloud: RunningCloud) -> None:
        self.cloud, self.mark = cloud, uuid.uuid4().hex[:8]
        local = cloud.local
        self.secret_key, self.staff_key, self.secrets = (
            local["secret_key"],
            local["staff_key"],
            local["webhook_secrets"],
        )
        self.clock(MORNING)

    def named(self, name: str) -> str:
        """Return the name with the shop's mark."""
        return f"{name}-{self.mark}"

    # --- time ---

    def clock(self, now: str) -> None:
        self.now = parse_instant(now)
        self.cloud.clock(now)

    def later(self, **time: float) -> str:
        self.clock(instant_text(self.now + timedelta(**time)))
        return self.clock_text

    @property
    def clock_text(self) -> str:
        return instant_text(self.now)

    # --- the shop's server ---

    def ask(
        self, method: str, path: str, body: object = None, key: str | None = None, **headers: str
    ) -> Answer:
        return self.cloud.http(method, path, body, headers, self.secret_key if key is None else key)

    def get(self, path: str, key: str | None = None) -> dict:
        return done(self.ask("GET", path, key=key))

    def member(self, name: str, /, **form: str) -> Person:
        """Register a member, whose id and login are the name with the shop's mark."""
        own = self.named(name)
        member = done(self.ask("PUT", f"/v1/members/{own}", {"login": own} | form))
        return Person(member["id"], member["login"], member["code"])

    def friend_of(self, advocate: Person, name: str, /, **form: str) -> Person:
        return self.member(name, referrer_login=advocate.login, **form)

    def profile(self, person: Person) -> dict:
        return self.get(f"/v1/members/{person.id}")

    def order(
        self, name: str, buyer: Person | None = None, items: int = 10_000, **facts: object
    ) -> dict:
        """Put the whole order, by default completed; return the answer."""
        customer = {"customer": {"id": buyer.id}} if buyer else {}
        whole = {"status": "completed", "currency": "EUR", "items_total": items} | customer | facts
        return done(self.ask("PUT", f"/v1/orders/{quote(self.named(name), safe='')}", whole))

    def seen_order(self, order_id: str) -> dict:
        return self.get(f"/v1/orders/{quote(order_id, safe='')}")

    def credit(self, person: Person) -> int:
        """The whole balance in minor units, also what is pending."""
        return self.profile(person)["balance"]

    def balance(self, person: Person, as_of: str | None = None) -> dict:
        return self.get(f"/v1/members/{person.id}/balance" + (f"?as_of={as_of}" if as_of else ""))

    def entries(self, person: Person) -> list[dict]:
        """All entries of a member, newest first."""
        return self.listed(f"/v1/members/{person.id}/entries")

    def listed(self, path: str, key: str | None = None, limit: int = 100) -> list[dict]:
        """All items of a list, over all its pages."""
        page = self.get(f"{path}?limit={limit}", key)
        items = page["items"]
        while page["next_cursor"]:
            page = self.get(f"{path}?limit={limit}&cursor={page['next_cursor']}", key)
            items += page["items"]
        return items

    def holds(self, person: Person, name: str, amount: int, **more: object) -> Answer:
        """The checkout of an order asks for credit."""
        return self.ask(
            "POST",
            f"/v1/members/{person.id}/holds",
            {"order_id": self.named(name), "amount": amount} | more,
        )

    def spends(self, person: Person, name: str, amount: int) -> None:
        """Hold credit for an order and capture it."""
        held = done(self.holds(person, name, amount))
        done(self.ask("POST", f"/v1/holds/{held['id']}/capture", {}))

    # --- visitors ---

    def click(self, code: str) -> str:
        """Follow a link as a visitor; return the `ref_token` of the cookie."""
        answer = self.cloud.get(f"/r/{code}", **{"sec-fetch-dest": "document"})
        assert answer.status == 302, answer.body
        return re.match(r"gv_ref=([^;]+)", answer.cookies[0])[1]

    # --- processors ---

    def deliver(self, provider: str, body: object, topic: str = "") -> Answer:
        """Send a signed webhook as the processor does; a body that is not bytes becomes JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = PROVIDERS[provider].signature.sign(self.secrets[provider], raw, self.now) | {
            "content-type": "application/json"
        }
        topics = {
            "shopify": {"x-shopify-topic": topic},
            "woocommerce": {"x-wc-webhook-topic": topic},
        }.get(provider, {})
        return self.cloud.http("POST", f"/webhooks/{provider}", raw, headers | topics)

    def hears(self, provider: str, *bodies: object) -> None:
        """Send signed webhooks; each is handled before the next is sent."""
        for body in bodies:
            answer = self.deliver(provider, body)
            assert answer.status == 202, answer.body
            self.drain()

    def drain(self) -> None:
        assert self.cloud.drain()["idle"]

    # --- staff ---

    def publish(self, **terms: object) -> int:
        """Publish the next version of the program, by default 10 % for one level."""
        seen = self.get("/v1/programs/default", self.staff_key)["version"]
        program = {
            "id": "default",
            "name": "Stories",
            "currency": "EUR",
            "credit": TEN_PERCENT,
        } | terms
        answer = self.ask(
            "POST",
            "/v1/programs/default/versions",
            program,
            self.staff_key,
            **{"if-match": f'"{seen}"'},
        )
        return done(answer)["version"]

    def parked(self) -> list[dict]:
        return self.listed("/v1/parked", self.staff_key)

    def mails(self, address: str) -> list[dict]:
        """What was mailed to an address, the oldest first."""
        self.drain()
        caught = self.cloud.get("/_local/mail").json["items"]
        return [mail for mail in caught if mail["to"] == [address]]

    def verify(self) -> dict:
        return done(self.ask("POST", "/v1/verify", {}, self.staff_key))


def done(answer: Answer) -> dict:
    """Return the JSON of a successful answer; fail with the whole answer otherwise."""
    assert 200 <= answer.status < 300, f"{answer.status} {answer.body.decode(errors='replace')}"
    return answer.json


def refused(answer: Answer, status: int, *fields: str) -> dict:
    """Check that the answer is a problem of this status that names these fields; return it."""
    assert answer.status == status, f"{answer.status} {answer.body[:400]}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    assert problem["status"] == status and problem["code"] and problem["detail"], problem
    if status == 422:
        assert {*fields} <= {error["field"] for error in problem["errors"]}, problem
        assert all(error["message"] for error in problem["errors"])
    return problem


def turned_away(answer: Answer, status: int) -> None:
    """Check that the gateway refused the caller, before any function was called."""
    assert (answer.status, answer.json) == (
        status,
        {"message": {401: "Unauthorized", 403: "Forbidden"}[status]},
    )


def at_once[T](deeds: Sequence[Callable[[], T]]) -> list[T]:
    """Do all deeds at once, each in a thread; return what each returned."""
    with ThreadPoolExecutor(len(deeds)) as hands:
        return [begun.result() for begun in [hands.submit(deed) for deed in deeds]]
