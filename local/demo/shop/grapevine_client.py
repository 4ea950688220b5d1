"""What the shop's server asks Grapevine: the API calls of a real shop, with the secret key."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from local.cloud.clock import format_instant, parse_instant
from shared.webhooks.stripe.signature import SIGNATURE

TIMEOUT_SECONDS = 30

type ApiAnswer = dict[str, Any]
"""A decoded answer of the API."""


class ApiRefused(Exception):
    """Grapevine refused a call. `code` is the problem's; `fields` has a message by wrong field."""

    def __init__(self, status: int | None, problem: ApiAnswer) -> None:
        super().__init__(problem.get("detail") or problem.get("message") or f"HTTP {status}")
        self.code = problem.get("code", "")
        self.fields: dict[str, str] = {
            error["field"]: error["message"] for error in problem.get("errors", ())
        }


class ApiUnreachable(Exception):
    """Grapevine did not answer; a shop goes on without it."""


class GrapevineClient:
    def __init__(self, base_url: str, secret_key: str, stripe_secret: str) -> None:
        self.base_url, self._key, self._stripe_secret = base_url, secret_key, stripe_secret

    def member(self, member_id: str) -> ApiAnswer:
        return self._call("GET", f"/v1/members/{quote(member_id)}")

    def register(self, member_id: str, form: dict[str, str]) -> ApiAnswer:
        return self._call("PUT", f"/v1/members/{quote(member_id)}", form)

    def session(self, member_id: str) -> str:
        """Return a token that opens the member's pages and the widget."""
        return str(self._call("POST", f"/v1/members/{quote(member_id)}/session", {})["token"])

    def available(self, member_id: str) -> int:
        """Return the member's available credit in minor units."""
        return int(self._call("GET", f"/v1/members/{quote(member_id)}/balance")["available"])

    def click(self, ref_token: str) -> ApiAnswer:
        return self._call("GET", f"/v1/clicks/{quote(ref_token, safe='')}")

    def quote(self, cart: ApiAnswer) -> ApiAnswer:
        return self._call("POST", "/v1/quotes", cart)

    def order(self, number: int) -> ApiAnswer:
        return self._call("GET", f"/v1/orders/{number}")

    def hold(self, member_id: str, number: int, amount: int) -> str:
        """Hold credit for the order with this number and return the hold's id."""
        hold = self._call(
            "POST",
            f"/v1/members/{quote(member_id)}/holds",
            {"order_id": str(number), "amount": amount},
            {"idempotency-key": f"hold-{number}"},
        )
        return str(hold["id"])

    def capture(self, hold: str) -> None:
        self._call("POST", f"/v1/holds/{hold}/capture", {}, {"idempotency-key": f"capture-{hold}"})

    def void(self, hold: str) -> None:
        self._call("POST", f"/v1/holds/{hold}/void", {}, {"idempotency-key": f"void-{hold}"})

    def deliver(self, event: Mapping[str, object]) -> None:
        """Deliver a webhook signed as Stripe signs, and wait until it is worked off."""
        body = json.dumps(event).encode()
        headers = SIGNATURE.sign(self._stripe_secret, body, self.now())
        self._call("POST", "/webhooks/stripe", body, headers)
        self.drain()

    # --- what only the local cloud has ---

    def now(self) -> datetime:
        return parse_instant(self._call("GET", "/_local/clock")["now"])

    def set_clock(self, now: datetime | None) -> None:
        """Set the local clock; None follows the real time again."""
        self._call("POST", "/_local/clock", {"now": format_instant(now) if now else None})

    def fire(self, function: str, at: datetime) -> None:
        """Fire the schedules of a function."""
        self._call("POST", f"/_local/schedule/{function}", {"time": format_instant(at)})

    def drain(self) -> None:
        """Wait until no message waits any more."""
        self._call("POST", "/_local/drain", {})

    def _call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> ApiAnswer:
        """Return the decoded answer; raises ApiRefused or ApiUnreachable."""
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base_url + path,
            content,
            {
                "content-type": "application/json",
                "authorization": f"Bearer {self._key}",
                **(headers or {}),
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                answer: ApiAnswer = json.load(response)
                return answer
        except urllib.error.HTTPError as refused:
            raise ApiRefused(refused.status, _problem(refused)) from None
        except OSError as problem:
            raise ApiUnreachable(f"{self.base_url} does not answer: {problem}") from None


def _problem(response: urllib.error.HTTPError) -> ApiAnswer:
    with response:
        try:
            problem: ApiAnswer = json.load(response)
            return problem
        except ValueError:
            return {}
