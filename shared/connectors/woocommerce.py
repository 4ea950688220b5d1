"""WooCommerce: a coupon for each code (REST API v3)."""

import base64
import http.client
import secrets
from collections.abc import Mapping, Sequence
from itertools import batched
from typing import Any
from urllib.parse import urlsplit

from shared.connectors.admin_api import AdminApi, is_closed, read_object
from shared.connectors.connector import (
    CustomerPage,
    FoundCode,
    MadeWebhooks,
    PlatformRefused,
    StoreCustomer,
    StoreInfo,
    StoreKey,
    TryLater,
)
from shared.connectors.numbered_pages import numbered_page, page_number
from shared.connectors.refusals import key_lost, key_refused
from shared.connectors.rest import RestApi, read_rows
from shared.domain.instants import parse_instant
from shared.domain.members.code import normalize_code
from shared.domain.money import decimal_amount, percent_text
from shared.domain.platforms.codes import NOT_ACCEPTED, TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.webhooks.foreign_json import JsonObject

SCOPES = ("Read/Write",)
TOPICS = ("customer.created", "order.created", "order.updated", "order.restored")
MOST_AT_ONCE = 100
"""Coupons in one batch; WooCommerce accepts no more."""
CUSTOMERS_A_PAGE = 50
MARK = "_grapevine"
_API = "/wp-json/wc/v3"
_CUSTOMER = "id,email,first_name,last_name,date_created_gmt"
"""The fields that are asked for. Plugins add so many others that a page can be larger than we read."""
EXISTS = "woocommerce_rest_coupon_code_already_exists"
_NOBODY = "woocommerce_rest_cannot_view"
"""With 401, the refusal of somebody without a key; a wrong key is refused with another code."""
_NOT_ALLOWED = (401, 403)
_UNFINISHED_SECONDS = 5


class WooCommerce:
    """One store; see `Connector` for the methods."""

    def __init__(self, key: StoreKey) -> None:
        pair = f"{key.secret.get('consumer_key')}:{key.secret.get('consumer_secret')}"
        basic = base64.b64encode(pair.encode()).decode()
        headers = {"authorization": f"Basic {basic}"}
        self.rest = RestApi(AdminApi(key.base_url, key.our_url), headers, "woocommerce")
        self.store = key.store

    def look(self) -> StoreInfo:
        """The store, and whether the key may write. That is tested with an empty change, which
        WooCommerce refuses for a key that may only read.
        """
        first = self.rest.get(f"{_API}/data/currencies/current")
        if first.status == http.client.UNAUTHORIZED and read_object(first).value("code") == _NOBODY:
            raise key_lost()
        currency = read_object(self.rest.opened(first)).text("code")
        site = self.rest.read("/wp-json/", _fields="name,home")
        may_write = not is_closed(self.rest.change("POST", f"{_API}/coupons/batch", {}))
        self._refuse_without_coupons()
        hosts = (urlsplit(site.text("home") or "").netloc, self.store.partition("/")[0])
        return StoreInfo(
            site.text("name") or self.store,
            tuple(dict.fromkeys(host for host in hosts if host)),
            currency,
            () if may_write else SCOPES,
        )

    def _refuse_without_coupons(self) -> None:
        """Raises `PlatformRefused` if the cart takes no coupons, which a switch of WooCommerce
        decides.
        """
        reply = self.rest.get(
            f"{_API}/settings/general/woocommerce_enable_coupons", _fields="value"
        )
        if reply.status == http.client.OK and read_object(reply).value("value") == "no":
            raise PlatformRefused(
                "The store takes no coupons; tick Enable coupons under WooCommerce → Settings →"
                " General, save, and connect again."
            )

    def offer(self, terms: OfferTerms, before: str | None) -> str:
        """The id of the offer, made from its terms. At WooCommerce each coupon contains the terms
        itself, so an offer with other terms gets another id.
        """
        return terms.own_offer

    def put(self, codes: Sequence[PlatformCode], terms: OfferTerms) -> list[PlatformCode]:
        there: list[PlatformCode] = []
        for some in batched(codes, MOST_AT_ONCE, strict=False):
            there += self._batch(some, terms)
        return there

    def drop(self, codes: Sequence[PlatformCode]) -> None:
        held = [code for code in codes if code.problem is None]
        unnamed = self.find([code.spelled for code in held if not code.id])
        found = {code.spelled: unnamed.get(code.spelled) for code in held}
        ids = [code.id or (there.id if (there := found[code.spelled]) else None) for code in held]
        for some in batched([name for name in ids if name], MOST_AT_ONCE, strict=False):
            numbers = [int(name) for name in some if name.isdigit()]
            self.rest.send("POST", f"{_API}/coupons/batch", {"delete": numbers})

    def find(self, codes: Sequence[str]) -> Mapping[str, FoundCode]:
        """What the store has under these codes. Coupons that are not ours have an empty `offer`."""
        found = {}
        for code in codes:
            rows = self.rest.rows(f"{_API}/coupons", code=code.lower(), _fields="id,code,meta_data")
            for row in rows:
                ours = any(meta.value("key") == MARK for meta in row.rows("meta_data"))
                if normalize_code(row.text("code") or "") == normalize_code(code):
                    found[code] = FoundCode(row.own_id() or "", MARK if ours else "")
        return found

    def webhooks(self, address: str) -> MadeWebhooks:
        """Our webhooks and their secret. WooCommerce does not show a secret, so existing webhooks
        get a new secret.
        """
        secret = secrets.token_hex(32)
        rows = self.rest.rows(f"{_API}/webhooks", per_page="100")
        known = {
            row.text("topic"): row.own_id() for row in rows if row.value("delivery_url") == address
        }
        ids = []
        for topic in TOPICS:
            fields = {
                "name": f"Grapevine {topic}",
                "topic": topic,
                "delivery_url": address,
                "secret": secret,
                "status": "active",
            }
            path = f"{_API}/webhooks/{known[topic]}" if topic in known else f"{_API}/webhooks"
            made = self.rest.send("PUT" if topic in known else "POST", path, fields)
            ids.append(made.own_id() or "")
        return MadeWebhooks(tuple(name for name in ids if name), secret)

    def customers(self, after: str | None) -> CustomerPage:
        number = page_number(after)
        query = {"per_page": str(CUSTOMERS_A_PAGE), "page": str(number), "_fields": _CUSTOMER}
        reply = self.rest.get(f"{_API}/customers", orderby="id", order="asc", **query)
        rows = read_rows(self.rest.opened(reply))
        pages = reply.headers.get("x-wp-totalpages", "")
        known = number + (len(rows) == CUSTOMERS_A_PAGE)
        read = [customer for row in rows if (customer := _customer_of(row))]
        return numbered_page(read, after, int(pages) if pages.isdecimal() else known)

    def customer(self, customer_id: str) -> StoreCustomer | None:
        if not customer_id.isdigit():
            return None
        try:
            path = f"{_API}/customers/{customer_id}"
            return _customer_of(self.rest.read(path, _fields=_CUSTOMER))
        except PlatformRefused:
            return None

    def withdraw(self, offer: str | None, hooks: Sequence[str]) -> None:
        if hooks:
            numbers = [int(hook) for hook in hooks if hook.isdigit()]
            self.rest.send("POST", f"{_API}/webhooks/batch", {"delete": numbers})

    def _batch(
        self, codes: Sequence[PlatformCode], terms: OfferTerms, again: bool = True
    ) -> list[PlatformCode]:
        """Creates or updates the coupons of the codes, and returns each code with its id or a
        problem. An existing coupon with our mark is updated; one that staff deleted is created
        again, in a second request (`again`).
        """
        new = [code for code in codes if not code.id]
        old = [code for code in codes if code.id]
        created = [_coupon(code, terms) for code in new]
        updated = [{"id": int(code.id or 0), **_coupon(code, terms)} for code in old]
        answer = self.rest.send(
            "POST", f"{_API}/coupons/batch", {"create": created, "update": updated}
        )
        told = [*answer.rows("create"), *answer.rows("update")]
        if len(told) != len(codes):
            raise TryLater(_UNFINISHED_SECONDS, "an answer for some of the coupons only")
        there, missed = [], []
        for code, row in zip([*new, *old], told, strict=True):
            if row.value("error", "data", "status") in _NOT_ALLOWED:
                raise key_refused("woocommerce")
            if "error" not in row:
                there.append(code._replace(id=row.own_id(), problem=None))
            elif row.value("error", "code") == EXISTS:
                missed.append(code)
            elif code.id:
                missed.append(code._replace(id=None))
            else:
                there.append(code._replace(problem=NOT_ACCEPTED))
        if not missed or not again:
            return there + [code._replace(id=None, problem=TAKEN) for code in missed]
        found = self.find([code.spelled for code in missed])
        ours, others = [], []
        for code in missed:
            known = found.get(code.spelled)
            if known and not known.offer:
                others.append(code._replace(id=None, problem=TAKEN))
            else:
                ours.append(code._replace(id=known.id if known else None))
        return there + others + (self._batch(ours, terms, again=False) if ours else [])


def _coupon(code: PlatformCode, terms: OfferTerms) -> dict[str, Any]:
    """A coupon for WooCommerce's API. WooCommerce has neither a largest discount nor a rule for
    first orders; new customers are checked when the order is rewarded. Its status takes a coupon out
    of the trash, where the id that we know would be changed to no effect.
    """
    reward, least = terms.discount.reward, terms.discount.minimum_order
    percent = reward.fixed is None
    amount = (
        percent_text(reward.parts)
        if reward.fixed is None
        else decimal_amount(reward.fixed, terms.currency)
    )
    return {
        "code": code.spelled,
        "discount_type": "percent" if percent else "fixed_cart",
        "amount": amount,
        "minimum_amount": "" if least is None else decimal_amount(least, terms.currency),
        "usage_limit_per_user": 1 if terms.new_customers_only else 0,
        "description": terms.title,
        "status": "publish",
        "meta_data": [{"key": MARK, "value": terms.mark}],
    }


def _customer_of(row: JsonObject) -> StoreCustomer | None:
    customer_id = row.own_id()
    if customer_id is None:
        return None
    names = (row.text("first_name"), row.text("last_name"))
    since = row.text("date_created_gmt")
    return StoreCustomer(
        customer_id,
        row.text("email"),
        " ".join(name for name in names if name) or None,
        None,
        parse_instant(f"{since}Z") if since else None,
    )
