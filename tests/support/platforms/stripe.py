"""A double of one Stripe account: coupons, promotion codes, customers, webhooks, Payment Links.

`sent` has the fields of each form by its kind, for the comparison with Stripe's own library. Lists
in `fails` fail once with Stripe's own 500, which it repeats to whoever asks again with the same
idempotency key.
"""

import contextlib
import itertools
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.connectors.stripe import API_VERSION
from shared.webhooks import PROVIDERS
from tests.support.platforms.rest_server import Asked, Said, rest_server
from tests.support.running_cloud import request

KEY = "rk_test_" + "k" * 24
REQUIRED = {
    "coupons": {"percent_off", "amount_off"},
    "promotion_codes": {"promotion"},
    "webhook_endpoints": {"url"},
}
"""One of these has to be in a form that creates something."""
ALLOWED = re.compile(r"[A-Za-z0-9-]{1,500}")


class StripeAccount:
    """The state of the account; `closed` are lists that the key may not read, `read_only` lists that
    it may not change.
    """

    def __init__(self) -> None:
        self.url = ""
        self.closed: set[str] = set()
        self.read_only: set[str] = set()
        self.coupons: dict[str, dict[str, Any]] = {}
        self.promotion_codes: dict[str, dict[str, Any]] = {}
        self.customers: dict[str, dict[str, Any]] = {}
        self.webhook_endpoints: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.faults: list[int | Said] = []
        self.sent: dict[str, set[str]] = {}
        self.now = datetime(2026, 3, 1, 10, tzinfo=UTC)
        self.fails: set[str] = set()
        self._answers: dict[str, tuple[dict[str, Any], Said]] = {}
        self._numbers = itertools.count(1)

    # --- what the shop does there ---

    def has(self, *people: tuple[str, str]) -> None:
        for person in people:
            self._customer(*person)

    def has_coupon(self, code: str) -> None:
        """A promotion code that staff made, of a coupon of their own."""
        self.coupons["SPRING"] = {"id": "SPRING", "percent_off": "5"}
        own = {"promotion": {"type": "coupon", "coupon": "SPRING"}, "metadata": {}}
        row = {"id": "promo_sale", "code": code, "active": True, "restrictions": {}}
        self.promotion_codes["promo_sale"] = {**row, **own}

    def registers(self, name: str, email: str) -> dict[str, Any]:
        customer = self._customer(name, email)
        self.tell("customer.created", customer)
        return customer

    def codes(self) -> dict[str, str]:
        """Active promotion codes of living coupons: upper-case codes to ids."""
        return {
            row["code"].upper(): name
            for name, row in [*self.promotion_codes.items()]
            if row["active"] and row["promotion"]["coupon"] in self.coupons
        }

    def takes_off(self, code: str, items: int) -> int:
        name = self.codes().get(code.upper())
        if name is None:
            return 0
        row = self.promotion_codes[name]
        if row.get("uses", 0) >= int(row.get("max_redemptions", 10**6)):
            return 0
        least = int(row["restrictions"].get("minimum_amount", 0))
        coupon = self.coupons[row["promotion"]["coupon"]]
        if items < least:
            return 0
        if "percent_off" in coupon:
            return round(items * float(coupon["percent_off"]) / 100)
        return min(items, int(coupon["amount_off"]))

    def buys(self, customer: dict[str, Any], code: str, items: int) -> dict[str, Any]:
        """A Payment Link is paid with a promotion code; the event names the code's id alone."""
        taken, number = self.takes_off(code, items), next(self._numbers)
        name = self.codes().get(code.upper())
        if name:
            self.promotion_codes[name]["uses"] = self.promotion_codes[name].get("uses", 0) + 1
        discounts = [{"coupon": None, "promotion_code": name}]
        session = {
            "id": f"cs_{number}",
            "object": "checkout.session",
            "mode": "payment",
            "status": "complete",
            "payment_status": "paid",
            "payment_intent": f"pi_{number}",
            "customer": customer["id"],
            "customer_details": {"email": customer["email"]},
            "currency": "eur",
            "created": int(self.now.timestamp()),
            "amount_subtotal": items,
            "amount_total": items - taken,
            "total_details": {"amount_discount": taken, "amount_shipping": 0, "amount_tax": 0},
            "discounts": discounts if taken else [],
            "metadata": {},
        }
        self.tell("checkout.session.completed", session)
        return session

    def refunds(self, session: dict[str, Any]) -> None:
        """All that was paid is paid back."""
        refund = {
            "id": f"re_{next(self._numbers)}",
            "object": "refund",
            "payment_intent": session["payment_intent"],
            "amount": session["amount_total"],
            "currency": "eur",
            "status": "succeeded",
            "created": int(self.now.timestamp()),
        }
        self.tell("refund.created", refund)

    def tell(self, kind: str, resource: dict[str, Any]) -> None:
        event = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "type": kind,
            "created": int(self.now.timestamp()),
            "livemode": True,
            "data": {"object": resource},
        }
        raw = json.dumps(event).encode()
        for endpoint in self.webhook_endpoints.values():
            if kind in endpoint["enabled_events"]:
                signature = PROVIDERS["stripe"].signature
                headers = {"content-type": "application/json"}
                headers |= signature.sign(endpoint["secret"], raw, self.now)
                answer = request(endpoint["url"], "POST", raw, headers)
                assert answer.status in (200, 202), answer

    # --- what its API answers ---

    def answer(self, asked: Asked) -> Said:
        parts = urlsplit(asked.path)
        self.asked.append(f"{asked.method} {parts.path}")
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return refused(401, "Invalid API Key provided")
        assert asked.headers.get("stripe-version", API_VERSION) == API_VERSION
        _, _, kind, *rest = parts.path.split("/")
        if kind in self.closed or (asked.method != "GET" and kind in self.read_only):
            return refused(403, "The provided key does not have the required permissions")
        if asked.method == "GET":
            return self._read(kind, rest, dict(parse_qsl(parts.query)))
        if asked.method == "DELETE":
            gone = getattr(self, kind).pop(rest[0], None)
            return Said(200, {"id": rest[0], "deleted": True}) if gone else refused(404, "No such")
        same = asked.headers.get("idempotency-key")
        sent = nested(parse_qsl(asked.body.decode()))
        if same and same in self._answers:
            before, said = self._answers[same]
            return said if before == sent else refused(400, "Keys for idempotent requests can only")
        fails = kind in self.fails
        said = (
            refused(500, "An unknown error occurred") if fails else self._change(kind, rest, sent)
        )
        self.fails.discard(kind)
        if same:
            self._answers[same] = sent, said
        return said

    def _read(self, kind: str, rest: list[str], query: dict[str, str]) -> Said:
        rows = getattr(self, kind)
        if rest:
            return Said(200, rows[rest[0]]) if rest[0] in rows else refused(404, "No such")
        listed = [self._shown(kind, row) for row in reversed(rows.values())]
        if "code" in query:
            listed = [row for row in listed if row["code"].upper() == query["code"].upper()]
        if query.get("active") == "true":
            listed = [row for row in listed if row["active"]]
        ids = [row["id"] for row in listed]
        before = query.get("starting_after")
        if before is not None and before not in ids:
            return refused(400, f"No such {kind[:-1]}", "resource_missing", "starting_after")
        start = ids.index(before) + 1 if before else 0
        most = int(query.get("limit", 10))
        page = listed[start : start + most]
        more = start + most < len(listed)
        return Said(200, {"object": "list", "data": page, "has_more": more})

    def _change(self, kind: str, rest: list[str], fields: dict[str, Any]) -> Said:
        self.sent.setdefault(f"{kind}/{'id' if rest else ''}", set()).update(fields)
        rows = getattr(self, kind)
        if rest:
            if rest[0] not in rows:
                return refused(404, "No such")
            rows[rest[0]] |= {"active": fields["active"] == "true"}
            return Said(200, rows[rest[0]])
        if not REQUIRED[kind] & fields.keys():
            return refused(400, "Missing required param")
        if fields.get("id") in rows:
            return refused(400, "Coupon already exists.", "resource_already_exists")
        if kind == "promotion_codes":
            if not ALLOWED.fullmatch(fields["code"]):
                return refused(400, "Invalid code")
            if fields["promotion"]["coupon"] not in self.coupons:
                return refused(400, "No such coupon")
            if fields["code"].upper() in self.codes():
                return refused(400, "An active promotion code with this code already exists.")
        prefix = {"coupons": "", "promotion_codes": "promo_", "webhook_endpoints": "we_"}[kind]
        name = fields.get("id") or f"{prefix}{next(self._numbers)}X"
        own = {"webhook_endpoints": {"secret": f"whsec_{name}{'s' * 24}"}}.get(kind, {})
        rows[name] = {"restrictions": {}, **fields, **own, "id": name, "active": True}
        return Said(200, rows[name])

    def _shown(self, kind: str, row: dict[str, Any]) -> dict[str, Any]:
        """A row as a list has it: no secret, and no promotion code is active without its coupon."""
        shown = {name: value for name, value in row.items() if name != "secret"}
        if kind == "promotion_codes":
            shown["active"] = row["active"] and row["promotion"]["coupon"] in self.coupons
        return shown

    def _customer(self, name: str, email: str) -> dict[str, Any]:
        made = {
            "id": f"cus_{next(self._numbers)}",
            "object": "customer",
            "name": name,
            "email": email,
            "preferred_locales": ["en"],
            "created": 1_770_000_000,
        }
        return self.customers.setdefault(str(made["id"]), made)


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """A form with `a[b]` and `a[0]` as it is meant."""
    told: dict[str, Any] = {}
    for name, value in pairs:
        first, *inner = re.findall(r"[^\[\]]+", name)
        if not inner:
            told[first] = value
        elif inner[0].isdigit():
            told.setdefault(first, []).append(value)
        else:
            told.setdefault(first, {})[inner[0]] = value
    return told


def refused(status: int, message: str, code: str | None = None, param: str | None = None) -> Said:
    error = {"type": "invalid_request_error", "message": message, "code": code, "param": param}
    return Said(status, {"error": error})


@contextlib.contextmanager
def stripe_account() -> Iterator[StripeAccount]:
    """An account that listens on loopback while the block lasts."""
    account = StripeAccount()
    with rest_server(account.answer, account.faults) as account.url:
        yield account
