"""Shopify: one discount with many codes (Admin GraphQL 2026-10)."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import batched

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
from shared.connectors.shopify import documents as ask
from shared.connectors.shopify.fields import customer_of, terms_input
from shared.connectors.shopify.graphql import ShopifyGraphQL
from shared.domain.instants import instant_text
from shared.domain.members.code import normalize_code
from shared.domain.platforms.codes import NOT_ACCEPTED, TAKEN, PlatformCode
from shared.domain.platforms.offer_terms import OUR_TITLE, OfferTerms
from shared.webhooks.foreign_json import JsonObject

SCOPES = ("read_customers", "read_orders", "write_discounts")
DISPUTES_SCOPE = "read_shopify_payments_disputes"
MOST_FOUND_AT_ONCE = 25
MOST_ADDED_AT_ONCE = 250
CUSTOMERS_A_PAGE = 50
UNFINISHED_SECONDS = 2
LOOKS_AT_UNFINISHED = 3


class Shopify:
    """One store; see `Connector` for the methods."""

    def __init__(self, key: StoreKey) -> None:
        self.key, self.graphql = key, ShopifyGraphQL(key)

    def look(self) -> StoreInfo:
        seen = self.graphql.ask(ask.LOOK)
        shop = seen.section("shop")
        rows = seen.rows("currentAppInstallation", "accessScopes")
        granted = {row.text("handle") for row in rows}
        granted |= {scope.replace("write_", "read_", 1) for scope in granted if scope}
        hosts = (shop.text("primaryDomain", "host"), shop.text("myshopifyDomain"))
        return StoreInfo(
            shop.text("name") or self.key.store,
            tuple(dict.fromkeys(host for host in hosts if host)),
            shop.text("currencyCode"),
            tuple(scope for scope in SCOPES if scope not in granted),
        )

    def offer(self, terms: OfferTerms, before: str | None) -> str:
        """Changes the discount with the id `before` to these terms, or creates one if there is none
        or staff deleted it. Returns the discount's id. A changed discount keeps its codes.

        Shopify wants a first code for a new discount. An attempt that stopped after it created the
        discount is recognised by that code, so no discount is created twice.
        """
        first = self._first_code(terms, before)
        if before and self._is_there(before):
            there: str | None = before
        else:
            known = self.find([first]).get(first)
            there = known.offer if known else None
        fields = terms_input(terms)
        if there:
            self.graphql.change(ask.OFFER_UPDATE, "discountCodeBasicUpdate", id=there, terms=fields)
            return there
        fields |= {"code": first, "startsAt": instant_text(terms.since)}
        made = self.graphql.change(ask.OFFER_CREATE, "discountCodeBasicCreate", terms=fields)
        return _required(made.text("codeDiscountNode", "id"), "the discount")

    def _first_code(self, terms: OfferTerms, before: str | None) -> str:
        """The text of the first code: always the same for one connection and one deleted discount."""
        secret = self.key.secret.get("client_secret", "")  # or a stranger could guess the code
        named = f"{secret}|{self.key.store}|{before}|{instant_text(terms.since)}"
        return f"GV{hashlib.sha256(named.encode()).hexdigest()[:16].upper()}"

    def put(self, codes: Sequence[PlatformCode], terms: OfferTerms) -> list[PlatformCode]:
        found = self._without_left_codes(codes)
        there = [_as_found(code, found[code.spelled]) for code in codes if code.spelled in found]
        missing = [code for code in codes if code.spelled not in found]
        for some in batched(missing, MOST_ADDED_AT_ONCE, strict=False):
            there += self._add(some)
        return there

    def _without_left_codes(self, codes: Sequence[PlatformCode]) -> Mapping[str, FoundCode]:
        """What the store has under these codes, after codes were deleted that an earlier connection
        left behind in a discount of ours, because the store had refused or not answered when it was
        disconnected.
        """
        found = dict(self.find([code.spelled for code in codes]))
        left: dict[str, list[str]] = {}
        for code in codes:
            known = found.get(code.spelled)
            if known and known.ours and known.offer != code.offer and known.id:
                left.setdefault(known.offer, []).append(known.id)
                del found[code.spelled]
        for offer, ids in left.items():
            self._delete(offer, ids)
        return found

    def drop(self, codes: Sequence[PlatformCode]) -> None:
        """Deletes the codes and waits for Shopify's job that does it, because a code may be put
        again directly afterwards. Raises `TryLater` while the job runs.
        """
        held = [code for code in codes if code.problem is None]
        unnamed = self.find([code.spelled for code in held if not code.id])
        by_offer: dict[str, list[str]] = {}
        for code in held:
            found = unnamed.get(code.spelled)
            code_id = code.id or (found.id if found and found.offer == code.offer else None)
            if code_id == "":
                raise TryLater(UNFINISHED_SECONDS, "Shopify's search does not know the code yet")
            if code_id:
                by_offer.setdefault(code.offer, []).append(code_id)
        for offer, ids in by_offer.items():
            self._delete(offer, ids)

    def find(self, codes: Sequence[str]) -> Mapping[str, FoundCode]:
        found = {}
        for some in batched(codes, MOST_FOUND_AT_ONCE, strict=False):
            variables = {f"c{place}": code for place, code in enumerate(some)}
            answer = self.graphql.ask(ask.codes_find(len(some)), **variables)
            for place, code in enumerate(some):
                node = answer.section(f"c{place}")
                offer = node.text("id")
                if offer:
                    title = node.text("codeDiscount", "title") or ""
                    ours = title.startswith(OUR_TITLE)
                    found[code] = FoundCode(_id_among(node, code), offer, ours)
        return found

    def webhooks(self, address: str) -> MadeWebhooks:
        rows = self.graphql.ask(ask.WEBHOOKS, uri=address).rows("webhookSubscriptions", "nodes")
        ids = {row.text("topic"): row.text("id") for row in rows}
        for topic in ask.TOPICS:
            if topic not in ids:
                ids[topic] = self._subscribe(topic, address)
        made = tuple(hook for hook in ids.values() if hook)
        return MadeWebhooks(made, self.key.secret.get("client_secret", ""))

    def customers(self, after: str | None) -> CustomerPage:
        page = self.graphql.ask(ask.CUSTOMERS, first=CUSTOMERS_A_PAGE, after=after)
        more = page.value("customers", "pageInfo", "hasNextPage") is True
        read = [customer_of(row) for row in page.rows("customers", "nodes")]
        following = page.text("customers", "pageInfo", "endCursor") if more else None
        return CustomerPage([customer for customer in read if customer], following)

    def customer(self, customer_id: str) -> StoreCustomer | None:
        if not customer_id.isdigit():
            return None
        seen = self.graphql.ask(ask.CUSTOMER, id=f"gid://shopify/Customer/{customer_id}")
        return customer_of(seen.section("customer"))

    def withdraw(self, offer: str | None, hooks: Sequence[str]) -> None:
        """Deletes the webhooks and the discount. What staff deleted before is no error."""
        for hook in hooks:
            self.graphql.ask(ask.WEBHOOK_DELETE, id=hook)
        if offer:
            self.delete(offer)

    def delete(self, discount: str) -> None:
        """Deletes a discount with its codes. One that is gone already is no error. Raises `TryLater`
        if Shopify does not delete it.
        """
        payload = self.graphql.ask(ask.OFFER_DELETE, id=discount).section("discountCodeDelete")
        if payload.rows("userErrors") and self._is_there(discount):
            raise TryLater(UNFINISHED_SECONDS, "the discount is still there")

    def _is_there(self, discount: str) -> bool:
        seen = self.graphql.ask(ask.OFFER_LOOK, id=discount)
        return bool(seen.text("codeDiscountNode", "id"))

    def _subscribe(self, topic: str, address: str) -> str | None:
        """Subscribes to one topic and returns the id of the subscription. `None` for disputes if
        the app may not read them, because they need a scope of their own.
        """
        webhook = {"uri": address, "format": "JSON"}
        try:
            made = self.graphql.change(
                ask.WEBHOOK_CREATE, "webhookSubscriptionCreate", topic=topic, webhook=webhook
            )
        except PlatformRefused:
            if topic.startswith("DISPUTES_"):
                return None
            raise
        return made.text("webhookSubscription", "id")

    def _add(self, codes: Sequence[PlatformCode]) -> list[PlatformCode]:
        """Creates the codes and returns each with its id or a problem. Raises `TryLater` while
        Shopify still works on them; at the next attempt `find` finds them.
        """
        rows = [{"code": code.spelled} for code in codes]
        made = self.graphql.change(
            ask.CODES_ADD, "discountRedeemCodeBulkAdd", offer=codes[0].offer, codes=rows
        )
        bulk = _required(made.text("bulkCreation", "id"), "the codes")
        for _ in range(LOOKS_AT_UNFINISHED):
            seen = self.graphql.ask(ask.CODES_ADDED, id=bulk, first=len(codes))
            state = seen.section("discountRedeemCodeBulkCreation")
            if state.value("done") is True:
                added = {row.text("code"): row for row in state.rows("codes", "nodes")}
                return self._settle([_as_added(code, added.get(code.spelled)) for code in codes])
        raise TryLater(UNFINISHED_SECONDS, "codes are being made")

    def _settle(self, codes: Sequence[PlatformCode]) -> list[PlatformCode]:
        """The codes, once more looked up where Shopify refused to create them: a job of an earlier
        attempt may have been faster.
        """
        found = self.find([code.spelled for code in codes if code.problem])
        return [
            _as_found(code, found[code.spelled]) if code.spelled in found else code
            for code in codes
        ]

    def _delete(self, offer: str, ids: Sequence[str]) -> None:
        if not self._is_there(offer):
            return
        payload = self.graphql.change(
            ask.CODES_DROP, "discountCodeRedeemCodeBulkDelete", offer=offer, ids=ids
        )
        job = payload.section("job")
        for _ in range(LOOKS_AT_UNFINISHED):
            if job.value("done") is True or not job.text("id"):
                return
            job = self.graphql.ask(ask.JOB, id=job.text("id")).section("job")
        raise TryLater(UNFINISHED_SECONDS, "codes are being deleted")


def discount_path(spelled: str) -> str:
    """The path on the store that applies a code to the cart."""
    return f"/discount/{spelled}"


def _as_found(code: PlatformCode, found: FoundCode) -> PlatformCode:
    """A code that exists already: with its id if it belongs to our discount, or else as taken."""
    if found.offer != code.offer:
        return code._replace(problem=TAKEN)
    return code._replace(id=found.id or None, problem=None)


def _as_added(code: PlatformCode, row: JsonObject | None) -> PlatformCode:
    code_id = row.text("discountRedeemCode", "id") if row else None
    return code._replace(id=code_id, problem=None if code_id else NOT_ACCEPTED)


def _id_among(node: JsonObject, code: str) -> str:
    """The id of a code among the codes of a discount; empty if it is not among them."""
    wanted = normalize_code(code)
    for row in node.rows("codeDiscount", "codes", "nodes"):
        if normalize_code(row.text("code") or "") == wanted:
            return row.text("id") or ""
    return ""


def _required(text: str | None, what: str) -> str:
    if text is None:
        raise TryLater(UNFINISHED_SECONDS, f"no id of {what}")
    return text
