"""The calls of the shop, its payment processor and a browser in the story; each is shown."""

import json
import urllib.request
from collections.abc import Callable
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Literal

from local.cloud.clock import format_instant, parse_instant
from local.cloud.running_system import LocalSystem
from local.demo.narration import ApiAnswer, CallResult, NarratedCall, Narration, StoryFailed
from shared.webhooks.stripe.signature import SIGNATURE

EVENTS = Path(__file__).resolve().parents[2] / "events"
JSON = {"content-type": "application/json"}
NEXT_LINE = "\n          "

type Brief = Callable[[CallResult], object]
"""Makes the summary of a response: a text, or a value that is shown as JSON."""


class StoryCalls:
    """The calls of one run of the story.

    `mark` is part of all names, so that the story can run again on the same system.
    """

    def __init__(self, narration: Narration, local: LocalSystem, bodies: Path, mark: str) -> None:
        self.narration, self.local, self.bodies, self.mark = narration, local, bodies, mark
        self.advocate, self.friend, self.order_id = f"anna-{mark}", f"ben-{mark}", f"demo-{mark}"
        self.link_path = ""

    def register(self) -> ApiAnswer:
        """Registers the advocate and returns the API's answer, a member."""
        form = {
            "login": self.advocate,
            "name": "Anna Schmidt",
            "email": f"{self.advocate}@example.com",
        }
        member = self._call_with_key(
            "PUT",
            f"/v1/members/{self.advocate}",
            "KEY",
            _select("code", "link", "status", "balance"),
            json.dumps(form),
        ).json
        self.link_path = member["link"].removeprefix(self.local["base_url"])
        return member

    def follow(self) -> str:
        """Follows the advocate's link and returns the token from the cookie."""
        call = NarratedCall(
            "GET", self.link_path, {"user-agent": "Mozilla/5.0"}, curl=("-i -A Mozilla/5.0",)
        )
        result = self.narration.call(call, 302, _describe_redirect)
        return SimpleCookie(result.headers.get("set-cookie", ""))["gv_ref"].value

    def pay(self, token: str, amount: int) -> None:
        """Sends the event that a Checkout session of `amount` minor units was paid."""
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
        """Sends the event that `amount` minor units were refunded."""
        event = self._event("stripe_refund_created.json")
        names = {
            "id": f"re_{self.mark}",
            "charge": f"ch_{self.mark}",
            "payment_intent": f"pi_{self.mark}",
        }
        event["data"]["object"] |= names | {"amount": amount, "created": event["created"]}
        self._deliver("refund.json", event)

    def entries(self, brief: bool = False) -> list[ApiAnswer]:
        """Returns the advocate's entries; with `brief` only their number is shown to the reader."""
        describe = _describe_number_of_entries if brief else _describe_entries
        path = f"/v1/members/{self.advocate}/entries"
        entries: list[ApiAnswer] = self._call_with_key("GET", path, "KEY", describe).json["items"]
        return entries

    def balance(self, as_of: datetime | None = None) -> ApiAnswer:
        """Returns the advocate's balance, now or at the instant `as_of`."""
        query = f"?as_of={format_instant(as_of)}" if as_of else ""
        path = f"/v1/members/{self.advocate}/balance{query}"
        return self._call_with_key(
            "GET", path, "KEY", _select("available", "pending", "by_date")
        ).json

    def order(self) -> ApiAnswer:
        path = f"/v1/orders/{self.order_id}"
        return self._call_with_key("GET", path, "KEY", _describe_order).json

    def verify(self) -> ApiAnswer:
        return self._call_with_key("POST", "/v1/verify", "STAFF", _whole_answer).json

    def _event(self, name: str) -> ApiAnswer:
        """Returns a sample event from `events/` with a new id and the present time."""
        event: ApiAnswer = json.loads((EVENTS / name).read_text())
        return event | {
            "id": f"evt_{self.mark}_{event['type']}",
            "created": int(self._now().timestamp()),
        }

    def _now(self) -> datetime:
        """Returns the time of the local clock, which may be fixed."""
        url = f"{self.local['base_url']}/_local/clock"
        with urllib.request.urlopen(url, timeout=10) as response:
            return parse_instant(json.load(response)["now"])

    def _deliver(self, name: str, event: ApiAnswer) -> None:
        """Sends an event with Stripe's signature and waits until it is processed.

        The body is also written to the file `name`, because the curl command that is shown reads it
        from there. Raises StoryFailed if the event becomes a dead letter.
        """
        body = json.dumps(event, indent=2).encode()
        (self.bodies / name).write_bytes(body)
        secret = self.local["webhook_secrets"]["stripe"]
        headers = JSON | SIGNATURE.sign(secret, body, self._now())
        curl = (f'-H "$(sign {name})" --data-binary @{name}',)
        delivery = NarratedCall("POST", "/webhooks/stripe", headers, body, curl)
        self.narration.call(delivery, 202, _whole_answer)
        drain = NarratedCall("POST", "/_local/drain", JSON, b"{}")
        drained = self.narration.call(drain, 200, _whole_answer)
        if any(drained.json["dead_letters"].values()):
            raise StoryFailed(f"{name} could not be evaluated; see the functions' log")

    def _call_with_key(
        self,
        method: str,
        path: str,
        key: Literal["KEY", "STAFF"],
        brief: Brief,
        body: str | None = None,
    ) -> CallResult:
        """Calls the API with the key of the shop's server or of staff; the curl command shows the
        key as a variable.
        """
        curl = [f'-H "Authorization: Bearer ${key}"', *([f"-d '{body}'"] if body else [])]
        content = b"{}" if method == "POST" and body is None else body.encode() if body else None
        secret = self.local["secret_key"] if key == "KEY" else self.local["staff_key"]
        headers = JSON | _bearer(secret)
        return self.narration.call(
            NarratedCall(method, path, headers, content, tuple(curl)), 200, brief
        )


def has_first_terms(local: LocalSystem) -> bool:
    """Returns whether the default program is still in version 1, as in every new system."""
    request = urllib.request.Request(
        f"{local['base_url']}/v1/programs/default", headers=_bearer(local["staff_key"])
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return bool(json.load(response)["version"] == 1)


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def _whole_answer(result: CallResult) -> ApiAnswer:
    return result.json


def _select(*fields: str) -> Brief:
    return lambda result: {field: result.json[field] for field in fields}


def _describe_redirect(result: CallResult) -> str:
    cookie = result.headers.get("set-cookie", "none")
    return f"location: {result.headers['location']}, set-cookie: {cookie}"


def _describe_number_of_entries(result: CallResult) -> str:
    return f"{len(result.json['items'])} entries, as before"


def _describe_entries(result: CallResult) -> str:
    line = "{kind} {amount:+}, available on {available_on}: “{text}”, balance {balance_after}"
    return NEXT_LINE.join(line.format_map(entry) for entry in result.json["items"])


def _describe_order(result: CallResult) -> str:
    order = result.json
    lines = [f"{order['state']}, kept {order['order']['kept']}"]
    lines += [f"evidence: {_describe_evidence(evidence)}" for evidence in order["evidence"]]
    for reward in order["rewards"]:
        reason = {
            name: reward["reason"][name] for name in ("code", "inputs", "steps", "program_version")
        }
        lines += [
            f"reward: {reward['amount']} to {reward['member']}",
            json.dumps(reason, ensure_ascii=False),
        ]
    return NEXT_LINE.join(lines)


def _describe_evidence(evidence: ApiAnswer) -> str:
    lost = f", lost: {evidence['lost']}" if evidence["lost"] else ""
    return f"{evidence['kind']}, advocate {evidence['advocate']}, at {evidence['at']}{lost}"
