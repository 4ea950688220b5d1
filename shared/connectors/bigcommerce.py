"""BigCommerce: one promotion with many codes."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from shared.connectors.admin_api import AdminApi, is_closed, read_object
from shared.connectors.connector import (
    CustomerPage,
    FoundCode,
    MadeWebhooks,
    StoreCustomer,
    StoreInfo,
    StoreKey,
)
from shared.connectors.numbered_pages import numbered_page, page_number
from shared.connectors.rest import RestApi
from shared.domain.instants import parse_instant
from shared.domain.members.code import normalize_code
from shared.domain.money import decimal_amount, percent_text
from shared.domain.platforms.codes import NOT_ACCEPTED, TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.webhooks.bigcommerce.signature import HEADER
from shared.webhooks.foreign_json import JsonObject, whole_number_of

API_HOST = "api.bigcommerce.com"
SCOPES = ("Marketing: modify", "Customers: read-only", "Orders: read-only")
"""Scopes of an API account, in the words of BigCommerce's control panel."""
TOPICS = (
    "store/customer/created",
    "store/order/created",
    "store/order/updated",
    "store/order/statusUpdated",
    "store/order/refund/created",
    "store/order/transaction/created",
    "store/order/transaction/updated",
)
CUSTOMERS_A_PAGE = 50
_STORE = re.compile(r"(?:api\.bigcommerce\.com/)?stores/([a-z0-9]+)(?:/v[23])?")
_CANONICAL_HOST = re.compile(r"store-([a-z0-9]+?)(?:-\d+)?\.mybigcommerce\.com")
_CODE = re.compile(r"[a-zA-Z0-9_ -]{1,50}")


def read_store(typed: str) -> str:
    """The address of the store's API. `typed` is an API path or the permanent address of the store;
    for any other text the result is empty.
    """
    found = _STORE.fullmatch(typed) or _CANONICAL_HOST.fullmatch(typed)
    return f"{API_HOST}/stores/{found[1]}" if found else ""


class BigCommerce:
    """One store; see `Connector` for the methods."""

    def __init__(self, key: StoreKey) -> None:
        own = key.store.removeprefix(API_HOST)
        root = key.base_url if key.base_url.endswith(own) else key.base_url + own
        headers = {"x-auth-token": key.secret.get("access_token", "")}
        self.rest = RestApi(AdminApi(root, key.our_url), headers, "bigcommerce")
        self.store = key.store

    def look(self) -> StoreInfo:
        """The store, and what the token may not do. Whether the token may write is tested with an
        empty change: BigCommerce refuses it as incomplete or, if the token may only read, as not
        permitted.
        """
        told = self.rest.read("/v2/store")
        replies = (
            self.rest.change("POST", "/v3/promotions", {}),
            self.rest.get("/v3/customers", limit="1"),
            self.rest.get("/v2/orders", limit="1"),
        )
        missing = [scope for scope, reply in zip(SCOPES, replies, strict=True) if is_closed(reply)]
        host, currency = told.text("domain"), told.text("currency")
        return StoreInfo(
            told.text("name") or self.store, (host,) if host else (), currency, tuple(missing)
        )

    def offer(self, terms: OfferTerms, before: str | None) -> str:
        """Changes the promotion with the id `before`, or creates one if there is none or staff
        deleted it. Returns its id. A changed promotion keeps its codes.

        An attempt that stopped after it created the promotion is recognised by the name, so no
        promotion is created twice.
        """
        fields = _promotion(terms)
        there = self._find_promotion(terms.title, before)
        if there:
            self.rest.send("PUT", f"/v3/promotions/{there}", fields)
            return there
        kinds = {"redemption_type": "COUPON", "coupon_type": "BULK"}
        made = self.rest.send("POST", "/v3/promotions", fields | kinds)
        return made.identifier("data") or ""

    def put(self, codes: Sequence[PlatformCode], terms: OfferTerms) -> list[PlatformCode]:
        return [self._put(code, terms) for code in codes]

    def drop(self, codes: Sequence[PlatformCode]) -> None:
        by_offer: dict[str, list[str]] = {}
        for code in codes:
            if code.id and code.problem is None:
                by_offer.setdefault(code.offer, []).append(code.id)
        for offer, ids in by_offer.items():
            path = f"/v3/promotions/{offer}/codes?id:in={','.join(ids)}"
            self.rest.require_open(self.rest.change("DELETE", path, None))

    def find(self, codes: Sequence[str]) -> Mapping[str, FoundCode]:
        """What the store has under these codes, including coupons that are not ours."""
        found = {}
        for code in codes:
            for promotion in self.rest.read("/v3/promotions", code=code).rows("data"):
                offer = promotion.own_id()
                code_id = self._id_in(offer, code) if offer else None
                if offer and code_id:
                    found[code] = FoundCode(code_id, offer)
        return found

    def webhooks(self, address: str) -> MadeWebhooks:
        """Our webhooks, and their secret, which BigCommerce sends with each event in a header that
        we choose. Existing webhooks get a new secret.
        """
        secret = secrets.token_hex(32)
        rows = self.rest.read("/v3/hooks", destination=address).rows("data")
        known = {row.text("scope"): row.own_id() for row in rows}
        ids = []
        for topic in TOPICS:
            fields = {
                "scope": topic,
                "destination": address,
                "is_active": True,
                "headers": {HEADER: secret},
            }
            path = f"/v3/hooks/{known[topic]}" if topic in known else "/v3/hooks"
            made = self.rest.send("PUT" if topic in known else "POST", path, fields)
            ids.append(made.identifier("data") or "")
        return MadeWebhooks(tuple(name for name in ids if name), secret)

    def customers(self, after: str | None) -> CustomerPage:
        page = str(page_number(after))
        answer = self.rest.read(
            "/v3/customers", limit=str(CUSTOMERS_A_PAGE), page=page, sort="date_created:asc"
        )
        read = [customer for row in answer.rows("data") if (customer := _customer_of(row))]
        pages = whole_number_of(answer.value("meta", "pagination", "total_pages")) or 1
        return numbered_page(read, after, pages)

    def customer(self, customer_id: str) -> StoreCustomer | None:
        if not customer_id.isdigit():
            return None
        query = {"id:in": customer_id}
        rows = self.rest.read("/v3/customers", **query).rows("data")
        return _customer_of(rows[0]) if rows else None

    def withdraw(self, offer: str | None, hooks: Sequence[str]) -> None:
        """Removes webhooks and promotion; the codes go together with the promotion."""
        for hook in hooks:
            self.rest.delete(f"/v3/hooks/{hook}")
        if offer:
            self.rest.delete(f"/v3/promotions/{offer}")

    def _find_promotion(self, title: str, before: str | None) -> str | None:
        if before and self.rest.get(f"/v3/promotions/{before}").status == 200:
            return before
        for row in self.rest.read("/v3/promotions", name=title).rows("data"):
            if (row.text("name"), row.text("coupon_type")) == (title, "BULK"):
                return row.own_id()
        return None

    def _put(self, code: PlatformCode, terms: OfferTerms) -> PlatformCode:
        if not _CODE.fullmatch(code.spelled):
            return code._replace(id=None, problem=NOT_ACCEPTED)
        fields = {
            "code": code.spelled,
            "max_uses": 0,
            "max_uses_per_customer": 1 if terms.new_customers_only else 0,
        }
        reply = self.rest.change("POST", f"/v3/promotions/{code.offer}/codes", fields)
        self.rest.require_open(reply)
        if reply.status < 400:
            made = read_object(reply).identifier("data")
            return code._replace(id=made, problem=None)
        known = self._id_in(code.offer, code.spelled)
        if known:
            return code._replace(id=known, problem=None)
        is_taken = bool(self.rest.read("/v3/promotions", code=code.spelled).rows("data"))
        return code._replace(id=None, problem=TAKEN if is_taken else NOT_ACCEPTED)

    def _id_in(self, offer: str, code: str) -> str | None:
        """The id of a code of one promotion; `None` if the promotion does not have the code."""
        answer = self.rest.read(f"/v3/promotions/{offer}/codes", code=code)
        for row in answer.rows("data"):
            if normalize_code(row.text("code") or "") == normalize_code(code):
                return row.own_id()
        return None


def _promotion(terms: OfferTerms) -> dict[str, Any]:
    """A promotion for BigCommerce's API. It has no rule for first orders; new customers are checked
    when the order is rewarded.
    """
    reward, discount = terms.discount.reward, terms.discount
    action: dict[str, Any] = {
        "discount": (
            {"percentage_amount": percent_text(reward.parts)}
            if reward.fixed is None
            else {"fixed_amount": decimal_amount(reward.fixed, terms.currency)}
        )
    }
    if discount.most is not None:
        action["maximum_allowed_discount_amount"] = decimal_amount(discount.most, terms.currency)
    rule: dict[str, Any] = {"action": {"cart_value": action}, "apply_once": True}
    if discount.minimum_order is not None:
        least = decimal_amount(discount.minimum_order, terms.currency)
        rule["condition"] = {"cart": {"minimum_spend": least}}
    bound = (reward.fixed, discount.most, discount.minimum_order) != (None, None, None)
    return {
        "name": terms.title,
        "rules": [rule],
        "status": "ENABLED",
        "currency_code": terms.currency if bound else "*",
    }


def _customer_of(row: JsonObject) -> StoreCustomer | None:
    customer_id, since = row.own_id(), row.instant("date_created")
    if customer_id is None:
        return None
    names = (row.text("first_name"), row.text("last_name"))
    return StoreCustomer(
        customer_id,
        row.text("email"),
        " ".join(name for name in names if name) or None,
        None,
        parse_instant(since) if since else None,
    )
