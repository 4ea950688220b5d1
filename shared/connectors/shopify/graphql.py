"""Calls Shopify's Admin API in GraphQL, and handles its tokens, throttling and errors."""

import http.client
import time
from collections.abc import Mapping
from decimal import Decimal
from math import ceil

from shared.connectors.admin_api import (
    LONGEST_PAUSE_SECONDS,
    USUAL_PAUSE_SECONDS,
    AdminApi,
    is_closed,
    read_object,
)
from shared.connectors.connector import PlatformRefused, StoreKey, TryLater
from shared.connectors.refusals import key_refused
from shared.connectors.shopify.documents import API_VERSION
from shared.domain.document import FieldError
from shared.processors.client import ApiReply
from shared.webhooks.foreign_json import JsonObject

GRAPHQL_PATH = f"/admin/api/{API_VERSION}/graphql.json"
TOKEN_PATH = "/admin/oauth/access_token"
RENEWED_EARLIER_SECONDS = 300
DENIED = "ACCESS_DENIED"
_PASSING = frozenset((None, "THROTTLED", "INTERNAL_SERVER_ERROR", "TIMEOUT"))
"""Codes of errors that may pass; `None` is an error without a code."""


class ShopifyGraphQL:
    """The API of one store."""

    def __init__(self, key: StoreKey) -> None:
        self.key, self.api = key, AdminApi(key.base_url, key.our_url)

    def ask(self, document: str, **variables: object) -> JsonObject:
        """The `data` of an answer. If Shopify no longer accepts the token, or the token was made before
        the app got a scope, a new token is requested once. Raises `TryLater` and
        `PlatformRefused`.
        """
        reply = self._post(document, variables)
        if not self._is_pasted and _is_denied(reply):
            _tokens.pop(self._name, None)
            reply = self._post(document, variables)
        if is_closed(reply):
            raise key_refused("shopify", "access_token" if self._is_pasted else None)
        answer = read_object(reply)
        if reply.status >= 400:
            said = answer.text("errors") or f"status {reply.status}"
            raise PlatformRefused(f"Shopify refused: {said}")
        _check_errors(answer)
        return answer.section("data")

    def change(self, document: str, name: str, **variables: object) -> JsonObject:
        """The payload of a mutation. Raises `PlatformRefused` with Shopify's own words, and `TryLater`
        for a failure on its side.
        """
        payload = self.ask(document, **variables).section(name)
        errors = payload.rows("userErrors")
        if any(error.value("code") == "INTERNAL_ERROR" for error in errors):
            raise TryLater(USUAL_PAUSE_SECONDS, "an internal error of Shopify")
        if errors:
            said = "; ".join(error.text("message") or "no reason" for error in errors[:3])
            raise PlatformRefused(f"Shopify refused: {said}")
        return payload

    @property
    def _is_pasted(self) -> bool:
        """Whether the token is one that staff entered, which cannot be renewed."""
        return bool(self.key.secret.get("access_token"))

    @property
    def _name(self) -> tuple[str, str]:
        secret = self.key.secret
        return self.key.base_url, f"{secret.get('client_id')}:{secret.get('client_secret')}"

    def _post(self, document: str, variables: Mapping[str, object]) -> ApiReply:
        headers = {"x-shopify-access-token": self._token()}
        body = {"query": document, "variables": variables}
        return self.api.send_json("POST", GRAPHQL_PATH, body, headers)

    def _token(self) -> str:
        """The token that staff entered. Without one, a token of the client credentials grant,
        cached until shortly before it expires.
        """
        pasted = self.key.secret.get("access_token")
        if pasted:
            return pasted
        token, ends = _tokens.get(self._name, ("", 0.0))
        if time.monotonic() > ends:
            token, ends = self._new_token()
            _tokens[self._name] = token, ends
        return token

    def _new_token(self) -> tuple[str, float]:
        secret = self.key.secret
        fields = {
            "grant_type": "client_credentials",
            "client_id": secret.get("client_id", ""),
            "client_secret": secret.get("client_secret", ""),
        }
        reply = self.api.send_form("POST", TOKEN_PATH, fields, {})
        if reply.status != 200:
            raise _no_token(reply, self.key.store)
        answer = read_object(reply)
        token, lasts = answer.text("access_token"), answer.value("expires_in")
        if token is None:
            raise key_refused("shopify")
        seconds = lasts if isinstance(lasts, int) else 0
        return token, time.monotonic() + seconds - RENEWED_EARLIER_SECONDS


_tokens: dict[tuple[str, str], tuple[str, float]] = {}
"""Tokens by API address and client, and until when each is used. They live as long as the
process.
"""


def _no_token(reply: ApiReply, store: str) -> PlatformRefused:
    """Why Shopify gives no token for a store, by what its answer names."""
    if b"shop_not_permitted" in reply.body:
        return PlatformRefused(
            "The app belongs to another Shopify organisation than the store; make the app in the"
            " store's own, and connect again.",
            FieldError(
                "client_id",
                "belongs to another Shopify organisation than the store; choose the store's own at"
                " the top of the Dev Dashboard, make the app there, and paste its client ID here",
            ),
        )
    if reply.status == http.client.NOT_FOUND:
        return PlatformRefused(
            f"Shopify has no store {store}; connect again with the address that is right.",
            FieldError(
                "store",
                "is no store at Shopify; its address ends with .myshopify.com and stands under"
                " Settings → Domains",
            ),
        )
    return key_refused("shopify")


def _check_errors(answer: JsonObject) -> None:
    """Raises `TryLater` if Shopify throttles us or fails, and `PlatformRefused` for a refusal.

    Errors beside data are of fields that this plan of the store does not show, such as names and
    addresses of customers; the rest of the answer counts.
    """
    errors = answer.rows("errors")
    if "data" in answer and all(map(_hides_a_field, errors)):
        return
    if {error.value("extensions", "code") for error in errors} <= _PASSING:
        raise TryLater(_throttled_seconds(answer.section("extensions", "cost")), "throttled")
    said = errors[0].text("message") or "no reason"
    raise PlatformRefused(f"Shopify refused: {said}")


def _is_denied(reply: ApiReply) -> bool:
    """Whether Shopify does not accept the token, or not for what was asked."""
    return is_closed(reply) or any(
        error.value("extensions", "code") == DENIED and not _hides_a_field(error)
        for error in read_object(reply).rows("errors")
    )


def _hides_a_field(error: JsonObject) -> bool:
    """Whether an error denies a field inside the answer, and not what was asked for itself."""
    path, code = error.value("path"), error.value("extensions", "code")
    return code == DENIED and isinstance(path, list) and len(path) > 1


def _throttled_seconds(cost: JsonObject) -> int:
    """Seconds until Shopify allows a query of this cost."""
    wanted = _number(cost.value("requestedQueryCost"))
    left = _number(cost.value("throttleStatus", "currentlyAvailable"))
    refilled = _number(cost.value("throttleStatus", "restoreRate"))
    if wanted is None or left is None or not refilled:
        return USUAL_PAUSE_SECONDS
    return min(max(ceil((wanted - left) / refilled), 1), LONGEST_PAUSE_SECONDS)


def _number(value: object) -> Decimal | None:
    """Shopify writes some of these figures with a fraction, such as `100.0`."""
    return Decimal(value) if isinstance(value, int | Decimal) else None
