"""A double of one Paddle account: discounts, customers and notification settings, and its checkout.

`sent` has the fields of each change by its kind, for the comparison with Paddle's own library.
"""

import contextlib
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.webhooks import PROVIDERS
from tests.support.platforms.rest_server import Asked, Said, rest_server
from tests.support.running_cloud import request

KEY = "pdl_live_apikey_" + "k" * 26
STORE = "api.paddle.com"
REQUIRED = {
    "discounts": {"amount", "description", "type", "currency_code"},
    "notification-settings": {"description", "destination", "subscribed_events", "type"},
}


class PaddleAccount:
    """The state of the account; `closed` are permissions that the key lacks."""

    def __init__(self) -> None:
        self.url = ""
        self.closed: set[str] = set()
        self.rows: dict[str, dict[str, dict[str, Any]]] = {
            "discounts": {},
            "customers": {},
            "notification-settings": {},
        }
        self.asked: list[str] = []
        self.faults: list[int | Said] = []
        self.sent: dict[str, set[str]] = {}
        self.now = datetime(2026, 3, 1, 10, tzinfo=UTC)
        self._numbers = itertools.count(1)

    # --- what the shop does there ---

    def has(self, *people: tuple[str, str]) -> None:
        for person in people:
            self._customer(*person)

    def has_coupon(self, code: str) -> None:
        """One that staff made."""
        self._make("discounts", "dsc", {"code": code, "status": "active", "custom_data": None})

    def registers(self, name: str, email: str) -> dict[str, Any]:
        customer = self._customer(name, email)
        self.tell("customer.created", customer)
        return customer

    def codes(self) -> set[str]:
        """Codes that work at checkout, in upper case."""
        rows = [*self.rows["discounts"].values()]
        return {row["code"].upper() for row in rows if row["status"] == "active"}

    def takes_off(self, code: str, items: int) -> int:
        """What a discount takes off prices without tax."""
        row = self._find(code)
        if row is None or row["status"] != "active":
            return 0
        if row["type"] == "percentage":
            return round(items * float(row["amount"]) / 100)
        return min(items, int(row["amount"]))

    def _find(self, code: str) -> dict[str, Any] | None:
        rows = self.rows["discounts"].values()
        return next((row for row in rows if row["code"].upper() == code.upper()), None)

    def _use(self, discount: dict[str, Any]) -> None:
        discount["times_used"] = discount.get("times_used", 0) + 1
        if discount["times_used"] == discount.get("usage_limit"):
            discount["status"] = "used"

    def buys(self, customer: dict[str, Any], code: str, items: int) -> dict[str, Any]:
        """A checkout is paid; the event names the discount by its id alone, and comes twice."""
        found, taken, at = self._find(code), self.takes_off(code, items), self.now.isoformat()
        if found and taken:
            self._use(found)
        sale = {
            "id": f"txn_{next(self._numbers)}",
            "status": "completed",
            "customer_id": customer["id"],
            "discount_id": found["id"] if found and taken else None,
            "currency_code": "EUR",
            "custom_data": None,
            "created_at": at,
            "billed_at": at,
            "payments": [{"status": "captured", "captured_at": at}],
            "details": {
                "totals": {
                    "subtotal": str(items),
                    "discount": str(taken),
                    "tax": "0",
                    "total": str(items - taken),
                    "grand_total": str(items - taken),
                    "currency_code": "EUR",
                }
            },
        }
        self.tell("transaction.completed", sale)
        self.tell("transaction.completed", sale)
        return sale

    def copies(self, sale: dict[str, Any], name: str) -> None:
        """The same sale once more under another id, as if a discount could be used twice."""
        self.tell("transaction.completed", sale | {"id": name})

    def refunds(self, sale: dict[str, Any]) -> None:
        """All that was paid is paid back."""
        totals = sale["details"]["totals"]
        kept = str(int(totals["subtotal"]) - int(totals["discount"]))
        adjustment = {
            "id": f"adj_{next(self._numbers)}",
            "action": "refund",
            "status": "approved",
            "transaction_id": sale["id"],
            "totals": {"subtotal": kept, "tax": totals["tax"], "total": totals["total"]},
            "created_at": self.now.isoformat(),
        }
        self.tell("adjustment.created", adjustment)

    def tell(self, kind: str, resource: dict[str, Any]) -> None:
        event = {
            "event_id": f"evt_{next(self._numbers)}",
            "event_type": kind,
            "occurred_at": self.now.isoformat(),
            "notification_id": f"ntf_{next(self._numbers)}",
            "data": resource,
        }
        raw = json.dumps(event).encode()
        for hook in self.rows["notification-settings"].values():
            if kind in hook["subscribed_events"]:
                signature = PROVIDERS["paddle"].signature
                headers = {"content-type": "application/json"}
                headers |= signature.sign(hook["endpoint_secret_key"], raw, self.now)
                answer = request(hook["destination"], "POST", raw, headers)
                assert answer.status in (200, 202), answer

    # --- what its API answers ---

    def answer(self, asked: Asked) -> Said:
        parts = urlsplit(asked.path)
        self.asked.append(f"{asked.method} {parts.path}")
        assert asked.headers.get("paddle-version") == "1"
        _, kind, *rest = parts.path.split("/")
        right = "read" if asked.method == "GET" else "write"
        scope = f"{kind.removesuffix('s').replace('-', '_')}.{right}"
        if asked.headers.get("authorization") != f"Bearer {KEY}" or scope in self.closed:
            return refused(403, "forbidden")
        rows = self.rows[kind]
        if rest and rest[0] not in rows:
            return refused(404, "not_found")
        if asked.method == "GET":
            query = dict(parse_qsl(parts.query))
            return Said(200, {"data": rows[rest[0]]} if rest else self._list(kind, query))
        if asked.method == "DELETE":
            assert kind == "notification-settings", "discounts cannot be deleted"
            del rows[rest[0]]
            return Said(204, None)
        fields = json.loads(asked.body)
        assert asked.method == ("PATCH" if rest else "POST")
        return self._change(kind, rows[rest[0]], fields) if rest else self._create(kind, fields)

    def _list(self, kind: str, query: dict[str, str]) -> dict[str, Any]:
        listed = list(self.rows[kind].values())
        if kind == "discounts":
            statuses = query.get("status", "active").split(",")
            listed = [row for row in listed if row["status"] in statuses]
        if "code" in query:
            codes = query["code"].upper().split(",")
            listed = [row for row in listed if row["code"].upper() in codes]
        ids, size = [row["id"] for row in listed], int(query.get("per_page", 50))
        assert size <= 200
        start = ids.index(query["after"]) + 1 if "after" in query else 0
        more = start + size < len(listed)
        pagination = {"per_page": size, "has_more": more, "estimated_total": len(listed)}
        return {"data": listed[start : start + size], "meta": {"pagination": pagination}}

    def _create(self, kind: str, fields: dict[str, Any]) -> Said:
        if not set(fields) >= REQUIRED[kind]:
            return refused(400, "bad_request")
        self.sent.setdefault(f"{kind}/", set()).update(fields)
        if kind == "discounts":
            assert (
                fields["code"].isascii() and fields["code"].isalnum() and len(fields["code"]) < 33
            )
            assert fields.get("usage_limit", 1) == 1 and fields["amount"].replace(".", "").isdigit()
            if fields["code"].upper() in self.codes():
                return refused(409, "discount_code_conflict")
            return Said(201, {"data": self._make(kind, "dsc", {**fields, "status": "active"})})
        secret = {"endpoint_secret_key": f"pdl_ntfset_{next(self._numbers)}{'s' * 30}"}
        return Said(201, {"data": self._make(kind, "ntfset", {**fields, **secret})})

    def _change(self, kind: str, row: dict[str, Any], fields: dict[str, Any]) -> Said:
        self.sent.setdefault(f"{kind}/id", set()).update(fields)
        row |= fields
        return Said(200, {"data": row})

    def _customer(self, name: str, email: str) -> dict[str, Any]:
        told = {"name": name, "email": email, "locale": "en", "status": "active"}
        return self._make("customers", "ctm", {**told, "created_at": "2026-02-01T10:00:00Z"})

    def _make(self, kind: str, prefix: str, fields: dict[str, Any]) -> dict[str, Any]:
        name = f"{prefix}_{next(self._numbers):06}"
        self.rows[kind][name] = {**fields, "id": name}
        return self.rows[kind][name]


def refused(status: int, code: str) -> Said:
    return Said(status, {"error": {"type": "request_error", "code": code, "detail": "refused"}})


@contextlib.contextmanager
def paddle_account() -> Iterator[PaddleAccount]:
    """An account that listens on loopback while the block lasts."""
    account = PaddleAccount()
    with rest_server(account.answer, account.faults) as account.url:
        yield account
