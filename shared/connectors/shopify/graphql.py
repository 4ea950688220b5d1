"""Calls Shopify's Admin API in GraphQL, and handles its tokens, throttling and errors."""

import time
from collections.abc import Mapping

from shared.connectors.admin_api import (
    LONGEST_PAUSE_SECONDS,
    USUAL_PAUSE_SECONDS,
    AdminApi,
    is_closed,
    read_object,
)
from shared.connectors.connector import PlatformRefused, StoreKey, TryLater
from shared.connectors.shopify.documents import API_VERSION
from shared.processors.client import ApiReply
from shared.webhooks.foreign_json import JsonObject

GRAPHQL_PATH = f"/admin/api/{API_VERSION}/graphql.json"
TOKEN_PATH = "/admin/oauth/access_token"
RENEWED_EARLIER_SECONDS = 300
NOT_LET_IN = (
    "Shopify does not accept the token; see that the app is installed in this store and its"
    " client id and secret are right, then connect again."
)


class ShopifyGraphQL:
    """The API of one store."""

    def __init__(self, key: StoreKey) -> None:
        self.key, self.api = key, AdminApi(key.base_url, key.our_url)

    def ask(self, document: str, **variables: object) -> JsonObject:
        """The `data` of an answer. If Shopify no longer accepts the token, a new one is requested
        once.
        """
        reply = self._post(document, variables)
        if is_closed(reply) and self._renews:
            _tokens.pop(self._name, None)
            reply = self._post(document, variables)
        if is_closed(reply):
            raise PlatformRefused(NOT_LET_IN)
        answer = read_object(reply)
        _check_errors(answer)
        return answer.section("data")

    def change(self, document: str, name: str, **variables: object) -> JsonObject:
        """The payload of a mutation. Raises `PlatformRefused` with Shopify's own words."""
        payload = self.ask(document, **variables).section(name)
        errors = payload.rows("userErrors")
        if errors:
            said = "; ".join(error.text("message") or "no reason" for error in errors[:3])
            raise PlatformRefused(f"Shopify refused: {said}")
        return payload

    @property
    def _renews(self) -> bool:
        return not self.key.secret.get("access_token")

    @property
    def _name(self) -> tuple[str, str]:
        return self.key.base_url, self.key.secret.get("client_secret", "")

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
            raise PlatformRefused(NOT_LET_IN)
        answer = read_object(reply)
        token, lasts = answer.text("access_token"), answer.value("expires_in")
        if token is None:
            raise PlatformRefused(NOT_LET_IN)
        seconds = lasts if isinstance(lasts, int) else 0
        return token, time.monotonic() + seconds - RENEWED_EARLIER_SECONDS


_tokens: dict[tuple[str, str], tuple[str, float]] = {}
"""Tokens by API address and client secret, and until when each is used. They live as long as the
process.
"""


def _check_errors(answer: JsonObject) -> None:
    """Raises `TryLater` if Shopify throttles us or fails, and `PlatformRefused` for a refusal."""
    errors = answer.rows("errors")
    if not errors and "data" in answer:
        return
    codes = {error.value("extensions", "code") for error in errors}
    if "ACCESS_DENIED" in codes:
        said = errors[0].text("message") or "access denied"
        raise PlatformRefused(f"Shopify does not allow it: {said}")
    raise TryLater(_throttled_seconds(answer.section("extensions", "cost")), str(codes))


def _throttled_seconds(cost: JsonObject) -> int:
    """Seconds until Shopify allows a query of this cost."""
    wanted = cost.value("requestedQueryCost")
    left, refilled = (
        cost.value("throttleStatus", name) for name in ("currentlyAvailable", "restoreRate")
    )
    if isinstance(wanted, int) and isinstance(left, int) and isinstance(refilled, int) and refilled:
        return min(max(-((left - wanted) // refilled), 1), LONGEST_PAUSE_SECONDS)
    return USUAL_PAUSE_SECONDS
