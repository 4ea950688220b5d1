"""Grapevine's API for the server of a shop: one file that needs nothing but Python 3.11.

    grapevine = Grapevine("https://rewards.example.com", "sk_...")
    anna = grapevine.members.put("anna", {"login": "anna", "name": "Anna Schmidt"})
    print(anna["link"], grapevine.members.balance("anna")["available"])

One attribute a resource, one method an operation, named as in `GET /openapi.json`. Amounts are
integers in minor units, instants RFC 3339 text. A refused call raises `Problem`, one that nobody
answers `Unreachable`. `verify_webhook` reads what Grapevine tells your server.

Written by `make clients` from the declarations of the API; do not edit it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from typing import Any, Literal, NotRequired, TypedDict, cast
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

WEBHOOK_TOLERANCE_SECONDS = 300
LONGEST_WAIT_SECONDS = 10.0
"""Before one more attempt, whatever `Retry-After` says."""
RETRIED = (429, 503)


class Problem(Exception):
    """A call that was refused, as RFC 9457 tells it.

    `code` is stable and made for programs, `detail` says what to do, `errors` has `field` and
    `message` of each faulty field, `document` is the whole answer with what else it tells, such as
    `available`. What a gateway refuses has no `code`.
    """

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status = status
        self.document = dict(document)
        self.code = str(document.get("code", ""))
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail") or document.get("message") or f"HTTP {status}")
        self.errors: list[dict[str, str]] = list(document.get("errors") or ())
        faults = "".join(f"; {fault['field']}: {fault['message']}" for fault in self.errors)
        super().__init__(f"{status} {self.code}: {self.detail}{faults}")


class Unreachable(Exception):
    """Nobody answered, after all attempts; a shop goes on without us."""


class WebhookRefused(ValueError):
    """What came is not proven to be ours, or is too old: answer 401 and use nothing of it."""


def verify_webhook(
    body: bytes | str,
    headers: Mapping[str, str],
    secret: str,
    *,
    now: float | None = None,
    tolerance: float = WEBHOOK_TOLERANCE_SECONDS,
) -> dict[str, Any]:
    """The event in a webhook of ours: `{"type", "timestamp", "data"}`. Raises `WebhookRefused`.

    `body` is the raw body as it came, `secret` the `whsec_...` of the endpoint. A webhook comes
    again when your server did not answer 2xx: `webhook-id` stays the same.
    """
    raw = body.encode() if isinstance(body, str) else body
    given = {name.lower(): value for name, value in headers.items()}
    message, sent_at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message or not (sent_at.isascii() and sent_at.isdigit()):
        raise WebhookRefused("webhook-id or webhook-timestamp is missing or not as it should be")
    if abs((time.time() if now is None else now) - int(sent_at)) > tolerance:
        raise WebhookRefused("webhook-timestamp is too far from now: a replay, or a wrong clock")
    signed = f"{message}.{sent_at}.".encode() + raw
    expected = hmac.new(_signing_key(secret), signed, hashlib.sha256).digest()
    for part in given.get("webhook-signature", "").split():
        version, _, signature = part.partition(",")
        if version == "v1" and hmac.compare_digest(signature.encode(), base64.b64encode(expected)):
            return _read_event(raw)
    raise WebhookRefused("no signature fits: another secret, or a body that was changed")


def _signing_key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise WebhookRefused("the secret is not one of ours: it is whsec_ and a key in base64")
    return key


def _read_event(raw: bytes) -> dict[str, Any]:
    try:
        event = json.loads(raw)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise WebhookRefused("the body is no JSON object")
    return event


def every(page: Callable[..., Any], *parts: str, **query: Any) -> Iterator[Any]:
    """Every item of a list, page after page: `every(grapevine.members.entries, "anna")`."""
    while True:
        found = page(*parts, **query)
        yield from found["items"]
        if found["next_cursor"] is None:
            return
        query["cursor"] = found["next_cursor"]


class Grapevine:
    """The API of one Grapevine. `key` is a secret (`sk_`), staff (`ak_`) or reading (`rk_`) key,
    or a member's session.

    `timeout` is in seconds, for each attempt. An answer 429 or 503, or none, is asked for up to
    `retries` times more, where nothing can happen twice by it: a `POST` that takes an
    `Idempotency-Key` carries one, made for each call unless you give it.
    """

    def __init__(
        self, base_url: str, key: str = "", *, timeout: float = 10.0, retries: int = 2
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout, self.retries = timeout, retries
        self._key = key
        self.audit = AuditOperations(self)
        self.backtests = BacktestsOperations(self)
        self.clicks = ClicksOperations(self)
        self.codes = CodesOperations(self)
        self.connections = ConnectionsOperations(self)
        self.deliveries = DeliveriesOperations(self)
        self.document = DocumentOperations(self)
        self.files = FilesOperations(self)
        self.holds = HoldsOperations(self)
        self.imports = ImportsOperations(self)
        self.journal = JournalOperations(self)
        self.keys = KeysOperations(self)
        self.links = LinksOperations(self)
        self.members = MembersOperations(self)
        self.orders = OrdersOperations(self)
        self.parked = ParkedOperations(self)
        self.programs = ProgramsOperations(self)
        self.quotes = QuotesOperations(self)
        self.rates = RatesOperations(self)
        self.referrals = ReferralsOperations(self)
        self.reviews = ReviewsOperations(self)
        self.settlements = SettlementsOperations(self)
        self.webhooks = WebhooksOperations(self)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
        repeatable: bool = True,
    ) -> Any:
        """Call a path: the decoded answer, text where it is no JSON, the target of a redirect.

        Raises `Problem` or `Unreachable`. Methods of resources call this.
        """
        request = self._request(method, path, query or {}, headers or {}, body)
        for attempt in range(self.retries + 1):
            may_go_on = repeatable and attempt < self.retries
            try:
                with _OPENER.open(request, timeout=self.timeout) as response:
                    return _decode(response.headers.get("content-type", ""), response.read())
            except HTTPError as refused:
                with refused:
                    if refused.code < 400:
                        return refused.headers.get("location")
                    if refused.code not in RETRIED or not may_go_on:
                        raise Problem(refused.code, _problem_document(refused)) from None
                    wait = refused.headers.get("retry-after")
            except (OSError, HTTPException) as problem:
                if not may_go_on:
                    raise Unreachable(f"{self.base_url} does not answer: {problem}") from problem
                wait = None
            time.sleep(_seconds_to_wait(wait, attempt))
        raise AssertionError("the last attempt returns or raises")

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        headers: Mapping[str, str | None],
        body: Any,
    ) -> Request:
        given = {name: _query_text(value) for name, value in query.items() if value is not None}
        address = self.base_url + path + (f"?{urlencode(given)}" if given else "")
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"accept": "application/json, */*;q=0.5"}
        if content is not None:
            sent["content-type"] = "application/json"
        if self._key:
            sent["authorization"] = f"Bearer {self._key}"
        sent |= {name.lower(): value for name, value in headers.items() if value is not None}
        return Request(address, content, sent, method=method)


class AuditOperations:
    """Who changed what, when and why."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ChangePage:
        """List changes by staff, newest first. Open to: read, staff."""
        return cast(
            "ChangePage",
            self._grapevine.call(
                "GET",
                "/v1/audit",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )


class BacktestsOperations:
    """Programs tried on past orders."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def create(self, body: Backtest, *, headers: Mapping[str, str] | None = None) -> Backtested:
        """Run a program over a history of up to 4 MiB. Open to: staff."""
        return cast(
            "Backtested",
            self._grapevine.call("POST", "/v1/backtests", headers={**(headers or {})}, body=body),
        )


class ClicksOperations:
    """Clicks on advocates' links."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def create(self, body: Click, *, headers: Mapping[str, str] | None = None) -> ClickAnswer:
        """Report a click that landed on the shop; `text/plain` is read as JSON too. Open to: everybody."""
        return cast(
            "ClickAnswer",
            self._grapevine.call("POST", "/v1/clicks", headers={**(headers or {})}, body=body),
        )

    def get(self, ref_token: str, *, headers: Mapping[str, str] | None = None) -> ClickAnswer:
        """Get the advocate whose link this browser followed. Open to: everybody."""
        return cast(
            "ClickAnswer",
            self._grapevine.call(
                "GET", f"/v1/clicks/{_quote(ref_token)}", headers={**(headers or {})}
            ),
        )


class CodesOperations:
    """One-time codes at connected stores that pay with credit."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def create(
        self,
        id: str,
        body: CreditCodeWish | None = None,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> CreditCode:
        """Create a one-time code at a connected store that pays with a member's credit. Open to: shop."""
        return cast(
            "CreditCode",
            self._grapevine.call(
                "POST",
                f"/v1/members/{_quote(id)}/credit-codes",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body or {},
            ),
        )

    def get(self, id: str, *, headers: Mapping[str, str] | None = None) -> CreditCode:
        """Get a credit code and its state. Open to: read, shop."""
        return cast(
            "CreditCode",
            self._grapevine.call(
                "GET", f"/v1/credit-codes/{_quote(id)}", headers={**(headers or {})}
            ),
        )

    def void(
        self,
        id: str,
        body: Nothing | None = None,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> CreditCode:
        """Void an unused credit code. Open to: shop."""
        return cast(
            "CreditCode",
            self._grapevine.call(
                "POST",
                f"/v1/credit-codes/{_quote(id)}/void",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body or {},
            ),
        )


class ConnectionsOperations:
    """Connected stores that accept advocates' codes."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(self, *, headers: Mapping[str, str] | None = None) -> ConnectionPage:
        """List connected stores. Open to: read, staff."""
        return cast(
            "ConnectionPage",
            self._grapevine.call("GET", "/v1/connections", headers={**(headers or {})}),
        )

    def create(
        self, body: ConnectionForm, *, headers: Mapping[str, str] | None = None
    ) -> Connection:
        """Connect a store, or reconnect it with new secrets. Open to: staff."""
        return cast(
            "Connection",
            self._grapevine.call(
                "POST", "/v1/connections", headers={**(headers or {})}, body=body, repeatable=False
            ),
        )

    def get(self, id: str, *, headers: Mapping[str, str] | None = None) -> Connection:
        """Get a connected store and its progress. Open to: read, staff."""
        return cast(
            "Connection",
            self._grapevine.call(
                "GET", f"/v1/connections/{_quote(id)}", headers={**(headers or {})}
            ),
        )

    def delete(
        self, id: str, body: ReasonIfAny | None = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Disconnect a store: remove what was created there and delete its secrets. Open to: staff."""
        self._grapevine.call(
            "DELETE", f"/v1/connections/{_quote(id)}", headers={**(headers or {})}, body=body
        )


class DeliveriesOperations:
    """Webhooks from processors and shop platforms."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def receive(
        self, provider: str, body: dict[str, Any], *, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Receive a processor's webhook, signed over its raw body. Open to: everybody."""
        return cast(
            "dict[str, Any]",
            self._grapevine.call(
                "POST", f"/webhooks/{_quote(provider)}", headers={**(headers or {})}, body=body
            ),
        )


class DocumentOperations:
    """This document."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def get(self, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """This document. Open to: everybody."""
        return cast(
            "dict[str, Any]",
            self._grapevine.call("GET", "/openapi.json", headers={**(headers or {})}),
        )


class FilesOperations:
    """Files that browsers load."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def asset(self, name: str, *, headers: Mapping[str, str] | None = None) -> str:
        """Get a stylesheet or script of the hosted pages. Open to: everybody."""
        return cast(
            "str",
            self._grapevine.call("GET", f"/assets/{_quote(name)}", headers={**(headers or {})}),
        )

    def snippet(self, *, headers: Mapping[str, str] | None = None) -> str:
        """Get the storefront snippet. Open to: everybody."""
        return cast(
            "str", self._grapevine.call("GET", "/grapevine.js", headers={**(headers or {})})
        )


class HoldsOperations:
    """Credit authorised for an order, then captured or voided."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def create(
        self,
        id: str,
        body: Checkout,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Authorised:
        """Authorise credit for an order. Open to: shop."""
        return cast(
            "Authorised",
            self._grapevine.call(
                "POST",
                f"/v1/members/{_quote(id)}/holds",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body,
            ),
        )

    def capture(
        self,
        id: str,
        body: Capture | None = None,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Hold:
        """Capture a hold, fully or in part; the rest becomes available again. Open to: shop."""
        return cast(
            "Hold",
            self._grapevine.call(
                "POST",
                f"/v1/holds/{_quote(id)}/capture",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body or {},
            ),
        )

    def void(
        self,
        id: str,
        body: Nothing | None = None,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Hold:
        """Void a hold. Open to: shop."""
        return cast(
            "Hold",
            self._grapevine.call(
                "POST",
                f"/v1/holds/{_quote(id)}/void",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body or {},
            ),
        )


class ImportsOperations:
    """Members, past orders and balances from another system."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def create(
        self,
        body: Import,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ImportRun:
        """Import members, past orders or opening balances; sending the same rows again changes nothing. Open to: shop, staff."""
        return cast(
            "ImportRun",
            self._grapevine.call(
                "POST",
                "/v1/imports",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body,
            ),
        )

    def get(self, id: str, *, headers: Mapping[str, str] | None = None) -> ImportRun:
        """Get an import's progress and its refused rows. Open to: read, shop, staff."""
        return cast(
            "ImportRun",
            self._grapevine.call("GET", f"/v1/imports/{_quote(id)}", headers={**(headers or {})}),
        )


class JournalOperations:
    """The books of the whole shop."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def verify(self, *, headers: Mapping[str, str] | None = None) -> Verified:
        """Recompute the ledger from facts and entries, and compare. Open to: staff."""
        return cast(
            "Verified", self._grapevine.call("POST", "/v1/verify", headers={**(headers or {})})
        )

    def get_verification(
        self, id: str, *, headers: Mapping[str, str] | None = None
    ) -> Verification:
        """Get the progress and the findings of a verification. Open to: read, staff."""
        return cast(
            "Verification",
            self._grapevine.call("GET", f"/v1/verify/{_quote(id)}", headers={**(headers or {})}),
        )

    def get(
        self,
        *,
        from_: str | None = None,
        until: str | None = None,
        format: Literal["json", "csv", "beancount", "datev"] | None = None,
        parts: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        currency: str | None = None,
        consultant: int | None = None,
        client: int | None = None,
        account_length: int | None = None,
        year_begins: int | None = None,
        account_credit: str | None = None,
        account_rewards: str | None = None,
        account_friend_bonus: str | None = None,
        account_adjustments: str | None = None,
        account_breakage: str | None = None,
        account_forfeited: str | None = None,
        account_redemptions: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JournalGetAnswerItemsAccountsNextCursor | str:
        """The postings of a period, one per row, with the balance of each account. Open to: read, staff."""
        return cast(
            "JournalGetAnswerItemsAccountsNextCursor | str",
            self._grapevine.call(
                "GET",
                "/v1/journal",
                query={
                    "from": from_,
                    "until": until,
                    "format": format,
                    "parts": parts,
                    "limit": limit,
                    "cursor": cursor,
                    "currency": currency,
                    "consultant": consultant,
                    "client": client,
                    "account_length": account_length,
                    "year_begins": year_begins,
                    "account_credit": account_credit,
                    "account_rewards": account_rewards,
                    "account_friend_bonus": account_friend_bonus,
                    "account_adjustments": account_adjustments,
                    "account_breakage": account_breakage,
                    "account_forfeited": account_forfeited,
                    "account_redemptions": account_redemptions,
                },
                headers={**(headers or {})},
            ),
        )


class KeysOperations:
    """API keys."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> KeyPage:
        """List API keys by their first characters, never the keys themselves. Open to: read, staff."""
        return cast(
            "KeyPage",
            self._grapevine.call(
                "GET",
                "/v1/keys",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def create(self, body: KeyForm, *, headers: Mapping[str, str] | None = None) -> NewKey:
        """Create a key, or one that replaces another; it is shown only once. Open to: staff."""
        return cast(
            "NewKey",
            self._grapevine.call(
                "POST", "/v1/keys", headers={**(headers or {})}, body=body, repeatable=False
            ),
        )

    def delete(
        self,
        prefix: str,
        body: ReasonIfAny | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Revoke a key. Open to: staff."""
        self._grapevine.call(
            "DELETE", f"/v1/keys/{_quote(prefix)}", headers={**(headers or {})}, body=body
        )


class LinksOperations:
    """Advocates' links, and the page they lead to."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def follow(
        self, code: str, *, to: str | None = None, headers: Mapping[str, str] | None = None
    ) -> str:
        """Follow a link: redirects to the shop, with the cookie `gv_ref` if the code is known. Open to: everybody."""
        return cast(
            "str",
            self._grapevine.call(
                "GET", f"/r/{_quote(code)}", query={"to": to}, headers={**(headers or {})}
            ),
        )

    def claim_page(
        self, code: str, *, to: str | None = None, headers: Mapping[str, str] | None = None
    ) -> str:
        """Show the page that tells a friend who recommends the shop and what they get. Open to: everybody."""
        return cast(
            "str",
            self._grapevine.call(
                "GET", f"/c/{_quote(code)}", query={"to": to}, headers={**(headers or {})}
            ),
        )

    def claim(
        self,
        code: str,
        body: LinksClaimForm | None = None,
        *,
        to: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Follow the link from that page. Open to: everybody."""
        return cast(
            "str",
            self._grapevine.call(
                "POST",
                f"/c/{_quote(code)}",
                query={"to": to},
                headers={**(headers or {})},
                body=body or {},
            ),
        )


class MembersOperations:
    """Customers as advocates and friends, and their credit."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(
        self,
        *,
        query: str | None = None,
        group: str | None = None,
        status: Literal["active", "blocked", "guest", "merged", "erased"] | None = None,
        sort: Literal["joined", "login", "balance", "volume"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> WholeMemberPage:
        """List members: sorted, filtered or searched. Open to: read, shop, staff."""
        return cast(
            "WholeMemberPage",
            self._grapevine.call(
                "GET",
                "/v1/members",
                query={
                    "query": query,
                    "group": group,
                    "status": status,
                    "sort": sort,
                    "limit": limit,
                    "cursor": cursor,
                },
                headers={**(headers or {})},
            ),
        )

    def put(
        self,
        id: str,
        body: MemberForm,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Member:
        """Create or update a member. Open to: shop."""
        return cast(
            "Member",
            self._grapevine.call(
                "PUT",
                f"/v1/members/{_quote(id)}",
                headers={"Idempotency-Key": idempotency_key, **(headers or {})},
                body=body,
            ),
        )

    def get(self, id: str, *, headers: Mapping[str, str] | None = None) -> WholeMember:
        """Get a member. Open to: member, read, shop, staff."""
        return cast(
            "WholeMember",
            self._grapevine.call("GET", f"/v1/members/{_quote(id)}", headers={**(headers or {})}),
        )

    def delete(
        self, id: str, body: ReasonIfAny | None = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Erase a person; ids and sums stay. Open to: shop, staff."""
        self._grapevine.call(
            "DELETE", f"/v1/members/{_quote(id)}", headers={**(headers or {})}, body=body
        )

    def entries(
        self,
        id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> EntryPage:
        """List a member's entries, with the reason of each. Open to: member, read, shop, staff."""
        return cast(
            "EntryPage",
            self._grapevine.call(
                "GET",
                f"/v1/members/{_quote(id)}/entries",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def balance(
        self, id: str, *, as_of: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Balance:
        """Get a member's balance. Open to: member, read, shop, staff."""
        return cast(
            "Balance",
            self._grapevine.call(
                "GET",
                f"/v1/members/{_quote(id)}/balance",
                query={"as_of": as_of},
                headers={**(headers or {})},
            ),
        )

    def session(self, id: str, *, headers: Mapping[str, str] | None = None) -> Session:
        """Create a 15-minute token that can read the member's own data. Open to: shop."""
        return cast(
            "Session",
            self._grapevine.call(
                "POST", f"/v1/members/{_quote(id)}/session", headers={**(headers or {})}
            ),
        )

    def mail_balance(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> MembersMailBalanceAnswer:
        """Email a member their current balance. Open to: staff."""
        return cast(
            "MembersMailBalanceAnswer",
            self._grapevine.call(
                "POST",
                f"/v1/members/{_quote(id)}/mail-balance",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
            ),
        )

    def friends(
        self,
        id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> FriendPage:
        """List an advocate's friends. Open to: member, read, shop, staff."""
        return cast(
            "FriendPage",
            self._grapevine.call(
                "GET",
                f"/v1/members/{_quote(id)}/friends",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def export(
        self, id: str, *, cursor: str | None = None, headers: Mapping[str, str] | None = None
    ) -> KeptPage:
        """Export everything that is stored about a person, page by page. Open to: shop, staff."""
        return cast(
            "KeptPage",
            self._grapevine.call(
                "GET",
                f"/v1/members/{_quote(id)}/export",
                query={"cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def adjust(
        self,
        id: str,
        body: Adjustment,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Entry:
        """Adjust a member's credit by hand; available at once. Open to: staff."""
        return cast(
            "Entry",
            self._grapevine.call(
                "POST",
                f"/v1/members/{_quote(id)}/adjustments",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body,
            ),
        )

    def set_group(
        self, id: str, body: GroupForm, *, headers: Mapping[str, str] | None = None
    ) -> WholeMember:
        """Assign an advocate to a group, or remove them from it. Open to: staff."""
        return cast(
            "WholeMember",
            self._grapevine.call(
                "PUT", f"/v1/members/{_quote(id)}/group", headers={**(headers or {})}, body=body
            ),
        )

    def block(
        self, id: str, body: ReasonGiven, *, headers: Mapping[str, str] | None = None
    ) -> WholeMember:
        """Block a member: no new rewards, no spending, and pending credit is forfeited. Open to: staff."""
        return cast(
            "WholeMember",
            self._grapevine.call(
                "POST", f"/v1/members/{_quote(id)}/block", headers={**(headers or {})}, body=body
            ),
        )

    def unblock(
        self, id: str, body: ReasonIfAny | None = None, *, headers: Mapping[str, str] | None = None
    ) -> WholeMember:
        """Unblock a member; forfeited credit does not come back. Open to: staff."""
        return cast(
            "WholeMember",
            self._grapevine.call(
                "POST",
                f"/v1/members/{_quote(id)}/unblock",
                headers={**(headers or {})},
                body=body or {},
            ),
        )

    def merge(
        self, id: str, body: Merge, *, headers: Mapping[str, str] | None = None
    ) -> WholeMember:
        """Merge another member into this one, who goes on; it cannot be undone. Open to: staff."""
        return cast(
            "WholeMember",
            self._grapevine.call(
                "POST", f"/v1/members/{_quote(id)}/merge", headers={**(headers or {})}, body=body
            ),
        )

    def statements(
        self,
        id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> StatementHeadingPage:
        """List a member's statements, newest first. Open to: member, read, shop, staff."""
        return cast(
            "StatementHeadingPage",
            self._grapevine.call(
                "GET",
                f"/v1/members/{_quote(id)}/statements",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def statement(
        self,
        id: str,
        month: str,
        *,
        currency: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Statement:
        """Get a member's statement with every line; 404 `no_statement` if the month had no activity. Open to: member, read, shop, staff."""
        return cast(
            "Statement",
            self._grapevine.call(
                "GET",
                f"/v1/members/{_quote(id)}/statements/{_quote(month)}",
                query={"currency": currency},
                headers={**(headers or {})},
            ),
        )

    def page(self, *, token: str | None = None, headers: Mapping[str, str] | None = None) -> str:
        """Show a member's own pages. Open to: everybody."""
        return cast(
            "str",
            self._grapevine.call(
                "GET", "/rewards", query={"token": token}, headers={**(headers or {})}
            ),
        )


class OrdersOperations:
    """Orders that the shop sends, and the rewards they earn."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def put(
        self,
        id: str,
        body: OrderFacts,
        *,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> OrderAnswer:
        """Send an order as it is now; the answer shows the rewards. Open to: shop."""
        return cast(
            "OrderAnswer",
            self._grapevine.call(
                "PUT",
                f"/v1/orders/{_quote(id)}",
                query={"dry_run": dry_run},
                headers={"Idempotency-Key": idempotency_key, **(headers or {})},
                body=body,
            ),
        )

    def get(self, id: str, *, headers: Mapping[str, str] | None = None) -> OrderAnswer:
        """Get an order, its rewards and its evidence. Open to: read, shop, staff."""
        return cast(
            "OrderAnswer",
            self._grapevine.call("GET", f"/v1/orders/{_quote(id)}", headers={**(headers or {})}),
        )

    def name_advocate(
        self,
        id: str,
        body: AdvocateForm,
        *,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> NamedAdvocate:
        """Name the advocate of an order that has none; it then earns what it would have earned. Open to: staff."""
        return cast(
            "NamedAdvocate",
            self._grapevine.call(
                "PUT",
                f"/v1/orders/{_quote(id)}/advocate",
                query={"dry_run": dry_run},
                headers={"Idempotency-Key": idempotency_key, **(headers or {})},
                body=body,
            ),
        )


class ParkedOperations:
    """Deliveries and orders that could not be used, and why."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ParkedPage:
        """Deliveries and orders that could not be used, and why. Open to: read, staff."""
        return cast(
            "ParkedPage",
            self._grapevine.call(
                "GET",
                "/v1/parked",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def retry(self, id: str, *, headers: Mapping[str, str] | None = None) -> Parked:
        """Retry a parked delivery. Open to: staff."""
        return cast(
            "Parked",
            self._grapevine.call(
                "POST", f"/v1/parked/{_quote(id)}/retry", headers={**(headers or {})}
            ),
        )


class ProgramsOperations:
    """Versions of the reward program."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> PublishedProgramPage:
        """List programs, with the latest version of each. Open to: read, staff."""
        return cast(
            "PublishedProgramPage",
            self._grapevine.call(
                "GET",
                "/v1/programs",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def create(
        self, body: Program, *, headers: Mapping[str, str] | None = None
    ) -> PublishedProgram:
        """Create a program with a new id. Open to: staff."""
        return cast(
            "PublishedProgram",
            self._grapevine.call(
                "POST", "/v1/programs", headers={**(headers or {})}, body=body, repeatable=False
            ),
        )

    def schema(self, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Get the JSON Schema of program documents. Open to: read, staff."""
        return cast(
            "dict[str, Any]",
            self._grapevine.call("GET", "/v1/programs/schema", headers={**(headers or {})}),
        )

    def lint(
        self, body: Program, *, headers: Mapping[str, str] | None = None
    ) -> ProgramsLintAnswer:
        """Check a program: contradictions, loopholes and the worst case. Open to: staff."""
        return cast(
            "ProgramsLintAnswer",
            self._grapevine.call(
                "POST", "/v1/programs/lint", headers={**(headers or {})}, body=body
            ),
        )

    def get(
        self, id: str, *, version: int | None = None, headers: Mapping[str, str] | None = None
    ) -> PublishedProgram:
        """Get a program, in its latest or another version. Open to: read, staff."""
        return cast(
            "PublishedProgram",
            self._grapevine.call(
                "GET",
                f"/v1/programs/{_quote(id)}",
                query={"version": version},
                headers={**(headers or {})},
            ),
        )

    def publish(
        self, id: str, body: Program, *, if_match: str, headers: Mapping[str, str] | None = None
    ) -> PublishedProgram:
        """Publish the next version after the one in `If-Match`. Open to: staff."""
        return cast(
            "PublishedProgram",
            self._grapevine.call(
                "POST",
                f"/v1/programs/{_quote(id)}/versions",
                headers={"If-Match": if_match, **(headers or {})},
                body=body,
                repeatable=False,
            ),
        )


class QuotesOperations:
    """The discount for a friend's cart."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def create(self, body: Cart, *, headers: Mapping[str, str] | None = None) -> Quote:
        """Get the discount for a friend's cart; nothing is saved. Open to: everybody."""
        return cast(
            "Quote",
            self._grapevine.call("POST", "/v1/quotes", headers={**(headers or {})}, body=body),
        )


class RatesOperations:
    """The table of daily exchange rates, for orders that tell no rate."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def load(self, body: ExchangeRates, *, headers: Mapping[str, str] | None = None) -> LoadedRates:
        """Load daily exchange rates; loading the same rates again changes nothing, and orders that have a rate keep it. Open to: shop, staff."""
        return cast(
            "LoadedRates",
            self._grapevine.call(
                "PUT", "/v1/exchange-rates", headers={**(headers or {})}, body=body
            ),
        )

    def get(
        self, *, currency: str | None = None, headers: Mapping[str, str] | None = None
    ) -> ExchangeRateTable:
        """Get the table of daily exchange rates, and how far parked orders were tried again. Open to: read, shop, staff."""
        return cast(
            "ExchangeRateTable",
            self._grapevine.call(
                "GET",
                "/v1/exchange-rates",
                query={"currency": currency},
                headers={**(headers or {})},
            ),
        )


class ReferralsOperations:
    """Referrals made and ended by hand."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def create(
        self,
        body: ReferralForm,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Referral:
        """Create a referral by hand. Open to: staff."""
        return cast(
            "Referral",
            self._grapevine.call(
                "POST",
                "/v1/referrals",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body,
            ),
        )

    def end(
        self, id: str, body: ReferralEnd, *, headers: Mapping[str, str] | None = None
    ) -> Referral:
        """End a referral; it stays on record. Open to: staff."""
        return cast(
            "Referral",
            self._grapevine.call(
                "DELETE", f"/v1/referrals/{_quote(id)}", headers={**(headers or {})}, body=body
            ),
        )


class ReviewsOperations:
    """Rewards that wait for a decision by staff."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ReviewPage:
        """List orders under review, the next deadline first. Open to: read, staff."""
        return cast(
            "ReviewPage",
            self._grapevine.call(
                "GET",
                "/v1/reviews",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def approve(
        self, id: str, body: ReasonIfAny | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Review:
        """Approve the held rewards of an order. Open to: staff."""
        return cast(
            "Review",
            self._grapevine.call(
                "POST",
                f"/v1/reviews/{_quote(id)}/approve",
                headers={**(headers or {})},
                body=body or {},
            ),
        )

    def refuse(
        self, id: str, body: ReasonGiven, *, headers: Mapping[str, str] | None = None
    ) -> Review:
        """Refuse the held rewards of an order; they are taken back permanently. Open to: staff."""
        return cast(
            "Review",
            self._grapevine.call(
                "POST", f"/v1/reviews/{_quote(id)}/refuse", headers={**(headers or {})}, body=body
            ),
        )


class SettlementsOperations:
    """Closed months."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> SettlementHeadingPage:
        """List closed months, newest first. Open to: read, staff."""
        return cast(
            "SettlementHeadingPage",
            self._grapevine.call(
                "GET",
                "/v1/settlements",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def create(
        self, body: SettlementForm, *, headers: Mapping[str, str] | None = None
    ) -> SettlementRun | SettlementPlanned:
        """Close a month that is over, and any open months before it. A repeated call returns the same run. Open to: staff."""
        return cast(
            "SettlementRun | SettlementPlanned",
            self._grapevine.call("POST", "/v1/settlements", headers={**(headers or {})}, body=body),
        )

    def get(self, month: str, *, headers: Mapping[str, str] | None = None) -> SettlementRun:
        """Get the progress and totals of a month's closing. Open to: read, staff."""
        return cast(
            "SettlementRun",
            self._grapevine.call(
                "GET", f"/v1/settlements/{_quote(month)}", headers={**(headers or {})}
            ),
        )


class WebhooksOperations:
    """The shop's webhook endpoints and their deliveries."""

    def __init__(self, grapevine: Grapevine) -> None:
        self._grapevine = grapevine

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> WebhookPage:
        """List webhook endpoints. Open to: read, staff."""
        return cast(
            "WebhookPage",
            self._grapevine.call(
                "GET",
                "/v1/webhooks",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def create(
        self,
        body: WebhookForm,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> NewWebhook:
        """Create an endpoint; its secret is shown only once. Open to: staff."""
        return cast(
            "NewWebhook",
            self._grapevine.call(
                "POST",
                "/v1/webhooks",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body,
            ),
        )

    def put(
        self, id: str, body: WebhookForm, *, headers: Mapping[str, str] | None = None
    ) -> Webhook:
        """Update, disable or enable an endpoint. Open to: staff."""
        return cast(
            "Webhook",
            self._grapevine.call(
                "PUT", f"/v1/webhooks/{_quote(id)}", headers={**(headers or {})}, body=body
            ),
        )

    def delete(
        self, id: str, body: ReasonIfAny | None = None, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Delete an endpoint and its secret. Open to: staff."""
        self._grapevine.call(
            "DELETE", f"/v1/webhooks/{_quote(id)}", headers={**(headers or {})}, body=body
        )

    def replace_secret(
        self,
        id: str,
        body: ReasonIfAny | None = None,
        *,
        idempotency_key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> NewWebhook:
        """Replace an endpoint's secret; the old one also signs for a day. Open to: staff."""
        return cast(
            "NewWebhook",
            self._grapevine.call(
                "POST",
                f"/v1/webhooks/{_quote(id)}/secret",
                headers={
                    "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
                    **(headers or {}),
                },
                body=body or {},
            ),
        )

    def deliveries(
        self,
        id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> DeliveryPage:
        """List the deliveries to an endpoint, newest first. Open to: read, staff."""
        return cast(
            "DeliveryPage",
            self._grapevine.call(
                "GET",
                f"/v1/webhooks/{_quote(id)}/deliveries",
                query={"limit": limit, "cursor": cursor},
                headers={**(headers or {})},
            ),
        )

    def replay(
        self, id: str, delivery: str, *, headers: Mapping[str, str] | None = None
    ) -> Delivery:
        """Send a delivery again. Open to: staff."""
        return cast(
            "Delivery",
            self._grapevine.call(
                "POST",
                f"/v1/webhooks/{_quote(id)}/deliveries/{_quote(delivery)}/replay",
                headers={**(headers or {})},
            ),
        )


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is an answer: following it would show the key to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = build_opener(_NoRedirects)


def _quote(part: str) -> str:
    return quote(part, safe="")


def _query_text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _decode(content_type: str, content: bytes) -> Any:
    """JSON as what it says, anything else as text, nothing as None."""
    if not content:
        return None
    if content_type.partition(";")[0].endswith("json"):
        return json.loads(content)
    _, _, charset = content_type.partition("charset=")
    return content.decode(charset.strip() or "utf-8", "replace")


def _problem_document(refused: HTTPError) -> dict[str, Any]:
    content = refused.read()
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    return (
        document
        if isinstance(document, dict)
        else {"detail": content[:200].decode(errors="replace")}
    )


def _seconds_to_wait(retry_after: str | None, attempt: int) -> float:
    """As long as the answer asks for, or longer each time, and never longer than the bound."""
    if retry_after and retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), LONGEST_WAIT_SECONDS)
    return min(2.0**attempt / 2, LONGEST_WAIT_SECONDS) * random.uniform(0.5, 1)


class ClickAnswerAdvocate(TypedDict):
    first_name: str | None


class ClickAnswer(TypedDict):
    ref_token: str
    code: str
    advocate: ClickAnswerAdvocate
    offer: Offer | None
    expires_at: str


class OfferDiscount(TypedDict):
    percent: str | None
    fixed: int | None
    max: int | None
    minimum_order: int | None


class OfferBonus(TypedDict):
    percent: str | None
    fixed: int | None
    once: bool


Offer = TypedDict(
    "Offer",
    {
        "currency": "str",
        "discount": "OfferDiscount",
        "bonus": "OfferBonus",
        "new_customers_only": "bool",
        "from": "str | None",
        "until": "str | None",
        "text": "str",
    },
)


class Quote(TypedDict):
    discount: int
    currency: str
    code: str
    text: str
    conditions: list[Literal["new_customers_only"]]


class Evidence(TypedDict):
    kind: Literal["referral", "staff", "code", "ref_token"]
    value: str | None
    at: str | None
    lost: str | None
    advocate: str | None


class OrderCustomer(TypedDict):
    id: str | None


OrderDailyRate = TypedDict(
    "OrderDailyRate", {"date": "str", "rate": "str", "from": "str", "into": "str"}
)


class Order(TypedDict):
    id: str
    customer: OrderCustomer
    ref_token: str | None
    code: str | None
    status: Literal["placed", "paid", "completed", "cancelled"]
    placed_at: str | None
    paid_at: str | None
    completed_at: str | None
    currency: str | None
    items_total: int | None
    discount_total: int | None
    tax_total: int | None
    shipping_total: int | None
    other_total: int | None
    credit_used: int
    refunds: list[dict[str, Any]]
    refunds_complete: bool
    refunded_total: int | None
    disputes: list[dict[str, Any]]
    disputed: bool
    captured_total: int | None
    fx_rate: str | None
    fx_currency: str | None
    daily_rate: OrderDailyRate
    test: bool
    refs: list[str]
    kept: int | None


class OrderAnswerRewards(TypedDict):
    member: str
    level: int
    amount: int
    currency: str
    available_on: str | None
    reason: Reason


class OrderAnswerRefusals(TypedDict):
    member: str | None
    level: int | None
    reason: Reason


class OrderAnswer(TypedDict):
    order: Order
    state: Literal["waiting", "rewarded", "refused", "parked"]
    rewards: list[OrderAnswerRewards]
    refusals: list[OrderAnswerRefusals]
    evidence: list[Evidence]
    winner: Evidence | None
    signals: list[Signal]
    review: OrderReview | None


class Parked(TypedDict):
    id: str
    at: str
    provider: str | None
    topic: str | None
    reason: str
    text: str
    order: str | None
    retryable: bool
    retried_at: str | None


class Reason(TypedDict):
    code: str
    text: str
    inputs: dict[str, Any]
    steps: list[dict[str, Any]]
    program_version: int | None


class BalanceByDate(TypedDict):
    available_on: str | None
    amount: int


class Balance(TypedDict):
    currency: str
    available: int
    pending: int
    held: int
    by_date: list[BalanceByDate]


class Entry(TypedDict):
    id: str
    at: str
    kind: Literal[
        "reward", "clawback", "forfeit", "adjustment", "hold", "capture", "void", "return", "expiry"
    ]
    amount: int
    currency: str
    available_on: str | None
    order: str | None
    text: str
    reason: Reason
    balance_after: int


class Friend(TypedDict):
    referral: str
    login: str | None
    state: Literal["open", "ended"]
    since: str
    ended_at: str | None
    volume: int


class Kept(TypedDict):
    item: str


class Member(TypedDict):
    id: str
    login: str | None
    code: str | None
    link: str | None
    referred_by: str | None
    status: str
    balance: int
    group: str | None


class Session(TypedDict):
    token: str
    expires_at: str


class WholeMemberGroup(TypedDict):
    id: str
    name: str
    description: str


class WholeMember(TypedDict):
    id: str
    login: str | None
    code: str | None
    link: str | None
    referred_by: str | None
    status: str
    balance: int
    volume: int
    group: WholeMemberGroup
    finishing: Literal["block", "unblock", None]
    merged_into: str | None


class Authorised(TypedDict):
    id: str
    amount: int
    expires_at: str


class Hold(TypedDict):
    id: str
    state: Literal["open", "captured", "voided"]
    amount: int
    captured: int
    released: int


class CreditCode(TypedDict):
    id: str
    state: Literal["making", "ready", "returning", "spent", "returned", "refused", "ended"]
    amount: int
    currency: str
    minimum: int | None
    connection: str
    store: str | None
    link: str | None
    order: str | None
    expires_at: str


class Change(TypedDict):
    at: str
    who: str
    what: str
    subject: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None


class NamedAdvocateRewards(TypedDict):
    member: str
    level: int
    amount: int
    currency: str
    available_on: str | None
    reason: Reason


class NamedAdvocateRefusals(TypedDict):
    member: str | None
    level: int | None
    reason: Reason


class NamedAdvocateGroup(TypedDict):
    before: str | None
    after: str | None


class NamedAdvocate(TypedDict):
    order: Order
    state: Literal["waiting", "rewarded", "refused", "parked"]
    rewards: list[NamedAdvocateRewards]
    refusals: list[NamedAdvocateRefusals]
    evidence: list[Evidence]
    winner: Evidence | None
    signals: list[Signal]
    review: OrderReview | None
    advocate: str
    volume: int
    group: NamedAdvocateGroup
    later_orders: bool
    existing_customer: bool


class Referral(TypedDict):
    id: str
    advocate: str
    friend: str
    state: Literal["open", "ended"]
    made_at: str
    ended_at: str | None


class ReviewRewards(TypedDict):
    member: str
    level: int
    amount: int


class Review(TypedDict):
    id: str
    order: str
    member: str
    friend: str
    amount: int
    currency: str
    rewards: list[ReviewRewards]
    signals: list[Signal]
    state: Literal["held", "approved", "refused"]
    held_at: str
    deadline: str
    at_deadline: Literal["approve", "refuse"]


class OrderReview(TypedDict):
    state: Literal["held", "approved", "refused"]
    held_at: str
    deadline: str
    at_deadline: Literal["approve", "refuse"]


class Signal(TypedDict):
    code: str
    grade: Literal["allow", "hold", "refuse"]
    text: str


class VerifiedDifferences(TypedDict):
    what: str
    where: str
    expected: Any
    found: Any


class Verified(TypedDict):
    entries: int
    orders: int
    differences: list[VerifiedDifferences]
    id: NotRequired[str]
    state: NotRequired[Literal["running", "done"]]
    asked_at: NotRequired[str]
    changed_at: NotRequired[str]
    look: NotRequired[int]
    items: NotRequired[int]
    found: NotRequired[int]


class VerificationDifferences(TypedDict):
    what: str
    where: str
    expected: Any
    found: Any


class Verification(TypedDict):
    entries: int
    orders: int
    differences: list[VerificationDifferences]
    id: str
    state: Literal["running", "done"]
    asked_at: str
    changed_at: str
    look: int
    items: int
    found: int


class Backtest(TypedDict):
    program: dict[str, Any]
    history: list[dict[str, Any]] | str


class Backtested(TypedDict):
    rewards: list[dict[str, Any]]
    refusals: list[dict[str, Any]]
    members: dict[str, Any]
    totals: dict[str, Any]
    by_month: list[dict[str, Any]]
    skipped: dict[str, Any]


class Finding(TypedDict):
    severity: Literal["error", "warning"]
    code: str
    field: str
    text: str
    example: dict[str, Any] | None


class Program(TypedDict):
    id: str
    name: str
    currency: str
    time_zone: NotRequired[str | None]
    base: NotRequired[Literal["items_net", "items_list", "paid_total", None]]
    earn_on: NotRequired[Literal["paid", "completed", None]]
    hold_days: NotRequired[int | None]
    credit: ProgramLevelsCredit | ProgramRecursiveCredit
    groups: NotRequired[list[ProgramGroup] | None]
    rules: NotRequired[ProgramRules | None]
    friend: NotRequired[ProgramFriend | None]
    attribution: NotRequired[ProgramAttribution | None]
    wallet: NotRequired[ProgramWallet | None]
    active: NotRequired[ProgramActive | None]
    landing: NotRequired[str | None]
    friends_shown_as: NotRequired[Literal["masked", "login", "name", None]]
    review: NotRequired[ProgramReview | None]
    version: NotRequired[int]
    published_at: NotRequired[str | None]


class PublishedProgram(TypedDict):
    id: str
    name: str
    currency: str
    time_zone: str | None
    base: Literal["items_net", "items_list", "paid_total", None]
    earn_on: Literal["paid", "completed", None]
    hold_days: int | None
    credit: ProgramLevelsCredit | ProgramRecursiveCredit
    groups: list[ProgramGroup] | None
    rules: ProgramRules | None
    friend: ProgramFriend | None
    attribution: ProgramAttribution | None
    wallet: ProgramWallet | None
    active: ProgramActive | None
    landing: str | None
    friends_shown_as: Literal["masked", "login", "name", None]
    review: NotRequired[ProgramReview | None]
    version: int
    published_at: str | None


class ProgramRewardPercent(TypedDict):
    percent: str
    fixed: NotRequired[None]


class ProgramRewardFixed(TypedDict):
    fixed: int
    percent: NotRequired[None]


ProgramReward = ProgramRewardPercent | ProgramRewardFixed

ProgramLevels = list[ProgramReward]


class ProgramLevelsCredit(TypedDict):
    system: Literal["levels"]
    levels: NotRequired[ProgramLevels | None]
    customer: NotRequired[ProgramReward | None]


class ProgramRecursiveCredit(TypedDict):
    system: Literal["recursive"]
    percent: str
    max_levels: NotRequired[int | None]


class ProgramGroup(TypedDict):
    id: str
    name: NotRequired[str | None]
    description: NotRequired[str | None]
    min_volume: NotRequired[int | None]
    assigned: NotRequired[bool | None]
    levels: NotRequired[ProgramLevels | None]


ProgramLimit = TypedDict(
    "ProgramLimit",
    {"amount": "int", "from": "NotRequired[str | None]", "until": "NotRequired[str | None]"},
)


class ProgramRules(TypedDict):
    total_days: NotRequired[int | None]
    payment_minimum: NotRequired[int | None]
    max_bonus: NotRequired[int | None]
    min_bonus: NotRequired[int | None]
    max_per_advocate: NotRequired[ProgramLimit | None]
    total_payments: NotRequired[int | None]


class ProgramBonusPercent(TypedDict):
    percent: str
    fixed: NotRequired[None]
    once: NotRequired[bool | None]


class ProgramBonusFixed(TypedDict):
    fixed: int
    percent: NotRequired[None]
    once: NotRequired[bool | None]


ProgramBonus = ProgramBonusPercent | ProgramBonusFixed


class ProgramDiscountPercent(TypedDict):
    percent: str
    fixed: NotRequired[None]
    max: NotRequired[int | None]
    minimum_order: NotRequired[int | None]


class ProgramDiscountFixed(TypedDict):
    fixed: int
    percent: NotRequired[None]
    max: NotRequired[None]
    minimum_order: NotRequired[int | None]


ProgramDiscount = ProgramDiscountPercent | ProgramDiscountFixed


class ProgramFriend(TypedDict):
    bonus: NotRequired[ProgramBonus | None]
    discount: NotRequired[ProgramDiscount | None]
    new_customers_only: NotRequired[bool | None]


class ProgramAttribution(TypedDict):
    touch: NotRequired[Literal["first", "last", None]]
    window_days: NotRequired[int | None]


class ProgramWallet(TypedDict):
    max_percent_of_order: NotRequired[str | None]
    expires_after_days: NotRequired[int | None]
    expiry_notice_days: NotRequired[int | None]
    credit_reduces_base: NotRequired[bool | None]


ProgramActive = TypedDict(
    "ProgramActive", {"from": "NotRequired[str | None]", "until": "NotRequired[str | None]"}
)


class ProgramReview(TypedDict):
    hold: NotRequired[
        list[Literal["same_payment", "own_browser", "instant_click", "many_sign_ups"]] | None
    ]
    refuse: NotRequired[
        list[Literal["same_payment", "own_browser", "instant_click", "many_sign_ups"]] | None
    ]
    sign_ups_an_hour: NotRequired[int | None]
    deadline_days: NotRequired[int | None]
    at_deadline: NotRequired[Literal["approve", "refuse", None]]


class SettlementForm(TypedDict):
    month: str


class SettlementHeading(TypedDict):
    month: str
    state: Literal["running", "closed"]
    time_zone: str
    begun_at: str
    closed_at: str | None


class SettlementPlanned(TypedDict):
    month: str
    state: Literal["planned"]


class SettlementRunShards(TypedDict):
    planned: int
    done: int


class SettlementRunMembers(TypedDict):
    planned: int
    done: int
    idle: int
    failed: int


class SettlementRunSums(TypedDict):
    currency: str
    opening: int
    earned: int
    clawed_back: int
    forfeited: int
    adjusted: int
    redeemed: int
    returned: int
    expired: int
    closing: int


class SettlementRunShop(TypedDict):
    currency: str
    opening: int
    earned: int
    clawed_back: int
    forfeited: int
    adjusted: int
    redeemed: int
    returned: int
    expired: int
    closing: int


class SettlementRunFailures(TypedDict):
    member: str
    currency: str
    code: Literal["does_not_reconcile", "fault"]
    text: str


class SettlementRun(TypedDict):
    month: str
    state: Literal["running", "closed"]
    time_zone: str
    begun_at: str
    closed_at: str | None
    shards: SettlementRunShards
    members: SettlementRunMembers
    statements: int
    sums: list[SettlementRunSums]
    shop: list[SettlementRunShop]
    difference: int
    mails: dict[str, int]
    failures: list[SettlementRunFailures]


class StatementGroup(TypedDict):
    id: str
    name: str
    description: str


class StatementPreviousGroup(TypedDict):
    id: str
    name: str
    description: str


class StatementMaturing(TypedDict):
    available_on: str | None
    amount: int


class Statement(TypedDict):
    member: str
    month: str
    number: int
    currency: str
    time_zone: str
    opening: int
    earned: int
    clawed_back: int
    forfeited: int
    adjusted: int
    redeemed: int
    returned: int
    expired: int
    closing: int
    hash: str
    issued_at: str
    group: StatementGroup
    previous_group: StatementPreviousGroup
    maturing: list[StatementMaturing]
    lines: list[Entry]
    lines_left_out: int


class StatementHeading(TypedDict):
    member: str
    month: str
    number: int
    currency: str
    time_zone: str
    opening: int
    earned: int
    clawed_back: int
    forfeited: int
    adjusted: int
    redeemed: int
    returned: int
    expired: int
    closing: int
    hash: str
    issued_at: str


class ImportRunRefused(TypedDict):
    row: int
    reason: str


class ImportRun(TypedDict):
    id: str
    kind: Literal["members", "orders", "balances"]
    state: Literal["running", "done", "failed"]
    rows: int
    changed: int
    unchanged: int
    refused: list[ImportRunRefused]


class LoadedRatesReplaced(TypedDict):
    date: str
    currency: str
    rate: str
    before: str


class LoadedRatesRefused(TypedDict):
    row: int
    reason: str


class LoadedRates(TypedDict):
    currency: str
    format: str
    rates: int
    changed: int
    unchanged: int
    replaced: list[LoadedRatesReplaced]
    refused: list[LoadedRatesRefused]
    left_out: list[str]


class ExchangeRateTableParkedOrders(TypedDict):
    at: str
    state: Literal["running", "done"]
    tried: int
    evaluated: int


class ExchangeRateTableCurrencies(TypedDict):
    currency: str
    days: int
    first: str
    last: str
    rate: str


class ExchangeRateTableRates(TypedDict):
    date: str
    rate: str


class ExchangeRateTable(TypedDict):
    currency: str
    in_use: bool
    parked_orders: ExchangeRateTableParkedOrders
    currencies: list[ExchangeRateTableCurrencies]
    rates: list[ExchangeRateTableRates]


class Key(TypedDict):
    prefix: str
    scope: str
    name: str | None
    made_at: str
    expires_at: str | None
    used_at: str | None


class NewKey(TypedDict):
    key: str
    prefix: str
    scope: str
    name: str | None
    made_at: str
    expires_at: str | None
    used_at: str | None


class Delivery(TypedDict):
    id: str
    event: str
    type: Literal[
        "RewardPosted",
        "RewardRefused",
        "GroupChanged",
        "ReferralMade",
        "ReferralEnded",
        "CreditHeld",
        "CreditCaptured",
        "CreditReturned",
        "StatementIssued",
    ]
    at: str
    status: Literal["waiting", "delivered", "failed"]
    attempts: int
    tried_at: str | None
    response: int | None
    problem: Literal[
        "address_refused", "no_answer", "timeout", "tls_failed", "webhook_disabled", None
    ]
    next_at: str | None


class NewWebhook(TypedDict):
    secret: str
    id: str
    url: str
    types: list[
        Literal[
            "RewardPosted",
            "RewardRefused",
            "GroupChanged",
            "ReferralMade",
            "ReferralEnded",
            "CreditHeld",
            "CreditCaptured",
            "CreditReturned",
            "StatementIssued",
        ]
    ]
    enabled: bool
    disabled_because: Literal["by_staff", "failing", "gone", None]
    failing_since: str | None
    made_at: str
    old_secret_until: str | None


class Webhook(TypedDict):
    id: str
    url: str
    types: list[
        Literal[
            "RewardPosted",
            "RewardRefused",
            "GroupChanged",
            "ReferralMade",
            "ReferralEnded",
            "CreditHeld",
            "CreditCaptured",
            "CreditReturned",
            "StatementIssued",
        ]
    ]
    enabled: bool
    disabled_because: Literal["by_staff", "failing", "gone", None]
    failing_since: str | None
    made_at: str
    old_secret_until: str | None


class ConnectionSteps(TypedDict):
    scopes: bool
    webhooks: bool
    offer: bool
    customers: bool
    codes: bool


class Connection(TypedDict):
    id: str
    provider: Literal["shopify", "woocommerce", "stripe", "bigcommerce", "paddle", "lemonsqueezy"]
    store: str
    made_at: str
    state: Literal["connecting", "connected", "stopped", "leaving"]
    steps: ConnectionSteps
    problem: str | None
    customers: int
    members: int
    codes: int
    codes_refused: int


class Click(TypedDict):
    code: str
    landing: NotRequired[str | None]


class CartCustomer(TypedDict):
    id: NotRequired[str | None]
    email: NotRequired[str | None]


class Cart(TypedDict):
    currency: str
    items_total: int
    ref_token: NotRequired[str | None]
    code: NotRequired[str | None]
    customer: NotRequired[CartCustomer]


class CustomerFacts(TypedDict):
    id: NotRequired[str | None]
    login: NotRequired[str | None]
    email: NotRequired[str | None]
    email_hash: NotRequired[str | None]
    name: NotRequired[str | None]


class RefundFacts(TypedDict):
    id: str
    amount: int
    items_amount: NotRequired[int | None]
    credit: NotRequired[int | None]
    at: NotRequired[str | None]
    status: NotRequired[Literal["pending", "succeeded", "failed", None]]
    currency: NotRequired[str | None]
    reason: NotRequired[str | None]


class DisputeFacts(TypedDict):
    id: str
    status: Literal["open", "won", "lost", "cancelled"]
    amount: NotRequired[int | None]
    at: NotRequired[str | None]
    currency: NotRequired[str | None]
    reason: NotRequired[str | None]


class OrderFacts(TypedDict):
    id: NotRequired[str | None]
    status: Literal["placed", "paid", "completed", "cancelled"]
    currency: str
    items_total: int
    discount_total: NotRequired[int | None]
    tax_total: NotRequired[int | None]
    shipping_total: NotRequired[int | None]
    other_total: NotRequired[int | None]
    credit_in_totals: NotRequired[int | None]
    totals_rank: NotRequired[int | None]
    credit_used: NotRequired[int | None]
    fx_rate: NotRequired[str | None]
    fx_currency: NotRequired[str]
    captured_total: NotRequired[int | None]
    customer: NotRequired[CustomerFacts | None]
    ref_token: NotRequired[str | None]
    code: NotRequired[str | None]
    codes: NotRequired[list[str] | None]
    placed_at: NotRequired[str | None]
    paid_at: NotRequired[str | None]
    completed_at: NotRequired[str | None]
    refunds: NotRequired[list[RefundFacts] | None]
    refunds_complete: NotRequired[bool | None]
    refunded_total: NotRequired[int | None]
    disputes: NotRequired[list[DisputeFacts] | None]
    disputed: NotRequired[bool | None]
    test: NotRequired[bool | None]
    hint: NotRequired[bool | None]
    refs: NotRequired[list[str] | None]
    payment_fingerprint: NotRequired[str | None]
    as_of: NotRequired[str | None]
    provider: NotRequired[str | None]
    schema_version: NotRequired[int | None]
    daily_rate: NotRequired[dict[str, Any] | None]
    kept: NotRequired[int | None]


class MemberForm(TypedDict):
    email: NotRequired[str | None]
    login: str
    name: NotRequired[str | None]
    signed_up_at: NotRequired[str | None]
    language: NotRequired[str | None]
    referrer_login: NotRequired[str | None]
    ref_token: NotRequired[str | None]
    code: NotRequired[str | None]


class ReasonIfAny(TypedDict):
    reason: NotRequired[str | None]


class Checkout(TypedDict):
    order_id: str
    amount: int
    items_total: NotRequired[int | None]


class Capture(TypedDict):
    amount: NotRequired[int | None]


Nothing = dict[str, Any]


class CreditCodeWish(TypedDict):
    amount: NotRequired[int | None]
    connection: NotRequired[str | None]


class Adjustment(TypedDict):
    amount: int
    reason: str


class GroupForm(TypedDict):
    reason: NotRequired[str | None]
    group: str | None


class ReasonGiven(TypedDict):
    reason: str


class Merge(TypedDict):
    closed: str
    reason: str


class ReferralForm(TypedDict):
    advocate_login: str
    friend_login: str
    reason: str


class ReferralEnd(TypedDict):
    take_back: NotRequired[Literal["nothing", "unspent", None]]
    reason: str


class AdvocateForm(TypedDict):
    advocate_login: str
    later_orders: NotRequired[bool | None]
    reason: str


class ImportedMember(TypedDict):
    email: NotRequired[str | None]
    login: str
    name: NotRequired[str | None]
    signed_up_at: NotRequired[str | None]
    language: NotRequired[str | None]
    referrer_login: NotRequired[str | None]
    ref_token: NotRequired[str | None]
    code: NotRequired[str | None]
    own_code: NotRequired[str | None]
    id: str
    balance: NotRequired[int | None]
    currency: NotRequired[str]


class ImportedBalance(TypedDict):
    member: str
    amount: int
    currency: str
    reason: NotRequired[str | None]


class Import(TypedDict):
    kind: Literal["members", "orders", "balances"]
    rows: NotRequired[list[ImportedMember | OrderFacts | ImportedBalance | Any] | None]
    csv: NotRequired[str | None]
    rewards: NotRequired[bool | None]
    units: NotRequired[Literal["major", "minor", None]]
    currency: NotRequired[str]


class ExchangeRatesRates(TypedDict):
    date: NotRequired[str]
    currency: NotRequired[str]
    rate: NotRequired[str]


class ExchangeRates(TypedDict):
    rates: NotRequired[list[ExchangeRatesRates] | None]
    csv: NotRequired[str | None]


class KeyForm(TypedDict):
    scope: NotRequired[Literal["shop", "staff", "read", None]]
    name: NotRequired[str | None]
    replaces: NotRequired[str | None]
    overlap_hours: NotRequired[int | None]
    reason: NotRequired[str | None]


class WebhookForm(TypedDict):
    url: str
    types: NotRequired[
        list[
            Literal[
                "RewardPosted",
                "RewardRefused",
                "GroupChanged",
                "ReferralMade",
                "ReferralEnded",
                "CreditHeld",
                "CreditCaptured",
                "CreditReturned",
                "StatementIssued",
            ]
        ]
        | None
    ]
    enabled: NotRequired[bool | None]
    reason: NotRequired[str | None]


class ConnectionForm(TypedDict):
    provider: Literal["shopify", "woocommerce", "stripe", "bigcommerce", "paddle", "lemonsqueezy"]
    store: NotRequired[str | None]
    client_id: NotRequired[str | None]
    client_secret: NotRequired[str | None]
    access_token: NotRequired[str | None]
    consumer_key: NotRequired[str | None]
    consumer_secret: NotRequired[str | None]
    reason: NotRequired[str | None]


class ChangePage(TypedDict):
    items: list[Change]
    next_cursor: str | None


class ConnectionPage(TypedDict):
    items: list[Connection]
    next_cursor: str | None


class JournalGetAnswerItemsAccountsNextCursorItems(TypedDict):
    entry: str
    at: str
    member: str
    order: str | None
    kind: str
    debit: str
    credit: str
    amount: int
    currency: str
    text: str


class JournalGetAnswerItemsAccountsNextCursorAccounts(TypedDict):
    account: str
    currency: str
    opening: int
    closing: int


class JournalGetAnswerItemsAccountsNextCursor(TypedDict):
    items: list[JournalGetAnswerItemsAccountsNextCursorItems]
    accounts: list[JournalGetAnswerItemsAccountsNextCursorAccounts]
    next_cursor: str | None


class KeyPage(TypedDict):
    items: list[Key]
    next_cursor: str | None


class LinksClaimForm(TypedDict):
    email: NotRequired[str]


class WholeMemberPage(TypedDict):
    items: list[WholeMember]
    next_cursor: str | None


class EntryPage(TypedDict):
    items: list[Entry]
    next_cursor: str | None


class MembersMailBalanceAnswer(TypedDict):
    state: Literal["asked"]


class FriendPage(TypedDict):
    items: list[Friend]
    next_cursor: str | None


class KeptPage(TypedDict):
    items: list[Kept]
    next_cursor: str | None


class StatementHeadingPage(TypedDict):
    items: list[StatementHeading]
    next_cursor: str | None


class ParkedPage(TypedDict):
    items: list[Parked]
    next_cursor: str | None


class PublishedProgramPage(TypedDict):
    items: list[PublishedProgram]
    next_cursor: str | None


class ProgramsLintAnswer(TypedDict):
    findings: list[Finding]


class ReviewPage(TypedDict):
    items: list[Review]
    next_cursor: str | None


class SettlementHeadingPage(TypedDict):
    items: list[SettlementHeading]
    next_cursor: str | None


class WebhookPage(TypedDict):
    items: list[Webhook]
    next_cursor: str | None


class DeliveryPage(TypedDict):
    items: list[Delivery]
    next_cursor: str | None
