"""A double of one WooCommerce store: coupons, customers and webhooks of its REST API, and its cart.

Fields, limits and refusals are those of `class-wc-rest-coupons-v2-controller.php` and its like.
"""

import base64
import contextlib
import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.platforms.rest_server import Asked, Said, rest_server
from tests.support.platforms.woocommerce_keys import KeyPage
from tests.support.running_cloud import request

KEY, SECRET = "ck_" + "a" * 40, "cs_" + "b" * 40
STORE = "tea.example.com"
COUPON_FIELDS = {
    "id",
    "code",
    "amount",
    "discount_type",
    "description",
    "date_expires_gmt",
    "individual_use",
    "usage_limit",
    "usage_limit_per_user",
    "minimum_amount",
    "maximum_amount",
    "email_restrictions",
    "exclude_sale_items",
    "meta_data",
    "status",
}
EXISTS = "woocommerce_rest_coupon_code_already_exists"


class WooCommerceStore:
    """The state of the store; `asked` are methods and paths, `faults` see `rest_server`.

    * `may_write`: whether the key may; `locked` refuses each coupon of a batch for itself.
    * `drops_keys`: whether the hosting drops the header `Authorization`.
    * `takes_coupons`: the switch Enable coupons.
    * `cuts`: how many rows of the next batches' answers are lost.
    """

    def __init__(self) -> None:
        self.url = ""
        self.may_write = self.takes_coupons = True
        self.locked = self.drops_keys = False
        self.counts = True
        self.cuts = 0
        self.keys = KeyPage(KEY, SECRET)
        self.coupons: dict[int, dict[str, Any]] = {}
        self.customers: list[dict[str, Any]] = []
        self.hooks: dict[int, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.faults: list[int | Said] = []
        self._numbers = itertools.count(101)

    # --- what the shop does there ---

    def has_coupon(self, code: str) -> None:
        """One that staff made."""
        number = next(self._numbers)
        own = {"code": code.lower(), "meta_data": [], "status": "publish"}
        self.coupons[number] = {"id": number, **own}

    def trashes(self, code: str) -> None:
        """Staff puts a coupon into the trash of WordPress."""
        self._published()[code.lower()]["status"] = "trash"

    def has(self, *people: tuple[str, str]) -> None:
        self.customers += [self._customer(*person) for person in people]

    def registers(self, first_name: str, email: str) -> dict[str, Any]:
        customer = self._customer(first_name, email)
        self.customers.append(customer)
        self.tell("customer.created", customer)
        return customer

    def codes(self) -> set[str]:
        """Codes that work in the cart, in upper case."""
        return {code.upper() for code in self._published()}

    def _published(self) -> dict[str, dict[str, Any]]:
        """Coupons outside the trash, by code."""
        rows = [*self.coupons.values()]
        return {row["code"]: row for row in rows if row["status"] == "publish"}

    def takes_off(self, code: str, items: int) -> int:
        for coupon in self._published().values():
            if coupon["code"] == code.lower() and "amount" in coupon:
                if coupon.get("usage_limit", 0) and coupon.get("uses", 0) >= coupon["usage_limit"]:
                    return 0
                if items < round(float(coupon["minimum_amount"] or 0) * 100):
                    return 0
                amount = float(coupon["amount"])
                percent = coupon["discount_type"] == "percent"
                return round(items * amount / 100) if percent else min(items, round(amount * 100))
        return 0

    def buys(
        self, customer: dict[str, Any], code: str, items: int, *more: str, status: str = "completed"
    ) -> dict[str, Any]:
        """An order; with the status `completed` it is paid."""
        number = next(self._numbers)
        cart = {name.lower(): self.takes_off(name, items) for name in (code, *more)}
        taken = sum(cart.values())
        for coupon in self.coupons.values():
            if coupon["code"] in cart:
                coupon["uses"] = coupon.get("uses", 0) + 1
        order = {
            "id": number,
            "order_key": f"wc_order_{number}",
            "status": status,
            "currency": "EUR",
            "date_created_gmt": "2026-03-02T09:00:00",
            "date_paid_gmt": "2026-03-02T10:00:00" if status == "completed" else None,
            "date_completed_gmt": "2026-03-02T10:00:00" if status == "completed" else None,
            "date_modified_gmt": "2026-03-02T10:00:00",
            "discount_total": f"{taken / 100:.2f}",
            "discount_tax": "0.00",
            "total_tax": "0.00",
            "total": f"{(items - taken) / 100:.2f}",
            "customer_id": customer["id"],
            "billing": {"email": customer["email"]},
            "meta_data": [],
            "coupon_lines": [
                {"code": name, "discount": f"{off / 100:.2f}"} for name, off in cart.items()
            ],
            "refunds": [],
        }
        self.tell("order.updated", order)
        return order

    def refunds(self, order: dict[str, Any]) -> None:
        """All that was paid is paid back."""
        refund = {"id": next(self._numbers), "total": f"-{order['total']}"}
        later = {"status": "refunded", "date_modified_gmt": "2026-03-04T10:00:00"}
        self.tell("order.updated", order | later | {"refunds": [refund]})

    def tell(self, topic: str, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        for hook in self.hooks.values():
            if hook["topic"] == topic:
                digest = hmac.new(hook["secret"].encode(), raw, hashlib.sha256).digest()
                headers = {
                    "content-type": "application/json",
                    "x-wc-webhook-topic": topic,
                    "x-wc-webhook-signature": base64.b64encode(digest).decode(),
                }
                answer = request(hook["delivery_url"], "POST", raw, headers)
                assert answer.status in (200, 202), answer

    # --- what its API answers ---

    def answer(self, asked: Asked) -> Said:
        parts = urlsplit(asked.path)
        self.asked.append(f"{asked.method} {parts.path}")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/wc-auth/v1/authorize":
            return self.keys.answer(query)
        if parts.path == "/wp-json/":
            return Said(200, only({"name": "Tea", "home": f"https://{STORE}"}, query))
        basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if self.drops_keys:
            return refused(401, "woocommerce_rest_cannot_view")
        if asked.headers.get("authorization") != f"Basic {basic}":
            return refused(401, "woocommerce_rest_authentication_error")
        if asked.method != "GET" and not self.may_write:
            return refused(401, "woocommerce_rest_authentication_error")
        body = json.loads(asked.body) if asked.body else {}
        _, _, _, _, kind, *rest = parts.path.split("/")
        said = getattr(self, f"_{kind}")(asked.method, rest, body, query)
        return said._replace(body=only(said.body, query))

    def _settings(self, method: str, rest: list[str], *_: object) -> Said:
        assert (method, rest) == ("GET", ["general", "woocommerce_enable_coupons"])
        return Said(200, {"id": rest[1], "value": "yes" if self.takes_coupons else "no"})

    def _data(self, *_: object) -> Said:
        return Said(200, {"code": "EUR"})

    def _coupons(
        self, method: str, rest: list[str], body: dict[str, Any], query: dict[str, str]
    ) -> Said:
        if method == "GET":
            found = self._published().get(query["code"])
            return Said(200, [found] if found else [])
        assert (method, rest) == ("POST", ["batch"])
        assert sum(len(rows) for rows in body.values()) <= 100
        assert set(body) <= {"create", "update", "delete"}
        done = {
            "create": [self._create(row) for row in body.get("create", [])],
            "update": [self._update(row) for row in body.get("update", [])],
            "delete": [self._delete(number) for number in body.get("delete", [])],
        }
        cut, self.cuts = self.cuts, 0
        return Said(200, {name: rows[cut:] for name, rows in done.items() if rows[cut:]})

    def _create(self, fields: dict[str, Any]) -> dict[str, Any]:
        assert set(fields) <= COUPON_FIELDS - {"id"}, fields
        code = fields["code"].lower()
        if self.locked:
            return item_error("woocommerce_rest_cannot_create", 403)
        if code in self._published():
            return item_error(EXISTS)
        number = next(self._numbers)
        self.coupons[number] = {"status": "publish", **fields, "id": number, "code": code}
        return self.coupons[number]

    def _update(self, fields: dict[str, Any]) -> dict[str, Any]:
        assert set(fields) <= COUPON_FIELDS, fields
        if fields["id"] not in self.coupons:
            return item_error("woocommerce_rest_shop_coupon_invalid_id")
        self.coupons[fields["id"]] |= {**fields, "code": fields["code"].lower()}
        return self.coupons[fields["id"]]

    def _delete(self, number: int) -> dict[str, Any]:
        gone = self.coupons.pop(number, None)
        return gone or item_error("woocommerce_rest_shop_coupon_invalid_id")

    def _customers(self, method: str, rest: list[str], body: object, query: dict[str, str]) -> Said:
        if rest:
            found = [row for row in self.customers if str(row["id"]) == rest[0]]
            return Said(200, found[0]) if found else refused(404, "woocommerce_rest_invalid_id")
        size, page = int(query["per_page"]), int(query["page"])
        assert (query["orderby"], query["order"]) == ("id", "asc") and size <= 100
        pages = {"x-wp-totalpages": str(-(-len(self.customers) // size))} if self.counts else {}
        return Said(200, self.customers[(page - 1) * size : page * size], pages)

    def _webhooks(
        self, method: str, rest: list[str], body: dict[str, Any], query: dict[str, str]
    ) -> Said:
        if method == "GET":
            hidden = [
                {name: value for name, value in hook.items() if name != "secret"}
                for hook in self.hooks.values()
            ]
            return Said(200, hidden)
        if rest == ["batch"]:
            return Said(200, {"delete": [self.hooks.pop(number, {}) for number in body["delete"]]})
        number = int(rest[0]) if rest else next(self._numbers)
        assert set(body) == {"name", "topic", "delivery_url", "secret", "status"}
        self.hooks[number] = {**body, "id": number}
        return Said(200 if rest else 201, self.hooks[number])

    def _customer(self, first_name: str, email: str) -> dict[str, Any]:
        return {
            "id": next(self._numbers),
            "email": email,
            "first_name": first_name,
            "last_name": "",
            "role": "customer",
            "is_paying_customer": False,
            "date_created_gmt": "2026-02-01T10:00:00",
        }


def item_error(code: str, status: int = 400) -> dict[str, Any]:
    return {"id": 0, "error": {"code": code, "message": "refused", "data": {"status": status}}}


def only(body: Any, query: dict[str, str]) -> Any:
    """The fields that `_fields` asks for, of an object or of each object of a list."""
    if "_fields" not in query or "message" in body:
        return body
    names = query["_fields"].split(",")
    if isinstance(body, list):
        return [only(row, query) for row in body]
    assert set(names) <= set(body), names
    return {name: body[name] for name in names}


def refused(status: int, code: str) -> Said:
    return Said(status, {"code": code, "message": "refused", "data": {"status": status}})


@contextlib.contextmanager
def woocommerce_store() -> Iterator[WooCommerceStore]:
    """A store that listens on loopback while the block lasts."""
    store = WooCommerceStore()
    with rest_server(store.answer, store.faults) as store.url:
        yield store
