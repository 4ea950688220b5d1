"""Paddle Billing: a discount for each code."""

import re
from collections.abc import Iterator, Mapping, Sequence
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
from shared.connectors.refusals import key_refused
from shared.connectors.rest import RestApi
from shared.domain.instants import parse_instant
from shared.domain.members.code import normalize_code
from shared.domain.money import percent_text
from shared.domain.platforms.codes import NOT_ACCEPTED, TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.webhooks.foreign_json import JsonObject

API_URL = "https://api.paddle.com"
_READ = {
    "discount.read": "/discounts",
    "customer.read": "/customers",
    "notification_setting.read": "/notification-settings",
}
_WRITE = {"discount.write": "/discounts", "notification_setting.write": "/notification-settings"}
SCOPES = (*_READ, *_WRITE)
"""Permissions of an API key, in Paddle's own words."""
EVENTS = (
    "customer.created",
    "transaction.billed",
    "transaction.canceled",
    "transaction.completed",
    "transaction.paid",
    "transaction.past_due",
    "transaction.updated",
    "adjustment.created",
    "adjustment.updated",
)
CUSTOMERS_A_PAGE = 50
MARK = "grapevine"
_ANY_STATUS = "active,archived,expired,used"
_CODE = re.compile(r"[A-Za-z0-9]{1,32}")
_CUSTOMER_ID = re.compile(r"ctm_\w{1,60}", re.ASCII)


class Paddle:
    """One account; see `Connector` for the methods."""

    def __init__(self, key: StoreKey) -> None:
        bearer = f"Bearer {key.secret.get('access_token')}"
        headers = {"authorization": bearer, "paddle-version": "1"}
        self.rest = RestApi(AdminApi(key.base_url, key.our_url), headers, "paddle")
        self.store = key.store

    def look(self) -> StoreInfo:
        """The account, and what the key may not do. Whether the key may write is tested with an
        empty change: Paddle refuses it as incomplete or, if the key may only read, as not
        permitted.
        """
        missing = [
            scope for scope, path in _READ.items() if is_closed(self.rest.get(path, per_page="1"))
        ]
        if len(missing) == len(_READ):
            raise key_refused("paddle")
        missing += [
            scope for scope, path in _WRITE.items() if is_closed(self.rest.change("POST", path, {}))
        ]
        return StoreInfo(self.store, (), None, tuple(missing))

    def offer(self, terms: OfferTerms, before: str | None) -> str:
        """The id of the offer, made from its terms. At Paddle each discount contains the terms
        itself, so an offer with other terms gets another id.
        """
        return terms.own_offer

    def put(self, codes: Sequence[PlatformCode], terms: OfferTerms) -> list[PlatformCode]:
        """Creates a discount for each code. If a discount of ours exists, even an archived one, it
        is changed to these terms instead.
        """
        found = self.find([code.spelled for code in codes])
        return [self._put(code, found.get(code.spelled), terms) for code in codes]

    def drop(self, codes: Sequence[PlatformCode]) -> None:
        """Archives the discounts, which checkouts then refuse; they cannot be deleted."""
        for code in codes:
            if code.id and code.problem is None:
                archived = {"status": "archived"}
                reply = self.rest.change("PATCH", f"/discounts/{code.id}", archived)
                self.rest.require_open(reply)

    def find(self, codes: Sequence[str]) -> Mapping[str, FoundCode]:
        """What the account has under these codes, in any status. Discounts that are not ours have
        an empty `offer`. Paddle does not tell upper from lower case.
        """
        asked = [code for code in codes if _CODE.fullmatch(code)]
        if not asked:
            return {}
        answer = self.rest.read(
            "/discounts", code=",".join(asked), status=_ANY_STATUS, per_page="200"
        )
        rows = {normalize_code(row.text("code") or ""): row for row in answer.rows("data")}
        return {
            code: FoundCode(row.own_id() or "", row.text("custom_data", MARK) or "")
            for code in asked
            if (row := rows.get(normalize_code(code)))
        }

    def webhooks(self, address: str) -> MadeWebhooks:
        fields: dict[str, Any] = {
            "description": "Grapevine",
            "destination": address,
            "subscribed_events": list(EVENTS),
            "include_sensitive_fields": False,
            "api_version": 1,
        }
        known = self._find_hook(address)
        if known:
            path = f"/notification-settings/{known}"
            made = self.rest.send("PATCH", path, fields | {"active": True})
        else:
            made = self.rest.send("POST", "/notification-settings", fields | {"type": "url"})
        hook = made.section("data")
        return MadeWebhooks((hook.own_id() or "",), hook.text("endpoint_secret_key") or "")

    def customers(self, after: str | None) -> CustomerPage:
        query = {"per_page": str(CUSTOMERS_A_PAGE), "order_by": "id[ASC]"}
        answer = self.rest.read("/customers", **query | ({"after": after} if after else {}))
        read = [customer for row in answer.rows("data") if (customer := _customer_of(row))]
        more = answer.flag("meta", "pagination", "has_more") and bool(read)
        return CustomerPage(read, read[-1].id if more else None)

    def customer(self, customer_id: str) -> StoreCustomer | None:
        if not _CUSTOMER_ID.fullmatch(customer_id):
            return None
        reply = self.rest.get(f"/customers/{customer_id}")
        return _customer_of(read_object(reply).section("data")) if reply.status == 200 else None

    def withdraw(self, offer: str | None, hooks: Sequence[str]) -> None:
        for hook in hooks:
            self.rest.delete(f"/notification-settings/{hook}")

    def _put(self, code: PlatformCode, known: FoundCode | None, terms: OfferTerms) -> PlatformCode:
        if not _CODE.fullmatch(code.spelled):
            return code._replace(id=None, problem=NOT_ACCEPTED)
        if known and not known.offer:
            return code._replace(id=None, problem=TAKEN)
        fields = _discount(code, terms)
        if known:
            changed = fields | {"status": "active"}
            answer = self.rest.send("PATCH", f"/discounts/{known.id}", changed)
            return code._replace(id=answer.identifier("data"), problem=None)
        reply = self.rest.change("POST", "/discounts", fields)
        self.rest.require_open(reply)
        if reply.status >= 400:
            refused = read_object(reply).text("error", "code") or ""
            return code._replace(problem=TAKEN if refused.endswith("conflict") else NOT_ACCEPTED)
        return code._replace(id=read_object(reply).identifier("data"), problem=None)

    def _find_hook(self, address: str) -> str | None:
        for row in self._hooks():
            if row.text("destination") == address:
                return row.own_id()
        return None

    def _hooks(self) -> Iterator[JsonObject]:
        yield from self.rest.read("/notification-settings", per_page="200").rows("data")


def _discount(code: PlatformCode, terms: OfferTerms) -> dict[str, Any]:
    """A discount for Paddle's API. Paddle knows no minimum order, no largest discount, and no rule
    for first orders; what the program says is checked when the order is rewarded.
    """
    reward = terms.discount.reward
    percent = reward.fixed is None
    return {
        "code": code.spelled,
        "description": terms.title,
        "type": "percentage" if percent else "flat",
        "amount": percent_text(reward.parts) if reward.fixed is None else str(reward.fixed),
        "currency_code": terms.currency,
        "enabled_for_checkout": True,
        "recur": False,
        "custom_data": {MARK: code.offer},
    }


def _customer_of(row: JsonObject) -> StoreCustomer | None:
    customer_id, since = row.own_id(), row.instant("created_at")
    if customer_id is None:
        return None
    return StoreCustomer(
        customer_id,
        row.text("email"),
        row.text("name"),
        row.text("locale"),
        parse_instant(since) if since else None,
    )
