"""A double of one BigCommerce store: promotions with codes, customers, webhooks, and its checkout.

Fields, limits and refusals are those of BigCommerce's published `promotions.v3.yml` and
`webhooks.v3.yml`.
"""

import contextlib
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.platforms.rest_server import Asked, Said, rest_server
from tests.support.running_cloud import request

TOKEN = "t" * 31
STORE = "api.bigcommerce.com/stores/abc123"
ALLOWED = re.compile(r"[a-zA-Z0-9_ -]{1,50}")
MONEY = re.compile(r"[0-9]+(\.[0-9]+)?")
OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d")
NEVER = "2099-12-30T01:02:03+00:00"
PROMOTION_FIELDS = {
    "name",
    "display_name",
    "channels",
    "customer",
    "rules",
    "max_uses",
    "status",
    "start_date",
    "end_date",
    "stop",
    "currency_code",
    "redemption_type",
    "coupon_type",
    "can_be_used_with_other_promotions",
}
CODE_FIELDS = {"code", "max_uses", "max_uses_per_customer"}
HOOK_FIELDS = {"scope", "destination", "is_active", "headers", "events_history_enabled"}


class BigCommerceStore:
    """The state of the store; `closed` are kinds that the token may not read or change."""

    def __init__(self) -> None:
        self.url = ""
        self.closed: set[str] = set()
        self.promotions: dict[int, dict[str, Any]] = {}
        self.customers: dict[int, dict[str, Any]] = {}
        self.hooks: dict[int, dict[str, Any]] = {}
        self.orders: dict[int, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.faults: list[int | Said] = []
        self._numbers = itertools.count(101)

    # --- what the shop does there ---

    def has(self, *people: tuple[str, str]) -> None:
        for person in people:
            self._customer(*person)

    def has_coupon(self, code: str) -> None:
        """One that staff made, of a promotion of its own."""
        number = next(self._numbers)
        codes = {number: {"id": number, "code": code}}
        self.promotions[number] = {"id": number, "name": "Sale", "rules": [], "codes": codes}

    def registers(self, name: str, email: str) -> dict[str, Any]:
        customer = self._customer(name, email)
        self.tell("store/customer/created", "customer", customer["id"])
        return customer

    def codes(self) -> set[str]:
        """Codes that the store has, in upper case."""
        return {
            code["code"].upper()
            for promotion in [*self.promotions.values()]
            for code in [*promotion["codes"].values()]
        }

    def _find(self, code: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The promotion and the code with this text."""
        for promotion in self.promotions.values():
            for row in promotion["codes"].values():
                if row["code"].upper() == code.upper():
                    return promotion, row
        return None

    def takes_off(self, code: str, items: int) -> int:
        promotion, row = self._find(code) or ({"rules": []}, {})
        uses = row.get("current_uses", 0)
        limits = promotion.get("max_uses", 0), row.get("max_uses", 0)
        if not promotion["rules"] or any(most and uses >= most for most in limits):
            return 0
        return taken_off(promotion["rules"][0], items)

    def buys(self, customer: dict[str, Any], code: str, items: int) -> dict[str, Any]:
        """An order that is paid and shipped; the event names its id alone, and comes twice."""
        number, taken = next(self._numbers), self.takes_off(code, items)
        if taken:
            _, used = self._find(code) or ({}, {})
            used["current_uses"] += 1
        self.orders[number] = {
            "id": number,
            "customer_id": customer["id"],
            "date_created": "Sun, 01 Mar 2026 09:00:00 +0000",
            "date_modified": "Sun, 01 Mar 2026 09:30:00 +0000",
            "date_shipped": "Sun, 01 Mar 2026 09:30:00 +0000",
            "status_id": 10,
            "payment_status": "captured",
            "payment_method": "Credit Card",
            "currency_code": "EUR",
            "default_currency_code": "EUR",
            "total_inc_tax": f"{(items - taken) / 100:.4f}",
            "total_tax": "0.0000",
            "coupon_discount": f"{taken / 100:.4f}",
            "billing_address": {"email": customer["email"]},
            "coupons": [order_coupon(number, code, taken)] if taken else [],
            "refunds": [],
        }
        for _ in range(2):
            self.tell("store/order/statusUpdated", "order", number)
        return {"id": number}

    def copies(self, order: dict[str, Any], number: int) -> None:
        """The same order once more under another id, as if a code could be used twice."""
        self.orders[number] = {**self.orders[order["id"]], "id": number}
        self.tell("store/order/statusUpdated", "order", number)

    def refunds(self, order: dict[str, Any]) -> None:
        """All that was paid is paid back."""
        told = self.orders[order["id"]]
        payment = {"amount": told["total_inc_tax"], "is_declined": False}
        refund = {
            "id": next(self._numbers),
            "order_id": told["id"],
            "created": "2026-03-04T10:00:00Z",
            "total_amount": told["total_inc_tax"],
            "items": [{"item_type": "ORDER"}],
            "payments": [payment],
        }
        later = {"status_id": 4, "date_modified": "Wed, 04 Mar 2026 10:00:00 +0000"}
        self.orders[told["id"]] = {**told, **later, "refunds": [refund]}
        self.tell("store/order/refund/created", "order", told["id"])

    def tell(self, scope: str, kind: str, number: int) -> None:
        event = {"scope": scope, "producer": "stores/abc123", "data": {"type": kind, "id": number}}
        raw = json.dumps(event).encode()
        for hook in self.hooks.values():
            if hook["scope"] == scope:
                headers = {"content-type": "application/json", **hook["headers"]}
                answer = request(hook["destination"], "POST", raw, headers)
                assert answer.status in (200, 202), answer

    # --- what its API answers ---

    def answer(self, asked: Asked) -> Said:
        parts = urlsplit(asked.path)
        self.asked.append(f"{asked.method} {parts.path}")
        if asked.headers.get("x-auth-token") != TOKEN:
            return refused(401, "Invalid X-Auth-Token")
        _, stores, name, version, kind, *rest = parts.path.split("/")
        assert (stores, name) == ("stores", "abc123") and version in ("v2", "v3")
        if kind in self.closed:
            return refused(403, "You don't have a required scope to access the endpoint")
        body = json.loads(asked.body) if asked.body else {}
        return getattr(self, f"_{kind}")(asked.method, rest, body, dict(parse_qsl(parts.query)))

    def _store(self, *_: object) -> Said:
        return Said(200, {"name": "Tea", "domain": "tea.example.com", "currency": "EUR"})

    def _promotions(
        self, method: str, rest: list[str], body: dict[str, Any], query: dict[str, str]
    ) -> Said:
        if rest[1:2] == ["codes"]:
            return self._codes(method, self.promotions.get(int(rest[0])), body, query)
        if not rest and method == "GET":
            return listed([told_of(row) for row in self.promotions.values() if fits(row, query)])
        if not rest:
            return self._create(body)
        row = self.promotions.get(int(rest[0]))
        if method == "DELETE":
            self.promotions.pop(int(rest[0]), None)
            return Said(204, None)
        if row is None:
            return refused(404, "Not found")
        if method == "PUT":
            row |= checked(body)
        return Said(200, {"data": told_of(row)})

    def _create(self, fields: dict[str, Any]) -> Said:
        if not {"redemption_type", "name", "rules"} <= set(fields):
            return refused(422, "missing fields")
        number = next(self._numbers)
        self.promotions[number] = {**checked(fields), "id": number, "codes": {}}
        return Said(201, {"data": told_of(self.promotions[number])})

    def _codes(
        self, method: str, row: dict[str, Any] | None, body: dict[str, Any], query: dict[str, str]
    ) -> Said:
        if row is None:
            return refused(404, "Not found")
        if method == "GET":
            wanted = query["code"].upper()
            return listed([it for it in row["codes"].values() if it["code"].upper() == wanted])
        if method == "DELETE":
            ids = [int(number) for number in query["id:in"].split(",")]
            assert len(ids) <= 250
            for number in ids:
                row["codes"].pop(number, None)
            return Said(204, None)
        assert set(body) <= CODE_FIELDS and ALLOWED.fullmatch(body["code"])
        if row["coupon_type"] == "SINGLE" and row["codes"]:
            return refused(422, "A single coupon promotion has one code")
        if body["code"].upper() in self.codes():
            return refused(422, "Coupon code already exists")
        number = next(self._numbers)
        row["codes"][number] = {**body, "id": number, "current_uses": 0}
        return Said(201, {"data": row["codes"][number]})

    def _customers(self, method: str, rest: list[str], body: object, query: dict[str, str]) -> Said:
        rows = list(self.customers.values())
        if "id:in" in query:
            return listed([row for row in rows if str(row["id"]) == query["id:in"]])
        size, page = int(query["limit"]), int(query.get("page", 1))
        assert size <= 250
        pages = {"current_page": page, "total_pages": max(1, -(-len(rows) // size))}
        return listed(rows[(page - 1) * size : page * size], pages)

    def _orders(self, method: str, rest: list[str], body: object, query: dict[str, str]) -> Said:
        if not rest:
            return Said(204, None)
        order, about = self.orders[int(rest[0])], rest[1:]
        if about == ["coupons"]:
            return Said(200, order["coupons"]) if order["coupons"] else Said(204, None)
        if about == ["payment_actions", "refunds"]:
            return listed(order["refunds"])
        return listed([]) if about else Said(200, order)

    def _hooks(
        self, method: str, rest: list[str], body: dict[str, Any], query: dict[str, str]
    ) -> Said:
        if method == "GET":
            rows = self.hooks.values()
            return listed([row for row in rows if row["destination"] == query["destination"]])
        if method == "DELETE":
            self.hooks.pop(int(rest[0]), None)
            return Said(200, {"data": {}})
        assert set(body) <= HOOK_FIELDS
        number = int(rest[0]) if rest else next(self._numbers)
        self.hooks[number] = {**body, "id": number}
        return Said(200, {"data": self.hooks[number]})

    def _customer(self, name: str, email: str) -> dict[str, Any]:
        number = next(self._numbers)
        told = {"id": number, "email": email, "first_name": name, "last_name": ""}
        self.customers[number] = {**told, "date_created": "2026-02-01T10:00:00Z"}
        return self.customers[number]


def checked(fields: dict[str, Any]) -> dict[str, Any]:
    """A promotion whose fields are those that BigCommerce's document names."""
    assert set(fields) <= PROMOTION_FIELDS
    assert fields.get("status", "ENABLED") in ("ENABLED", "DISABLED")
    assert fields.get("coupon_type", "BULK") in ("SINGLE", "BULK")
    assert all(OFFSET.fullmatch(fields.get(name, NEVER)) for name in ("start_date", "end_date"))
    for rule in fields["rules"]:
        assert set(rule) <= {"action", "apply_once", "stop", "condition"}
        (value,) = rule["action"].values()
        assert set(rule["action"]) == {"cart_value"}
        assert set(value) <= {"discount", "maximum_allowed_discount_amount"}
        assert set(value["discount"]) in ({"fixed_amount"}, {"percentage_amount"})
        cart = rule.get("condition", {}).get("cart", {})
        assert set(cart) <= {"minimum_spend", "minimum_quantity", "items"}
        amounts = [*value["discount"].values(), *cart.values()]
        assert all(MONEY.fullmatch(amount) for amount in amounts)
    return fields


def taken_off(rule: dict[str, Any], items: int) -> int:
    """What a promotion's rule takes off a cart, in cents."""
    value, cart = rule["action"]["cart_value"], rule.get("condition", {}).get("cart", {})
    if items < round(float(cart.get("minimum_spend", 0)) * 100):
        return 0
    discount = value["discount"]
    if "fixed_amount" in discount:
        return min(items, round(float(discount["fixed_amount"]) * 100))
    taken = round(items * float(discount["percentage_amount"]) / 100)
    most = value.get("maximum_allowed_discount_amount")
    return min(taken, round(float(most) * 100)) if most else taken


def order_coupon(order: int, code: str, taken: int) -> dict[str, Any]:
    """A coupon of an order; what it took off is `discount`."""
    off = f"{taken / 100:.4f}"
    return {"id": 1, "coupon_id": 1, "order_id": order, "code": code, "type": 5, "discount": off}


def fits(promotion: dict[str, Any], query: dict[str, str]) -> bool:
    """Whether the filters of a list let a promotion through."""
    codes = {code["code"].upper() for code in promotion["codes"].values()}
    return query.get("name", promotion["name"]) == promotion["name"] and (
        "code" not in query or query["code"].upper() in codes
    )


def told_of(promotion: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in promotion.items() if name != "codes"}


def listed(rows: list[dict[str, Any]], pages: dict[str, int] | None = None) -> Said:
    return Said(200, {"data": rows, "meta": {"pagination": pages or {}}})


def refused(status: int, title: str) -> Said:
    return Said(status, {"status": status, "title": title, "errors": {}})


@contextlib.contextmanager
def bigcommerce_store() -> Iterator[BigCommerceStore]:
    """A store that listens on loopback while the block lasts."""
    store = BigCommerceStore()
    with rest_server(store.answer, store.faults) as url:
        store.url = f"{url}/stores/abc123"
        yield store
