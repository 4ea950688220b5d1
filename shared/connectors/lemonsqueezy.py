"""Lemon Squeezy: a discount for each code."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from shared.connectors.admin_api import AdminApi, read_object
from shared.connectors.connector import (
    CustomerPage,
    FoundCode,
    MadeWebhooks,
    PlatformRefused,
    StoreCustomer,
    StoreInfo,
    StoreKey,
)
from shared.connectors.rest import RestApi
from shared.domain.document import FieldError
from shared.domain.instants import parse_instant
from shared.domain.members.code import normalize_code
from shared.domain.money import PERCENT
from shared.domain.platforms.codes import NOT_ACCEPTED, TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.processors.client import ApiReply
from shared.webhooks.foreign_json import JsonObject, whole_number_of

API_URL = "https://api.lemonsqueezy.com"
STORES = ".lemonsqueezy.com"
OWN_ID = "lemonsqueezy-"
"""The beginning of customers' ids. Orders name addresses only, so an id only has to differ from
those of other platforms.
"""
SCOPES = ("API key",)
"""Keys of Lemon Squeezy open everything, so there is nothing to choose."""
EVENTS = (
    "order_created",
    "order_refunded",
    "subscription_created",
    "subscription_payment_success",
    "subscription_payment_refunded",
)
ROWS_A_PAGE, CUSTOMERS_A_PAGE = 100, 50
MOST_PAGES = 200
LONGEST_TITLE = 100
WHOLE_PERCENT = PERCENT // 100
_CODE = re.compile(r"[A-Z0-9]{3,256}")
_TERMS = re.compile(r" (terms-[0-9a-f]{12})$")


class LemonSqueezy:
    """One store; see `Connector` for the methods."""

    def __init__(self, key: StoreKey) -> None:
        headers = {
            "authorization": f"Bearer {key.secret.get('access_token')}",
            "accept": "application/vnd.api+json",
            "content-type": "application/vnd.api+json",
        }
        self.rest = RestApi(AdminApi(key.base_url, key.our_url), headers, "lemonsqueezy")
        self.store = key.store

    def look(self) -> StoreInfo:
        told = self._own.section("attributes")
        name, currency = told.text("name"), told.text("currency")
        return StoreInfo(name or self.store, (self.store,), currency, ())

    def offer(self, terms: OfferTerms, before: str | None) -> str:
        """The id of the offer, made from its terms. At Lemon Squeezy each discount contains the
        terms itself, so an offer with other terms gets another id. Raises `PlatformRefused` for a
        fraction of a percent.
        """
        reward = terms.discount.reward
        if reward.fixed is None and reward.parts % WHOLE_PERCENT:
            raise PlatformRefused(
                "Lemon Squeezy knows whole percents only; publish a program that takes a whole"
                " percent off for friends, and connect again."
            )
        return terms.own_offer

    def put(self, codes: Sequence[PlatformCode], terms: OfferTerms) -> list[PlatformCode]:
        """Creates a discount for each code. Discounts cannot be changed, so one of an older offer
        is deleted and created again.
        """
        there = [self._create(code, terms) for code in codes]
        found = self.find([code.spelled for code in there if code.problem == TAKEN])
        return [
            self._take_over(code, found.get(code.spelled), terms) if code.problem == TAKEN else code
            for code in there
        ]

    def drop(self, codes: Sequence[PlatformCode]) -> None:
        for code in codes:
            if code.id and code.problem is None:
                self.delete(code.id)

    def find(self, codes: Sequence[str]) -> Mapping[str, FoundCode]:
        """What the store has under these codes. Discounts that are not ours have an empty `offer`.
        The list cannot be filtered by code, so it is read until all are found.
        """
        wanted = {normalize_code(code): code for code in codes}
        found: dict[str, FoundCode] = {}
        for row in self._rows("discounts") if wanted else ():
            code = wanted.get(normalize_code(row.text("attributes", "code") or ""))
            if code:
                mark = _TERMS.search(row.text("attributes", "name") or "")
                found[code] = FoundCode(row.own_id() or "", mark[1] if mark else "")
            if len(found) == len(wanted):
                break
        return found

    def webhooks(self, address: str) -> MadeWebhooks:
        """Our webhook and its secret. Lemon Squeezy does not show a secret, so an existing webhook
        gets a new secret.
        """
        secret = secrets.token_hex(20)
        fields = {"url": address, "events": list(EVENTS), "secret": secret}
        known = [
            row.own_id()
            for row in self._rows("webhooks")
            if row.text("attributes", "url") == address
        ]
        if known:
            document = {"data": {"type": "webhooks", "id": known[0], "attributes": fields}}
            made = self.rest.send("PATCH", f"/v1/webhooks/{known[0]}", document)
        else:
            made = self.rest.send("POST", "/v1/webhooks", self._document("webhooks", fields))
        return MadeWebhooks((made.identifier("data") or "",), secret)

    def customers(self, after: str | None) -> CustomerPage:
        """A page of customers. They can be archived there but not deleted, so nobody moves to
        another page while the list is read.
        """
        page = int(after or 1)
        answer = self._page("customers", page, CUSTOMERS_A_PAGE)
        read = [customer for row in answer.rows("data") if (customer := _customer_of(row))]
        return CustomerPage(read, str(page + 1) if page < _last_page(answer) else None)

    def customer(self, customer_id: str) -> StoreCustomer | None:
        number = customer_id.removeprefix(OWN_ID)
        if not number.isdigit():
            return None
        reply = self.rest.get(f"/v1/customers/{number}")
        return _customer_of(read_object(reply).section("data")) if reply.status == 200 else None

    def withdraw(self, offer: str | None, hooks: Sequence[str]) -> None:
        for hook in hooks:
            self.rest.delete(f"/v1/webhooks/{hook}")

    def create(self, kind: str, attributes: Mapping[str, object]) -> ApiReply:
        """Creates an object of the store and returns the reply, also a refusal of the attributes.
        Raises `TryLater`, and `PlatformRefused` for a key that is not accepted.
        """
        reply = self.rest.change("POST", f"/v1/{kind}", self._document(kind, attributes))
        self.rest.require_open(reply)
        return reply

    def delete(self, discount: str) -> None:
        """Deletes a discount. One that is gone already is no error."""
        self.rest.require_open(self.rest.change("DELETE", f"/v1/discounts/{discount}", None))

    def was_redeemed(self, discount: str) -> bool:
        """Whether an order has used a discount."""
        query = {"filter[discount_id]": discount}
        return bool(self.rest.read("/v1/discount-redemptions", **query).rows("data"))

    @cached_property
    def _own(self) -> JsonObject:
        """The store of this connection among those that the key opens. Raises `PlatformRefused`."""
        slug = self.store.removesuffix(STORES)
        query = {"page[size]": str(ROWS_A_PAGE)}
        for row in self.rest.read("/v1/stores", **query).rows("data"):
            if row.text("attributes", "slug") == slug:
                return row
        raise PlatformRefused(
            "The key opens no store at this address; see its address under Settings → Stores, and"
            " connect again.",
            FieldError(
                "store", "is not opened by this key; see the address under Settings → Stores"
            ),
        )

    def _create(self, code: PlatformCode, terms: OfferTerms) -> PlatformCode:
        """The code with its id, or with a problem. With `TAKEN` there may be a discount of ours."""
        if not _CODE.fullmatch(code.spelled):
            return code._replace(id=None, problem=NOT_ACCEPTED)
        reply = self.create("discounts", _discount(code, terms))
        if reply.status >= 400:
            return code._replace(id=None, problem=TAKEN if reply.status == 422 else NOT_ACCEPTED)
        return code._replace(id=read_object(reply).identifier("data"), problem=None)

    def _take_over(
        self, code: PlatformCode, known: FoundCode | None, terms: OfferTerms
    ) -> PlatformCode:
        """The code, which Lemon Squeezy refused to create because `known` is there: with its id if
        `known` is ours, or else with a problem.
        """
        if known is None:
            return code._replace(problem=NOT_ACCEPTED)
        if known.offer == code.offer:
            return code._replace(id=known.id, problem=None)
        if not known.offer:
            return code
        self.delete(known.id)
        return self._create(code, terms)

    def _document(self, kind: str, attributes: Mapping[str, object]) -> dict[str, Any]:
        store = {"data": {"type": "stores", "id": self._own.own_id()}}
        return {"data": {"type": kind, "attributes": attributes, "relationships": {"store": store}}}

    def _rows(self, kind: str) -> Iterator[JsonObject]:
        """All rows of a list of the store, as far as `MOST_PAGES` go."""
        for page in range(1, MOST_PAGES + 1):
            answer = self._page(kind, page, ROWS_A_PAGE)
            yield from answer.rows("data")
            if page >= _last_page(answer):
                return

    def _page(self, kind: str, page: int, size: int) -> JsonObject:
        query = {
            "filter[store_id]": self._own.own_id() or "",
            "page[number]": str(page),
            "page[size]": str(size),
        }
        return self.rest.read(f"/v1/{kind}", **query)


def _last_page(answer: JsonObject) -> int:
    return whole_number_of(answer.value("meta", "page", "lastPage")) or 1


def _discount(code: PlatformCode, terms: OfferTerms) -> dict[str, Any]:
    """A discount for Lemon Squeezy's API. The name ends with our offer, because there is no other
    field for a mark. Lemon Squeezy knows no minimum order, no largest discount, and no rule for
    first orders; what the program says is checked when the order is rewarded.
    """
    reward = terms.discount.reward
    percent = reward.fixed is None
    return {
        "name": f"{terms.title[:LONGEST_TITLE]} {code.offer}",
        "code": code.spelled,
        "amount": reward.parts // WHOLE_PERCENT if reward.fixed is None else reward.fixed,
        "amount_type": "percent" if percent else "fixed",
        "is_limited_to_products": False,
        "is_limited_redemptions": False,
        "duration": "once",
    }


def _customer_of(row: JsonObject) -> StoreCustomer | None:
    customer_id, told = row.own_id(), row.section("attributes")
    since = told.instant("created_at")
    if customer_id is None:
        return None
    return StoreCustomer(
        f"{OWN_ID}{customer_id}",
        told.text("email"),
        told.text("name"),
        None,
        parse_instant(since) if since else None,
    )
