"""What the shop, its processor and a browser do in the story: each a call that is shown to the reader."""

import json
import urllib.request
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path

from local.cloud.clock import format_instant, parse_instant
from local.demo.narration import CallResult, NarratedCall, Narration, StoryFailed
from shared.webhooks import PROVIDERS

EVENTS = Path(__file__).resolve().parents[2] / "events"
JSON = {"content-type": "application/json"}
LINES = "\n          "


class StoryCalls:
    """`mark` makes the names of one telling its own, so that the story can be told again on the same system."""

    def __init__(self, narration: Narration, local: dict, bodies: Path, mark: str) -> None:
        self.narration, self.local, self.bodies, self.mark = narration, local, bodies, mark
        self.advocate, self.friend, self.order_id = f"anna-{mark}", f"ben-{mark}", f"demo-{mark}"
        self.link_path = ""

    @staticmethod
    def first_terms(local: dict) -> bool:
        """Whether the program is still the one that every system begins with."""
        request = urllib.request.Request(
            f"{local['base_url']}/v1/programs/default", headers=_bearer(local["staff_key"])
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["version"] == 1

    def register(self) -> dict:
        form = {
            "login": self.advocate,
            "name": "Anna Schmidt",
            "email": f"{self.advocate}@example.com",
        }
        answer = self._keyed(
            "PUT",
            f"/v1/members/{self.advocate}",
            "KEY",
            _picked("code", "link", "status", "balance"),
            json.dumps(form),
        )
        self.link_path = answer.json["link"].removeprefix(self.local["base_url"])
        return answer.json

    def follow(self) -> str:
        """The token in the cookie."""
        call = NarratedCall(
            "GET", self.link_path, {"user-agent": "Mozilla/5.0"}, curl=("-i -A Mozilla/5.0",)
        )
        answer = self.narration.call(
            call,
            302,
            lambda answer: f"location: {answer.headers['location']}, {_cookie_brief(answer)}",
        )
        return SimpleCookie(answer.headers.get("set-cookie", ""))["gv_ref"].value

    def pay(self, token: str, amount: int) -> None:
        event = self._event("stripe_session_paid.json")
        session = event["data"]["object"]
        session |= {
            "id": f"cs_{self.mark}",
            "payment_intent": f"pi_{self.mark}",
            "amount_total": amount,
            "created": event["created"],
        }
        session["customer_details"] = {"email": f"{self.friend}@example.com"}
        session["metadata"] = {
            "gv_ref": token,
            "gv_order": self.order_id,
            "gv_customer": self.friend,
        }
        self._deliver("session.json", event)

    def refund(self, amount: int) -> None:
        event = self._event("stripe_refund_created.json")
        names = {
            "id": f"re_{self.mark}",
            "charge": f"ch_{self.mark}",
            "payment_intent": f"pi_{self.mark}",
        }
        event["data"]["object"] |= names | {"amount": amount, "created": event["created"]}
        self._deliver("refund.json", event)

    def entries(self, quiet: bool = False) -> list[dict]:
        brief = (
            (lambda answer: f"{len(answer.json['items'])} entries, as before")
            if quiet
            else _entries_brief
        )
        return self._keyed("GET", f"/v1/members/{self.advocate}/entries", "KEY", brief).json[
            "items"
        ]

    def balance(self, as_of: datetime | None = None) -> dict:
        when = f"?as_of={format_instant(as_of)}" if as_of else ""
        return self._keyed(
            "GET",
            f"/v1/members/{self.advocate}/balance{when}",
            "KEY",
            _picked("available", "pending", "by_date"),
        ).json

    def order(self) -> dict:
        return self._keyed("GET", f"/v1/orders/{self.order_id}", "KEY", _order_brief).json

    def verify(self) -> dict:
        return self._keyed("POST", "/v1/verify", "STAFF", lambda answer: answer.json).json

    def _event(self, name: str) -> dict:
        """A sample of `events/`, sent now."""
        event = json.loads((EVENTS / name).read_text())
        return event | {
            "id": f"evt_{self.mark}_{event['type']}",
            "created": int(self._now().timestamp()),
        }

    def _now(self) -> datetime:
        """By the local clock, which may stand still."""
        with urllib.request.urlopen(f"{self.local['base_url']}/_local/clock", timeout=10) as answer:
            return parse_instant(json.load(answer)["now"])

    def _deliver(self, name: str, event: dict) -> None:
        """Signed as Stripe signs, then waited for."""
        body = json.dumps(event, indent=2).encode()
        (self.bodies / name).write_bytes(body)
        secret = self.local["webhook_secrets"]["stripe"]
        headers = JSON | PROVIDERS["stripe"].signature.sign(secret, body, self._now())
        curl = (f'-H "$(sign {name})" --data-binary @{name}',)
        self.narration.call(
            NarratedCall("POST", "/webhooks/stripe", headers, body, curl),
            202,
            lambda answer: answer.json,
        )
        drained = self.narration.call(
            NarratedCall("POST", "/_local/drain", JSON, b"{}"), 200, lambda answer: answer.json
        )
        if any(drained.json["dead_letters"].values()):
            raise StoryFailed(f"{name} could not be evaluated; see the functions' log")

    def _keyed(
        self, method: str, path: str, key: str, brief, body: str | None = None
    ) -> CallResult:
        """With the key of the shop's server or of staff, which the line shows as a variable."""
        curl = [f'-H "Authorization: Bearer ${key}"', *([f"-d '{body}'"] if body else [])]
        sent = b"{}" if method == "POST" and body is None else body.encode() if body else None
        headers = JSON | _bearer(self.local["secret_key" if key == "KEY" else "staff_key"])
        return self.narration.call(
            NarratedCall(method, path, headers, sent, tuple(curl)), 200, brief
        )


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def _picked(*fields: str):
    return lambda answer: {field: answer.json[field] for field in fields}


def _entries_brief(answer: CallResult) -> str:
    rows = [
        (row["kind"], row["amount"], row["available_on"], row["text"], row["balance_after"])
        for row in answer.json["items"]
    ]
    lines = [
        f"{kind} {amount:+}, available on {on}: “{text}”, balance {after}"
        for kind, amount, on, text, after in rows
    ]
    return LINES.join(lines)


def _order_brief(answer: CallResult) -> str:
    order = answer.json
    lines = [f"{order['state']}, kept {order['order']['kept']}"]
    lines += [f"evidence: {_evidence_brief(sign)}" for sign in order["evidence"]]
    for reward in order["rewards"]:
        reason = {
            name: reward["reason"][name] for name in ("code", "inputs", "steps", "program_version")
        }
        lines += [
            f"reward: {reward['amount']} to {reward['member']}",
            json.dumps(reason, ensure_ascii=False),
        ]
    return LINES.join(lines)


def _evidence_brief(sign: dict) -> str:
    return f"{sign['kind']}, advocate {sign['advocate']}, at {sign['at']}" + (
        f", lost: {sign['lost']}" if sign["lost"] else ""
    )


def _cookie_brief(answer: CallResult) -> str:
    return f"set-cookie: {answer.headers.get('set-cookie', 'none')}"
