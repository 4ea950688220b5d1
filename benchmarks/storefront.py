"""A shop and its payment processor that use HTTP: they register members and send signed deliveries."""

import http.client
import json
import threading
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from shared.webhooks import PROVIDERS

JSON = {"content-type": "application/json"}


class HttpShop:
    """Calls a running system; each thread keeps one connection open."""

    def __init__(self, local: dict) -> None:
        self.local, self._threads = local, threading.local()

    def register(self, buyers: int) -> None:
        """Registers buyers, each with an advocate of its own."""
        for number in range(buyers):
            self._put_member(f"A{number}", {"login": f"advocate-{number}"})
            self._put_member(
                f"B{number}", {"login": f"buyer-{number}", "referrer_login": f"advocate-{number}"}
            )

    def sell(self, number: int, buyer: str) -> None:
        """Sends the delivery for one paid Checkout session, signed as Stripe does."""
        body = json.dumps(session_paid(number, buyer)).encode()
        self.send(
            "POST",
            "/webhooks/stripe",
            body,
            JSON
            | PROVIDERS["stripe"].signature.sign(
                self.local["webhook_secrets"]["stripe"], body, datetime.now(UTC)
            ),
        )

    def drain(self) -> None:
        self.send("POST", "/_local/drain", b"{}", JSON)

    def differences(self) -> list[dict]:
        return self.send(
            "POST",
            "/v1/verify",
            b"{}",
            JSON | {"authorization": f"Bearer {self.local['staff_key']}"},
        )["differences"]

    def _put_member(self, name: str, form: dict) -> None:
        self.send(
            "PUT",
            f"/v1/members/{name}",
            json.dumps(form).encode(),
            JSON | {"authorization": f"Bearer {self.local['secret_key']}"},
        )

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> dict:
        if not hasattr(self._threads, "connection"):
            self._threads.connection = http.client.HTTPConnection(
                urlsplit(self.local["base_url"]).netloc, timeout=120
            )
        self._threads.connection.request(method, path, body, headers)
        answer = self._threads.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)


def session_paid(number: int, buyer: str) -> dict:
    now = int(time.time())
    session = {
        "id": f"cs_live_a1nU2lYPHS9kKHs8xPSRQd{number:06d}",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "created": now,
        "currency": "eur",
        "amount_subtotal": 10_000,
        "amount_total": 12_490,
        "total_details": {"amount_discount": 0, "amount_shipping": 590, "amount_tax": 1900},
        "payment_intent": f"pi_3Pf8mkLkdIwHu7ix0T{number:06d}",
        "customer_details": {"email": None},
        "metadata": {"gv_order": f"1{number:06d}", "gv_customer": buyer},
    }
    event = {
        "id": f"evt_{number}",
        "object": "event",
        "type": "checkout.session.completed",
        "created": now,
        "livemode": True,
    }
    return event | {"data": {"object": session}}
