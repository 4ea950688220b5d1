"""Stripe: one coupon, and a promotion code of this coupon for each code."""

import hashlib
import http.client
from collections.abc import Mapping, Sequence

from shared.connectors.admin_api import AdminApi, is_closed, read_object
from shared.connectors.connector import (
    CustomerPage,
    FoundCode,
    MadeWebhooks,
    PlatformRefused,
    StoreCustomer,
    StoreInfo,
    StoreKey,
)
from shared.connectors.refusals import key_refused
from shared.connectors.rest import RestApi, refusal_of
from shared.domain.instants import instant_text, parse_instant
from shared.domain.members.code import normalize_code
from shared.domain.money import minor_digits, percent_text
from shared.domain.platforms.codes import NOT_ACCEPTED, TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OfferTerms
from shared.processors.client import ApiReply
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.stripe.amounts import stripe_digits

API_VERSION = "2026-10-28.endive"
SCOPES = ("Coupons", "Promotion codes", "Customers", "Webhook endpoints")
"""Permissions of a restricted key, in the words of Stripe's dashboard."""
_LISTS = ("coupons", "promotion_codes", "customers", "webhook_endpoints")
_WRITTEN = ("coupons", "promotion_codes", "webhook_endpoints")
EVENTS = (
    "customer.created",
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "invoice.paid",
    "invoice_payment.paid",
    "payment_intent.succeeded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
CUSTOMERS_A_PAGE = 50
LONGEST_NAME = 40
EXISTS = "resource_already_exists"
MARK = "grapevine"


class Stripe:
    """One account; see `Connector` for the methods."""

    def __init__(self, key: StoreKey) -> None:
        headers = {
            "authorization": f"Bearer {key.secret.get('access_token')}",
            "stripe-version": API_VERSION,
        }
        self.rest = RestApi(AdminApi(key.base_url, key.our_url), headers, "stripe")
        self.store = key.store

    def look(self) -> StoreInfo:
        """The account, and what the key may not do. Whether the key may write is tested with an
        empty form: Stripe refuses it as incomplete or, if the key may only read, as not permitted.
        """
        lacking = []
        for name, scope in zip(_LISTS, SCOPES, strict=True):
            replies = [self.rest.get(f"/v1/{name}", limit="1")]
            if name in _WRITTEN:
                replies.append(self.rest.post_form(f"/v1/{name}", {}))
            if replies[0].status == http.client.UNAUTHORIZED:
                raise key_refused("stripe")
            if any(map(is_closed, replies)):
                lacking.append(scope)
        return StoreInfo(self.store, (), None, tuple(lacking))

    def offer(self, terms: OfferTerms, before: str | None) -> str:
        """The id of a coupon with these terms. Coupons cannot be changed, so other terms get
        another coupon with new promotion codes. A repeated call gets the same coupon.

        The coupon's id is ours, so that an attempt whose answer was lost is recognised. An
        idempotency key would do that, too, but Stripe repeats a failure of its own under it for a
        day.
        """
        if before and self._is_alive(before, terms.mark):
            return before
        reward = terms.discount.reward
        same = hashlib.sha256(f"{terms.mark}|{before}|{instant_text(terms.since)}".encode())
        fields = {
            "id": f"{MARK}-{same.hexdigest()[:24]}",
            "name": terms.title[:LONGEST_NAME],
            "duration": "once",
            f"metadata[{MARK}]": terms.mark,
        }
        if reward.fixed is None:
            fields["percent_off"] = percent_text(reward.parts)
        else:
            fields["amount_off"] = str(stripe_units(reward.fixed, terms.currency))
            fields["currency"] = terms.currency.lower()
        return self.create("coupons", fields)

    def create(self, kind: str, fields: dict[str, str]) -> str:
        """Creates an object and returns its id; one with the `id` in `fields` may exist already.
        Raises `TryLater` and `PlatformRefused`.
        """
        made = self.rest.post_form(f"/v1/{kind}", fields)
        self.rest.require_open(made)
        if made.status < 400:
            return read_object(made).own_id() or ""
        if "id" in fields and read_object(made).value("error", "code") == EXISTS:
            return fields["id"]
        raise PlatformRefused(f"Stripe refused: {refusal_of(made)}")

    def _is_alive(self, coupon: str, mark: str) -> bool:
        """Whether a coupon of these terms still exists."""
        reply = self.rest.get(f"/v1/coupons/{coupon}")
        self.rest.require_open(reply)
        if reply.status != http.client.OK:
            return False
        return read_object(reply).value("metadata", MARK) == mark

    def put(self, codes: Sequence[PlatformCode], terms: OfferTerms) -> list[PlatformCode]:
        return [self._put(code, terms) for code in codes]

    def drop(self, codes: Sequence[PlatformCode]) -> None:
        """Deactivates the promotion codes, which checkouts then refuse; they cannot be deleted."""
        held = [code for code in codes if code.problem is None]
        unnamed = self.find([code.spelled for code in held if not code.id])
        for code in held:
            known = unnamed.get(code.spelled)
            code_id = code.id or (known.id if known and known.offer == code.offer else None)
            if code_id:
                self._deactivate(code_id)

    def find(self, codes: Sequence[str]) -> Mapping[str, FoundCode]:
        """What the account has under these codes, of active promotion codes only. Those that are
        not ours have an empty `offer`.
        """
        found = {}
        for code in codes:
            listed = self.rest.read("/v1/promotion_codes", code=code, active="true", limit="5")
            for row in listed.rows("data"):
                if normalize_code(row.text("code") or "") == normalize_code(code):
                    offer = row.identifier("promotion", "coupon") or row.identifier("coupon")
                    ours = row.text("metadata", MARK) is not None
                    found[code] = FoundCode(row.own_id() or "", offer or "" if ours else "")
        return found

    def webhooks(self, address: str) -> MadeWebhooks:
        """Our endpoint and its secret, which Stripe shows only when an endpoint is created: an
        existing endpoint of ours is deleted and created again.
        """
        listed = self.rest.read("/v1/webhook_endpoints", limit="100")
        for row in listed.rows("data"):
            if row.value("url") == address and row.text("metadata", MARK) is not None:
                self.rest.delete(f"/v1/webhook_endpoints/{row.own_id()}")
        fields = {"url": address, "api_version": API_VERSION, f"metadata[{MARK}]": "connected"}
        fields |= {f"enabled_events[{place}]": name for place, name in enumerate(EVENTS)}
        reply = self.rest.post_form("/v1/webhook_endpoints", fields)
        self.rest.require_open(reply)
        if reply.status >= 400:
            raise PlatformRefused(f"Stripe makes no webhook endpoint: {refusal_of(reply)}")
        made = read_object(reply)
        return MadeWebhooks((made.own_id() or "",), made.text("secret") or "")

    def customers(self, after: str | None) -> CustomerPage:
        """A page of customers, newest first. A customer who registers while the list is read is
        missing from it, but is reported by a webhook. If the last one of the page before has been
        deleted, the list is read from its beginning.
        """
        query = {"limit": str(CUSTOMERS_A_PAGE)} | ({"starting_after": after} if after else {})
        reply = self.rest.get("/v1/customers", **query)
        if after and _is_cursor_refused(reply):
            return self.customers(None)
        listed = read_object(self.rest.opened(reply))
        read = [customer for row in listed.rows("data") if (customer := _customer_of(row))]
        more = listed.flag("has_more") and bool(read)
        return CustomerPage(read, read[-1].id if more else None)

    def customer(self, customer_id: str) -> StoreCustomer | None:
        if not customer_id.replace("_", "").isalnum():
            return None
        reply = self.rest.get(f"/v1/customers/{customer_id}")
        return _customer_of(read_object(reply)) if reply.status == 200 else None

    def withdraw(self, offer: str | None, hooks: Sequence[str]) -> None:
        for hook in hooks:
            self.rest.delete(f"/v1/webhook_endpoints/{hook}")
        if offer:
            self.rest.delete(f"/v1/coupons/{offer}")

    def _put(self, code: PlatformCode, terms: OfferTerms) -> PlatformCode:
        """The code with the id of its promotion code, or with a problem. One of an older coupon is
        deactivated first, because two active ones cannot have the same text.
        """
        if code.id:
            self._deactivate(code.id)
        made = self._create(code, terms)
        if made:
            return code._replace(id=made, problem=None)
        known = self.find([code.spelled]).get(code.spelled)
        if known is None:
            return code._replace(id=None, problem=NOT_ACCEPTED)
        if not known.offer:
            return code._replace(id=None, problem=TAKEN)
        if known.offer == code.offer:
            return code._replace(id=known.id, problem=None)
        self._deactivate(known.id)
        made = self._create(code, terms)
        return code._replace(id=made, problem=None if made else NOT_ACCEPTED)

    def _create(self, code: PlatformCode, terms: OfferTerms) -> str | None:
        """The id of a new promotion code; `None` if Stripe refuses it."""
        least = terms.discount.minimum_order
        fields = {
            "promotion[type]": "coupon",
            "promotion[coupon]": code.offer,
            "code": code.spelled,
            f"metadata[{MARK}]": code.code,
            "restrictions[first_time_transaction]": str(terms.new_customers_only).lower(),
        }
        if least is not None:
            fields["restrictions[minimum_amount]"] = str(stripe_units(least, terms.currency))
            fields["restrictions[minimum_amount_currency]"] = terms.currency.lower()
        reply = self.rest.post_form("/v1/promotion_codes", fields)
        self.rest.require_open(reply)
        return read_object(reply).own_id() if reply.status == 200 else None

    def _deactivate(self, code_id: str) -> None:
        reply = self.rest.post_form(f"/v1/promotion_codes/{code_id}", {"active": "false"})
        self.rest.require_open(reply)


def stripe_units(amount: int, currency: str) -> int:
    """An amount of ours in Stripe's smallest unit of the currency, rounded down."""
    shift = stripe_digits(currency) - minor_digits(currency)
    return amount * int(10 ** max(shift, 0)) // int(10 ** max(-shift, 0))


def _is_cursor_refused(reply: ApiReply) -> bool:
    status = reply.status
    return 400 <= status < 500 and read_object(reply).text("error", "param") == "starting_after"


def _customer_of(row: JsonObject) -> StoreCustomer | None:
    customer_id = row.own_id()
    if customer_id is None or row.flag("deleted"):
        return None
    created, languages = row.instant("created"), row.value("preferred_locales")
    language = languages[0] if isinstance(languages, list) and languages else None
    return StoreCustomer(
        customer_id,
        row.text("email"),
        row.text("name"),
        language if isinstance(language, str) else None,
        parse_instant(created) if created else None,
    )
