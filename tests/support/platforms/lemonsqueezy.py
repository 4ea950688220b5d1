"""A double of one Lemon Squeezy store: discounts, customers and webhooks of its JSON:API.

Fields and limits are those that `lemonsqueezy.js` 4.0.0 declares.
"""

import contextlib
import itertools
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.webhooks import PROVIDERS
from tests.support.platforms.rest_server import Asked, Said, rest_server
from tests.support.running_cloud import request

KEY = "eyJ0eXAi." + "k" * 60
STORE, STORE_ID = "tea.lemonsqueezy.com", "77"
ALLOWED = re.compile(r"[A-Z0-9]{3,256}")
DISCOUNT_FIELDS = {
    "name",
    "code",
    "amount",
    "amount_type",
    "is_limited_to_products",
    "is_limited_redemptions",
    "max_redemptions",
    "starts_at",
    "expires_at",
    "duration",
    "duration_in_months",
    "test_mode",
}
WEBHOOK_FIELDS = {"url", "events", "secret", "test_mode"}
EVENTS = {
    "order_created",
    "order_refunded",
    "subscription_created",
    "subscription_updated",
    "subscription_cancelled",
    "subscription_resumed",
    "subscription_expired",
    "subscription_paused",
    "subscription_unpaused",
    "subscription_payment_success",
    "subscription_payment_failed",
    "subscription_payment_recovered",
    "subscription_payment_refunded",
    "license_key_created",
    "license_key_updated",
}


class LemonSqueezyStore:
    """The state of the store."""

    def __init__(self) -> None:
        self.url = ""
        store = {"id": STORE_ID, "slug": "tea", "name": "Tea", "currency": "EUR"}
        self.rows: dict[str, dict[str, dict[str, Any]]] = {
            "stores": {"1": {"id": "1", "slug": "other"}, STORE_ID: store},
            "discounts": {},
            "customers": {},
            "webhooks": {},
            "discount-redemptions": {},
        }
        self.asked: list[str] = []
        self.faults: list[int | Said] = []
        self.now = datetime(2026, 3, 1, 10, tzinfo=UTC)
        self._numbers = itertools.count(101)

    # --- what the shop does there ---

    def has(self, *people: tuple[str, str]) -> None:
        for name, email in people:
            self.registers(name, email)

    def registers(self, name: str, email: str) -> dict[str, Any]:
        """A new customer, of whom no event tells."""
        told = {"name": name, "email": email, "created_at": "2026-02-01T10:00:00.000000Z"}
        return self._make("customers", told)

    def has_coupon(self, code: str) -> None:
        """One that staff made."""
        fields = {"code": code, "name": "Sale", "amount": 5, "amount_type": "percent"}
        self._make("discounts", fields)

    def codes(self) -> set[str]:
        """Codes that work at checkout."""
        rows = [*self.rows["discounts"].values()]
        return {row["code"] for row in rows if self._works(row)}

    def _works(self, discount: dict[str, Any]) -> bool:
        limited = discount.get("is_limited_redemptions")
        return not limited or len(self._redeemed(discount["id"])) < discount["max_redemptions"]

    def _redeemed(self, discount: str) -> list[dict[str, Any]]:
        rows = [*self.rows["discount-redemptions"].values()]
        return [row for row in rows if row["discount_id"] == int(discount)]

    def takes_off(self, code: str, items: int) -> int:
        for row in self.rows["discounts"].values():
            if row["code"] == code and self._works(row):
                if row["amount_type"] == "percent":
                    return items * int(row["amount"]) // 100
                return min(items, int(row["amount"]))
        return 0

    def buys(self, customer: dict[str, Any], code: str, items: int) -> dict[str, Any]:
        """A checkout is paid; the event comes twice and does not name the code."""
        taken, name = self.takes_off(code, items), str(next(self._numbers))
        order = {
            "status": "paid",
            "user_email": customer["email"],
            "currency": "EUR",
            "subtotal": items,
            "discount_total": taken,
            "tax": 0,
            "total": items - taken,
            "refunded": False,
            "refunded_amount": 0,
            "created_at": self.now.isoformat(),
            "updated_at": self.now.isoformat(),
            "test_mode": False,
        }
        if taken:
            self._redeem(code, name, taken)
        self.tell("order_created", "orders", name, order)
        self.tell("order_created", "orders", name, order)
        return {"id": name, **order}

    def _redeem(self, code: str, order: str, taken: int) -> None:
        rows = self.rows["discounts"].values()
        discount = next(int(row["id"]) for row in rows if row["code"] == code)
        fields = {"discount_id": discount, "discount_code": code, "order_id": int(order)}
        self._make("discount-redemptions", fields | {"amount": taken})

    def copies(self, order: dict[str, Any], name: str) -> None:
        """The same order once more under another id, as if a code could be redeemed twice."""
        rows = list(self.rows["discount-redemptions"].values())
        for row in rows:
            if row["order_id"] == int(order["id"]):
                self._make("discount-redemptions", row | {"order_id": int(name)})
        self.tell("order_created", "orders", name, without_id(order))

    def refunds(self, order: dict[str, Any]) -> None:
        """All that was paid is paid back."""
        back = {"status": "refunded", "refunded": True, "refunded_amount": order["total"]}
        later = {"updated_at": self.now.isoformat()}
        self.tell("order_refunded", "orders", order["id"], without_id(order) | back | later)

    def tell(self, event: str, kind: str, name: str, resource: dict[str, Any]) -> None:
        data = {"type": kind, "id": name, "attributes": resource}
        raw = json.dumps({"meta": {"event_name": event}, "data": data}).encode()
        for hook in self.rows["webhooks"].values():
            if event in hook["events"]:
                signature = PROVIDERS["lemonsqueezy"].signature
                headers = {"content-type": "application/json"}
                headers |= signature.sign(hook["secret"], raw, self.now)
                answer = request(hook["url"], "POST", raw, headers)
                assert answer.status in (200, 202), answer

    # --- what its API answers ---

    def answer(self, asked: Asked) -> Said:
        parts = urlsplit(asked.path)
        self.asked.append(f"{asked.method} {parts.path}")
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return refused(401, "Unauthenticated.")
        assert asked.headers["accept"] == "application/vnd.api+json"
        _, version, kind, *rest = parts.path.split("/")
        assert version == "v1"
        rows = self.rows[kind]
        if rest and rest[0] not in rows:
            return refused(404, "Not found")
        if asked.method == "GET":
            query = dict(parse_qsl(parts.query))
            return Said(
                200, {"data": resource_of(kind, rows[rest[0]])} if rest else self._list(kind, query)
            )
        if asked.method == "DELETE":
            for redemption in self._redeemed(rest[0]) if kind == "discounts" else ():
                del self.rows["discount-redemptions"][redemption["id"]]
            del rows[rest[0]]
            return Said(204, None)
        assert asked.headers["content-type"] == "application/vnd.api+json"
        data = json.loads(asked.body)["data"]
        assert data["type"] == kind
        if asked.method == "PATCH":
            assert kind == "webhooks" and data["id"] == rest[0]
            rows[rest[0]] |= checked(kind, data["attributes"])
            return Said(200, {"data": resource_of(kind, rows[rest[0]])})
        assert data["relationships"]["store"]["data"] == {"type": "stores", "id": STORE_ID}
        fields = checked(kind, data["attributes"])
        taken = {row["code"] for row in self.rows["discounts"].values()}
        if kind == "discounts" and fields["code"] in taken:
            return refused(422, "The code has already been taken.")
        return Said(201, {"data": resource_of(kind, self._make(kind, fields))})

    def _list(self, kind: str, query: dict[str, str]) -> dict[str, Any]:
        listed = list(self.rows[kind].values())
        if kind == "discount-redemptions":
            ((name, wanted),) = query.items()
            field = {"filter[order_id]": "order_id", "filter[discount_id]": "discount_id"}[name]
            listed = [row for row in listed if row[field] == int(wanted)]
        elif kind != "stores":
            assert query["filter[store_id]"] == STORE_ID
        size, page = int(query.get("page[size]", 10)), int(query.get("page[number]", 1))
        assert size <= 100
        last = max(1, -(-len(listed) // size))
        shown = listed[(page - 1) * size : page * size]
        data = [resource_of(kind, row) for row in shown]
        return {"meta": {"page": {"currentPage": page, "lastPage": last}}, "data": data}

    def _make(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        name = str(next(self._numbers))
        self.rows[kind][name] = {**fields, "id": name}
        return self.rows[kind][name]


def checked(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a change, which have to be those that the library declares."""
    if kind == "webhooks":
        assert set(fields) <= WEBHOOK_FIELDS and set(fields["events"]) <= EVENTS
        assert 6 <= len(fields["secret"]) <= 40
    else:
        assert kind == "discounts" and set(fields) <= DISCOUNT_FIELDS
        assert ALLOWED.fullmatch(fields["code"]) and isinstance(fields["amount"], int)
        assert fields["amount_type"] == "fixed" or 1 <= fields["amount"] <= 100
        assert fields["is_limited_redemptions"] is ("max_redemptions" in fields)
    return fields


def without_id(order: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in order.items() if name != "id"}


def resource_of(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON:API tells it; a webhook's secret is never told."""
    told = {name: value for name, value in row.items() if name not in ("id", "secret")}
    return {"type": kind, "id": row["id"], "attributes": told}


def refused(status: int, detail: str) -> Said:
    return Said(status, {"errors": [{"status": str(status), "title": "Error", "detail": detail}]})


@contextlib.contextmanager
def lemonsqueezy_store() -> Iterator[LemonSqueezyStore]:
    """A store that listens on loopback while the block lasts."""
    store = LemonSqueezyStore()
    with rest_server(store.answer, store.faults) as store.url:
        yield store
