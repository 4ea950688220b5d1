"""A double of one Shopify store: its Admin API by Shopify's own schema, its cart and its webhooks."""

import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from graphql import GraphQLError, build_schema, graphql_sync, parse, validate

from tests.support.platforms.rest_server import Said, send_answer
from tests.support.platforms.shopify_cost import MOST_POINTS, points_of
from tests.support.running_cloud import Answer, request

SCHEMA = build_schema((Path(__file__).parent / "shopify_2026_10.graphql").read_text())
CLIENT_ID, CLIENT_SECRET = "client-of-the-tests", "shpss_" + "5ec7e7" * 6
SCOPES = ["read_customers", "read_orders", "write_discounts"]
STORE = "tea-of-the-tests.myshopify.com"


@dataclass
class Fault:
    """What the next answer is instead; `lets` so many requests pass before it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | bytes = field(default_factory=dict)
    lets: int = 0
    done_anyway: bool = False


RESTORED_A_SECOND = 100
NEEDED = {
    "discountCodeBasicCreate": "write_discounts",
    "discountRedeemCodeBulkAdd": "write_discounts",
    "customers": "read_customers",
}
"""Scopes that some fields need, of those that the token was made with."""


def throttled(wanted: int, left: int) -> dict[str, Any]:
    """The answer to a request of more points than are left."""
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": left}
    status |= {"restoreRate": float(RESTORED_A_SECOND)}
    return {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": wanted, "throttleStatus": status}},
    }


KINDS = {"ORDER": "orderDiscounts", "PRODUCT": "productDiscounts", "SHIPPING": "shippingDiscounts"}
"""Classes of discounts, and the field of `combinesWith` that lets one of them in."""


@dataclass
class Discount:
    """A discount; what is taken off all items is an `ORDER` discount."""

    terms: dict[str, Any]
    codes: dict[str, str] = field(default_factory=dict)
    uses: int = 0
    kind: str = "ORDER"

    def has(self, code: str) -> bool:
        return code.upper() in {known.upper() for known in self.codes}

    def combines_with(self, other: "Discount") -> bool:
        """Whether both have the tick that lets the other's class in."""
        return (
            other is not self
            and (self.terms.get("combinesWith") or {}).get(KINDS[other.kind]) is True
            and (other.terms.get("combinesWith") or {}).get(KINDS[self.kind]) is True
        )

    def takes_off(self, items: int, customer: str | None) -> int:
        """What it takes off a cart of items, in cents; `None` is a guest."""
        limit, named = self.terms.get("usageLimit"), self.terms["context"].get("customers")
        may = named is None or f"gid://shopify/Customer/{customer}" in named["add"]
        if not may or (limit is not None and self.uses >= limit):
            return 0
        least = (self.terms.get("minimumRequirement") or {}).get("subtotal") or {}
        if items < round(float(least.get("greaterThanOrEqualToSubtotal") or 0) * 100):
            return 0
        value = self.terms["customerGets"]["value"]
        if "percentage" in value:
            return round(items * value["percentage"])
        return min(items, round(float(value["discountAmount"]["amount"]) * 100))


class ShopifyStore:
    """The state of the store. `asked` counts requests by the name of their document, `faults` are
    answered instead, first in, first out.

    * `points`: what requests may still cost; nothing restores them by itself.
    * `looks`: how many looks at a job it takes until the job is done; before that, nothing is.
    * `unsearched`: codes that Shopify's search does not find yet.
    * `hidden`: fields of customers that the plan of the store does not show to apps.
    * `keeps`: whether a discount stays when it is deleted, by a failure of Shopify's.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.url = ""
        self.scopes = list(SCOPES)
        self.discounts: dict[str, Discount] = {}
        self.foreign: set[str] = set()
        self.own: list[Discount] = []
        self.webhooks: dict[str, tuple[str, str]] = {}
        self.customers: list[dict[str, Any]] = []
        self.jobs: dict[str, list[Any]] = {}
        self.asked: list[str] = []
        self.faults: list[Fault] = []
        self.points = 10**9
        self.looks = 0
        self.unsearched: set[str] = set()
        self.hidden: set[str] = set()
        self.keeps = False
        self.refuses: str | bool = False
        self.answers_tokens: Fault | None = None
        self.tokens: set[str] = set()
        self.granted: dict[str, set[str]] = {}
        self.primary_host = STORE
        self._numbers = itertools.count(1001)

    # --- what the shop does there ---

    def has(self, *people: tuple[str, str]) -> None:
        """Customers by first name and address, as they registered before."""
        for first_name, email in people:
            self.customers.append(self._customer(first_name, email))

    def has_coupon(self, code: str) -> None:
        """One of a discount that staff made."""
        self.foreign.add(code)

    def registers(self, first_name: str, email: str) -> dict[str, Any]:
        """A customer registers; every subscriber hears of it."""
        customer = self._customer(first_name, email)
        with self.lock:
            self.customers.append(customer)
        self.tell("CUSTOMERS_CREATE", customer_body(customer))
        return customer

    def codes(self) -> dict[str, str]:
        """What works in the cart, by discount: upper-case codes to ids."""
        return {
            code.upper(): code_id
            for discount in [*self.discounts.values()]
            for code, code_id in [*discount.codes.items()]
        }

    def discounts_of_its_own(self, code: str, kind: str, **combines: bool) -> None:
        """A discount of 5 % that staff made: of a kind of Shopify's, with the ticks under Combinations."""
        value = {"customerGets": {"value": {"percentage": 0.05}}, "context": {"all": "ALL"}}
        self.own.append(Discount({**value, "combinesWith": combines}, {code: code}, kind=kind))

    def takes_off(self, code: str, items: int, customer: str | None = None) -> int:
        """What a code takes off in the cart, in cents."""
        return self.cart([code], items, customer)[code]

    def cart(self, codes: Sequence[str], items: int, customer: str | None = None) -> dict[str, int]:
        """What each code takes off, typed in this order, in cents. A code that does not combine with
        one before it is refused, and so is a second one of the same discount.
        """
        used: list[Discount] = []
        taken: dict[str, int] = {}
        for code in codes:
            found = self._discount_of(code)
            fits = found and all(found.combines_with(other) for other in used)
            left = items - sum(taken.values())
            taken[code] = min(found.takes_off(items, customer), left) if found and fits else 0
            used += [found] if found and taken[code] else []
        return taken

    def _discount_of(self, code: str) -> Discount | None:
        return next((it for it in (*self.discounts.values(), *self.own) if it.has(code)), None)

    def buys(self, customer: dict[str, Any], code: str, items: int, *more: str) -> dict[str, Any]:
        """An order that is paid and sent, told to every subscriber; returns its body."""
        buyer = int(customer["legacyResourceId"])
        number, cart = next(self._numbers), self.cart([code, *more], items, str(buyer))
        taken = sum(cart.values())
        for used in (self._discount_of(name) for name, off in cart.items() if off):
            if used:
                used.uses += 1
        body = {
            "id": number,
            "admin_graphql_api_id": f"gid://shopify/Order/{number}",
            "financial_status": "paid",
            "fulfillment_status": "fulfilled",
            "currency": "EUR",
            "created_at": "2026-03-02T10:00:00Z",
            "processed_at": "2026-03-02T10:00:00Z",
            "updated_at": "2026-03-02T10:05:00Z",
            "total_line_items_price": money(items),
            "total_discounts": money(taken),
            "current_total_discounts": money(taken),
            "subtotal_price": money(items - taken),
            "current_subtotal_price": money(items - taken),
            "total_price": money(items - taken),
            "current_total_price": money(items - taken),
            "total_outstanding": "0.00",
            "total_tax": "0.00",
            "current_total_tax": "0.00",
            "taxes_included": False,
            "total_tip_received": "0.00",
            "discount_codes": [
                {"code": name.upper(), "amount": money(off), "type": "percentage"}
                for name, off in cart.items()
                if off
            ],
            "note_attributes": [],
            "line_items": [{"price": money(items), "quantity": 1}],
            "refunds": [],
            "fulfillments": [{"status": "success", "created_at": "2026-03-02T10:05:00Z"}],
            "customer": {"id": buyer, "email": customer["email"]},
            "email": customer["email"],
        }
        self.tell("ORDERS_PAID", body)
        return body

    def refunds(self, order: dict[str, Any]) -> None:
        """All that was paid is paid back; every subscriber hears of the order as it is then."""
        paid_back = {"kind": "refund", "status": "success", "amount": order["total_price"]}
        refund = {
            "id": next(self._numbers),
            "created_at": "2026-03-04T10:00:00Z",
            "transactions": [paid_back],
            "refund_line_items": [],
        }
        after = {
            "financial_status": "refunded",
            "updated_at": "2026-03-04T10:00:00Z",
            "current_total_price": "0.00",
            "refunds": [refund],
        }
        self.tell("ORDERS_UPDATED", order | after)

    def tell(self, topic: str, body: dict[str, Any], times: int = 1) -> list[Answer]:
        """Send a webhook to whoever subscribed to its topic."""
        headers, raw = signed(topic, body)
        addresses = [uri for told, uri in self.webhooks.values() if told == topic]
        answers = [request(uri, "POST", raw, headers) for uri in addresses for _ in range(times)]
        assert all(answer.status < 300 for answer in answers), answers
        return answers

    # --- what its API answers ---

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Fault:
        with self.lock:
            if path.endswith("/oauth/access_token"):
                if self.answers_tokens:
                    return self.answers_tokens
                return self._token(parse_qs(body.decode()))
            if headers.get("x-shopify-access-token") not in self.tokens:
                return Fault(401, body={"errors": "Invalid API key or access token"})
            asked = json.loads(body)
            lacking = {
                scope
                for name, scope in NEEDED.items()
                if f" {name}(" in asked["query"]
                and scope not in self.granted.get(headers["x-shopify-access-token"], self.scopes)
            }
            if lacking:
                return Fault(body={"data": None, "errors": [denied_scope(min(lacking))]})
            self.asked.append(asked["query"].split("(")[0].split()[1])
            for fault in self.faults:
                fault.lets -= 1
            if self.faults and self.faults[0].lets < 0:
                fault = self.faults.pop(0)
                if fault.done_anyway:
                    self._execute(asked)
                return fault
            return Fault(body=self._execute(asked))

    def _execute(self, asked: dict[str, Any]) -> dict[str, Any]:
        errors = validate(SCHEMA, parse(asked["query"]))
        assert not errors, errors
        points = points_of(SCHEMA, asked["query"], asked["variables"])
        assert points <= MOST_POINTS, (points, asked["query"])
        if points > self.points:
            return throttled(points, self.points)
        self.points -= points
        result = graphql_sync(
            SCHEMA, asked["query"], root_value=Root(self), variable_values=asked["variables"]
        )
        errors = [denied(error) for error in result.errors or ()]
        told = {"data": result.data, "extensions": {"cost": {"requestedQueryCost": points}}}
        return told | ({"errors": errors} if errors else {})

    def _token(self, form: dict[str, list[str]]) -> Fault:
        given = form["client_id"], form["client_secret"], form["grant_type"]
        if self.refuses or given != ([CLIENT_ID], [CLIENT_SECRET], ["client_credentials"]):
            why = self.refuses if isinstance(self.refuses, str) else "invalid_client"
            return Fault(400, body={"error": why})
        token = f"shpat_{len(self.tokens)}"
        self.tokens.add(token)
        self.granted[token] = set(self.scopes)
        scope = ",".join(self.scopes)
        return Fault(body={"access_token": token, "scope": scope, "expires_in": 86399})

    def _customer(self, first_name: str, email: str) -> dict[str, Any]:
        return {
            "id": "",
            "legacyResourceId": str(next(self._numbers)),
            "email": email,
            "firstName": first_name,
            "lastName": None,
            "locale": "en",
            "createdAt": "2026-02-01T10:00:00Z",
        }

    # --- what it does in the background ---

    def start(self, job: str, work: Callable[[], Any]) -> None:
        self.jobs[job] = [self.looks, work]

    def look_at(self, job: str) -> tuple[bool, Any]:
        """Whether a job is done, and what came of it."""
        state = self.jobs[job]
        state[0] -= 1
        if state[0] >= 0:
            return False, None
        if callable(state[1]):
            state[1] = state[1]()
        return True, state[1]

    def finish_jobs(self) -> None:
        for job, state in self.jobs.items():
            state[0] = 0
            self.look_at(job)

    def make_codes(self, discount: str, codes: list[str]) -> list[dict[str, Any]]:
        taken = {*self.codes(), *(code.upper() for code in self.foreign)}
        rows = []
        for code in codes:
            made = (
                None
                if code.upper() in taken or len(code) > 255
                else self.new_id("DiscountRedeemCode")
            )
            if made:
                self.discounts[discount].codes[code] = made
                taken.add(code.upper())
            error = {"message": "must be unique", "code": "TAKEN", "field": None}
            named = {"id": made} if made else None
            rows.append(
                {"code": code, "discountRedeemCode": named, "errors": [] if made else [error]}
            )
        return rows

    def drop_codes(self, discount: str, ids: list[str]) -> None:
        codes = self.discounts[discount].codes if discount in self.discounts else {}
        for code in [code for code, code_id in codes.items() if code_id in ids]:
            del codes[code]

    def new_id(self, kind: str) -> str:
        return f"gid://shopify/{kind}/{next(self._numbers)}"


class Root:
    """Resolvers by the names of the schema's root fields."""

    def __init__(self, store: ShopifyStore) -> None:
        self.store = store

    def shop(self, _: Any) -> dict[str, Any]:
        domain = {"host": self.store.primary_host}
        return {
            "name": "Tea",
            "myshopifyDomain": STORE,
            "currencyCode": "EUR",
            "primaryDomain": domain,
        }

    def currentAppInstallation(self, _: Any) -> dict[str, Any]:
        return {"accessScopes": [{"handle": scope} for scope in self.store.scopes]}

    def codeDiscountNode(self, _: Any, id: str) -> dict[str, Any] | None:
        return {"id": id} if id in self.store.discounts else None

    def discountCodeBasicCreate(self, _: Any, basicCodeDiscount: dict[str, Any]) -> dict[str, Any]:
        if not basicCodeDiscount.get("code"):
            return refused("Code can't be blank", "codeDiscountNode")
        made = self.store.new_id("DiscountCodeNode")
        code = {basicCodeDiscount["code"]: self.store.new_id("DiscountRedeemCode")}
        self.store.discounts[made] = Discount(dict(basicCodeDiscount), code)
        return {"codeDiscountNode": {"id": made}, "userErrors": []}

    def discountCodeBasicUpdate(
        self, _: Any, id: str, basicCodeDiscount: dict[str, Any]
    ) -> dict[str, Any]:
        if id not in self.store.discounts:
            return refused("Discount does not exist.", "codeDiscountNode")
        self.store.discounts[id].terms |= basicCodeDiscount
        return {"codeDiscountNode": {"id": id}, "userErrors": []}

    def discountCodeDelete(self, _: Any, id: str) -> dict[str, Any]:
        if self.store.keeps or self.store.discounts.pop(id, None) is None:
            return refused("Discount does not exist.", "deletedCodeDiscountId")
        return {"deletedCodeDiscountId": id, "userErrors": []}

    def discountRedeemCodeBulkAdd(
        self, _: Any, discountId: str, codes: list[dict[str, str]]
    ) -> dict[str, Any]:
        assert len(codes) <= 250
        if discountId not in self.store.discounts:
            return refused("Discount does not exist.", "bulkCreation")
        bulk = self.store.new_id("DiscountRedeemCodeBulkCreation")
        rows = [row["code"] for row in codes]
        self.store.start(bulk, lambda: self.store.make_codes(discountId, rows))
        return {"bulkCreation": {"id": bulk, "done": False}, "userErrors": []}

    def discountRedeemCodeBulkCreation(self, _: Any, id: str) -> dict[str, Any]:
        done, rows = self.store.look_at(id)
        return {"done": done, "codes": {"nodes": rows or []}}

    def discountCodeRedeemCodeBulkDelete(
        self, _: Any, discountId: str, ids: list[str]
    ) -> dict[str, Any]:
        job = self.store.new_id("Job")
        self.store.start(job, lambda: self.store.drop_codes(discountId, ids))
        return {"job": {"id": job, "done": False}, "userErrors": []}

    def job(self, _: Any, id: str) -> dict[str, Any]:
        return {"id": id, "done": self.store.look_at(id)[0]}

    def codeDiscountNodeByCode(self, _: Any, code: str) -> dict[str, Any] | None:
        if code.upper() in {known.upper() for known in self.store.foreign}:
            codes = {"nodes": []}
            return node("gid://shopify/DiscountCodeNode/1", codes, "Sale")
        for name, discount in self.store.discounts.items():
            for known, code_id in discount.codes.items():
                if known.upper() == code.upper():
                    found = [] if known in self.store.unsearched else [known]
                    codes = {"nodes": [{"id": code_id, "code": it} for it in found]}
                    return node(name, codes, discount.terms["title"])
        return None

    def webhookSubscriptions(self, _: Any, first: int, uri: str) -> dict[str, Any]:
        rows = [
            {"id": hook, "topic": topic}
            for hook, (topic, address) in self.store.webhooks.items()
            if address == uri
        ]
        return {"nodes": rows[:first]}

    def webhookSubscriptionCreate(
        self, _: Any, topic: str, webhookSubscription: dict[str, Any]
    ) -> dict[str, Any]:
        if (
            topic.startswith("DISPUTES")
            and "read_shopify_payments_disputes" not in self.store.scopes
        ):
            return refused("You do not have permission to this topic", "webhookSubscription")
        if (topic, webhookSubscription["uri"]) in self.store.webhooks.values():
            return refused("Address for this topic has already been taken", "webhookSubscription")
        made = self.store.new_id("WebhookSubscription")
        self.store.webhooks[made] = topic, webhookSubscription["uri"]
        return {"webhookSubscription": {"id": made}, "userErrors": []}

    def webhookSubscriptionDelete(self, _: Any, id: str) -> dict[str, Any]:
        if self.store.webhooks.pop(id, None) is None:
            return refused("Webhook subscription does not exist", "deletedWebhookSubscriptionId")
        return {"deletedWebhookSubscriptionId": id, "userErrors": []}

    def customers(self, _: Any, first: int, sortKey: str, after: str | None = None) -> Any:
        """A cursor of Shopify's holds the last id, and the list goes on behind it."""
        known = self.store.customers
        rows = [row for row in known if int(row["legacyResourceId"]) > int(after or 0)]
        page = rows[:first]
        last = page[-1]["legacyResourceId"] if page else after
        return {
            "nodes": [Shown(row, self.store) for row in page],
            "pageInfo": {"hasNextPage": len(rows) > first, "endCursor": last},
        }

    def customer(self, _: Any, id: str) -> dict[str, Any] | None:
        wanted = id.rpartition("/")[2]
        known = self.store.customers
        return next((row for row in known if row["legacyResourceId"] == wanted), None)


class Shown:
    """A customer, as far as the store's plan shows it to apps."""

    def __init__(self, row: dict[str, Any], store: ShopifyStore) -> None:
        self._row, self._store = row, store

    def __getattr__(self, name: str) -> Any:
        if name in self._store.hidden:
            raise GraphQLError(f"This app is not approved to use the {name} field.")
        return self._row[name]


def denied_scope(scope: str) -> dict[str, Any]:
    text = f"Access denied. Required access: `{scope}` access scope."
    return {"message": text, "extensions": {"code": "ACCESS_DENIED"}}


def denied(error: GraphQLError) -> dict[str, Any]:
    """An error as Shopify tells it beside the data."""
    code = {"code": "ACCESS_DENIED"}
    return {"message": error.message, "path": error.path, "extensions": code}


def customer_body(customer: dict[str, Any]) -> dict[str, Any]:
    """What a webhook tells of a customer."""
    number = int(customer["legacyResourceId"])
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/Customer/{number}",
        "email": customer["email"],
        "first_name": customer["firstName"],
        "verified_email": True,
    }


def signed_customer(customer: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """The webhook of a customer who registered."""
    return signed("CUSTOMERS_CREATE", customer_body(customer))


def signed(topic: str, body: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """Headers and bytes of a webhook."""
    raw = json.dumps(body).encode()
    digest = hmac.new(CLIENT_SECRET.encode(), raw, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "x-shopify-topic": topic.lower().replace("_", "/", 1),
        "x-shopify-shop-domain": STORE,
        "x-shopify-hmac-sha256": base64.b64encode(digest).decode(),
    }, raw


def node(name: str, codes: dict[str, Any], title: str) -> dict[str, Any]:
    discount = {"__typename": "DiscountCodeBasic", "codes": codes, "title": title}
    return {"id": name, "codeDiscount": discount}


def refused(message: str, field: str) -> dict[str, Any]:
    error = {"message": message, "field": ["base"], "code": None}
    return {field: None, "userErrors": [error]}


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


@contextlib.contextmanager
def shopify_store() -> Iterator[ShopifyStore]:
    """A store that listens on loopback while the block lasts."""
    store = ShopifyStore()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): text for name, text in self.headers.items()}
            said = store.answer(self.path, headers, body)
            send_answer(self, Said(said.status, said.body, said.headers))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
