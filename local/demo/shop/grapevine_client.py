"""What the shop's server asks Grapevine: the calls of the API that a real shop makes, with the secret key."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from local.cloud.clock import format_instant, parse_instant
from shared.webhooks import PROVIDERS

PATIENCE_SECONDS = 30


class ApiRefused(Exception):
    """Grapevine's no: `code`, and `fields` where single ones are wrong."""

    def __init__(self, status: int, told: dict) -> None:
        super().__init__(told.get("detail") or told.get("message") or f"HTTP {status}")
        self.code = told.get("code", "")
        self.fields = {error["field"]: error["message"] for error in told.get("errors", ())}


class ApiUnreachable(Exception):
    """Nobody answered; a shop goes on without."""


class GrapevineClient:
    def __init__(self, base_url: str, secret_key: str, stripe_secret: str) -> None:
        self.base_url, self._key, self._stripe_secret = base_url, secret_key, stripe_secret

    def member(self, member_id: str) -> dict:
        return self._ask("GET", f"/v1/members/{quote(member_id)}")

    def register(self, member_id: str, form: dict) -> dict:
        return self._ask("PUT", f"/v1/members/{quote(member_id)}", form)

    def session(self, member_id: str) -> str:
        return self._ask("POST", f"/v1/members/{quote(member_id)}/session", {})["token"]

    def available(self, member_id: str) -> int:
        return self._ask("GET", f"/v1/members/{quote(member_id)}/balance")["available"]

    def click(self, ref_token: str) -> dict:
        return self._ask("GET", f"/v1/clicks/{quote(ref_token, safe='')}")

    def quote(self, cart: dict) -> dict:
        return self._ask("POST", "/v1/quotes", cart)

    def order(self, number: int) -> dict:
        return self._ask("GET", f"/v1/orders/{number}")

    def tell_order(self, number: int, facts: dict) -> dict:
        return self._ask("PUT", f"/v1/orders/{number}", facts)

    def hold(self, member_id: str, number: int, amount: int) -> str:
        body = {"order_id": str(number), "amount": amount}
        return self._ask(
            "POST",
            f"/v1/members/{quote(member_id)}/holds",
            body,
            {"idempotency-key": f"hold-{number}"},
        )["id"]

    def capture(self, hold: str) -> None:
        self._ask("POST", f"/v1/holds/{hold}/capture", {}, {"idempotency-key": f"capture-{hold}"})

    def void(self, hold: str) -> None:
        self._ask("POST", f"/v1/holds/{hold}/void", {}, {"idempotency-key": f"void-{hold}"})

    def deliver(self, event: dict) -> None:
        """A delivery as Stripe makes it, signed, and used before this returns."""
        body = json.dumps(event).encode()
        headers = PROVIDERS["stripe"].signature.sign(self._stripe_secret, body, self.now())
        self._ask("POST", "/webhooks/stripe", body, headers)
        self.drain()

    # --- what only the local cloud has ---

    def now(self) -> datetime:
        return parse_instant(self._ask("GET", "/_local/clock")["now"])

    def set_clock(self, now: datetime | None) -> None:
        """`None` follows the real time again."""
        self._ask("POST", "/_local/clock", {"now": format_instant(now) if now else None})

    def fire(self, function: str, at: datetime) -> None:
        self._ask("POST", f"/_local/schedule/{function}", {"time": format_instant(at)})

    def drain(self) -> None:
        self._ask("POST", "/_local/drain", {})

    def _ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> dict:
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        given = {
            "content-type": "application/json",
            "authorization": f"Bearer {self._key}",
            **(headers or {}),
        }
        request = urllib.request.Request(self.base_url + path, sent, given, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise ApiRefused(refused.status, _told(refused)) from None
        except OSError as problem:
            raise ApiUnreachable(f"{self.base_url} does not answer: {problem}") from None


def _told(refused: urllib.error.HTTPError) -> dict:
    with refused:
        try:
            return json.load(refused)
        except ValueError:
            return {}
