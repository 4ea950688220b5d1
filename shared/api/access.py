"""Who may call which route: the shop's server and its staff with API keys, members with sessions."""

import secrets
from datetime import datetime
from typing import NamedTuple

from shared.api.request import Request
from shared.api.signed_tokens import LIFETIMES, TokenPurpose, read_token, sign_token
from shared.domain.instants import instant_text
from shared.problem import unknown_member
from shared.store.attributions import members
from shared.store.programs.api_keys import KeyHolder

SHOP, STAFF, READ, MEMBER = "shop", "staff", "read", "member"
SCOPES = {"sk_": SHOP, "ak_": STAFF, "rk_": READ}
"""The scope of a key by the first letters of the key. A publishable key (`pk_`) is not here: it
names the shop and opens nothing.
"""
KEY_BYTES = 24
SESSION_PREFIX = "ms_"

_SHOP = frozenset({SHOP})
_STAFF = frozenset({STAFF})
_SHOP_AND_STAFF = frozenset({SHOP, STAFF})
_ALSO_MEMBER = frozenset({SHOP, STAFF, MEMBER})
EXPORT = "GET /v1/members/{id}/export"
ROUTES = {
    "GET /v1/members": _SHOP_AND_STAFF,
    "GET /v1/members/{id}": _ALSO_MEMBER,
    "GET /v1/members/{id}/entries": _ALSO_MEMBER,
    "GET /v1/members/{id}/balance": _ALSO_MEMBER,
    "GET /v1/members/{id}/friends": _ALSO_MEMBER,
    "GET /v1/members/{id}/statements": _ALSO_MEMBER,
    "GET /v1/members/{id}/statements/{month}": _ALSO_MEMBER,
    EXPORT: _SHOP_AND_STAFF,
    "DELETE /v1/members/{id}": _SHOP_AND_STAFF,
    "PUT /v1/members/{id}": _SHOP,
    "POST /v1/members/{id}/session": _SHOP,
    "POST /v1/members/{id}/holds": _SHOP,
    "POST /v1/holds/{id}/capture": _SHOP,
    "POST /v1/holds/{id}/void": _SHOP,
    "POST /v1/members/{id}/credit-codes": _SHOP,
    "GET /v1/credit-codes/{id}": _SHOP,
    "POST /v1/credit-codes/{id}/void": _SHOP,
    "PUT /v1/orders/{id}": _SHOP,
    "GET /v1/orders/{id}": _SHOP_AND_STAFF,
    "PUT /v1/orders/{id}/advocate": _STAFF,
    "GET /v1/programs": _STAFF,
    "POST /v1/programs": _STAFF,
    "GET /v1/programs/schema": _STAFF,
    "POST /v1/programs/lint": _STAFF,
    "GET /v1/programs/{id}": _STAFF,
    "POST /v1/programs/{id}/versions": _STAFF,
    "PUT /v1/members/{id}/group": _STAFF,
    "POST /v1/members/{id}/block": _STAFF,
    "POST /v1/members/{id}/unblock": _STAFF,
    "POST /v1/members/{id}/merge": _STAFF,
    "POST /v1/members/{id}/adjustments": _STAFF,
    "POST /v1/members/{id}/mail-balance": _STAFF,
    "POST /v1/referrals": _STAFF,
    "DELETE /v1/referrals/{id}": _STAFF,
    "POST /v1/backtests": _STAFF,
    "GET /v1/settlements": _STAFF,
    "POST /v1/settlements": _STAFF,
    "GET /v1/settlements/{month}": _STAFF,
    "GET /v1/journal": _STAFF,
    "POST /v1/imports": _SHOP_AND_STAFF,
    "GET /v1/imports/{id}": _SHOP_AND_STAFF,
    "PUT /v1/exchange-rates": _SHOP_AND_STAFF,
    "GET /v1/exchange-rates": _SHOP_AND_STAFF,
    "GET /v1/reviews": _STAFF,
    "POST /v1/reviews/{id}/approve": _STAFF,
    "POST /v1/reviews/{id}/refuse": _STAFF,
    "GET /v1/parked": _STAFF,
    "POST /v1/parked/{id}/retry": _STAFF,
    "POST /v1/verify": _STAFF,
    "GET /v1/verify/{id}": _STAFF,
    "GET /v1/audit": _STAFF,
    "GET /v1/webhooks": _STAFF,
    "POST /v1/webhooks": _STAFF,
    "PUT /v1/webhooks/{id}": _STAFF,
    "DELETE /v1/webhooks/{id}": _STAFF,
    "POST /v1/webhooks/{id}/secret": _STAFF,
    "GET /v1/webhooks/{id}/deliveries": _STAFF,
    "POST /v1/webhooks/{id}/deliveries/{delivery}/replay": _STAFF,
    "GET /v1/connections": _STAFF,
    "POST /v1/connections": _STAFF,
    "GET /v1/connections/{id}": _STAFF,
    "DELETE /v1/connections/{id}": _STAFF,
    "GET /v1/keys": _STAFF,
    "POST /v1/keys": _STAFF,
    "DELETE /v1/keys/{prefix}": _STAFF,
}
"""The scopes that open each route. Nobody can call a route that is not listed."""


class ApiSession(NamedTuple):
    """A member's session for portal and widget. It opens the GET routes of the member's own data."""

    token: str
    member: str
    expires_at: datetime


def opens(scope: str | None, route: str) -> bool:
    return scope in scopes_of(route)


def scopes_of(route: str) -> frozenset[str]:
    """The scopes that open a route; empty for an unknown route. A read key (`rk_`) opens every
    listed GET route except the export of a person's data.
    """
    scopes = ROUTES.get(route, frozenset())
    is_readable = scopes and route.startswith("GET ") and route != EXPORT
    return scopes | {READ} if is_readable else scopes


def new_key(scope: str) -> str:
    """A new secret key; its first letters say its scope."""
    prefix = next(prefix for prefix, opened in SCOPES.items() if opened == scope)
    return prefix + secrets.token_urlsafe(KEY_BYTES)


def own_member(request: Request, name: str = "id") -> str:
    """The member id in the path. Raises `NotFound` if a member's session names another member.

    A member who was a guest first has two ids; a session opens both.
    """
    member_id, caller = request.path_id(name), request.caller
    if (
        caller.scope == MEMBER
        and caller.member != member_id
        and caller.member != members.find_same_as(member_id)
    ):
        raise unknown_member()
    return member_id


def bearer(authorization: str) -> str | None:
    """The credentials in an `Authorization: Bearer` header, `None` for another scheme or an empty
    header. The scheme may be written in any case.
    """
    scheme, _, credentials = authorization.strip().partition(" ")
    return credentials.strip() or None if scheme.lower() == "bearer" else None


def issue_session(pepper: bytes, member: str, now: datetime) -> ApiSession:
    ends_at = (now + LIFETIMES[TokenPurpose.API_SESSION]).replace(microsecond=0)
    token = SESSION_PREFIX + sign_token(pepper, TokenPurpose.API_SESSION, member, ends_at)
    return ApiSession(token, member, ends_at)


def read_session(pepper: bytes, token: str, now: datetime) -> ApiSession | None:
    """The session that a token opens; `None` if we did not sign the token or if the session has
    ended.
    """
    session = signed_session(pepper, token)
    return session if session and now < session.expires_at else None


def signed_session(pepper: bytes, token: str) -> ApiSession | None:
    """The session in a token, even if it has ended; `None` if we did not sign the token."""
    signed = read_token(pepper, TokenPurpose.API_SESSION, token.removeprefix(SESSION_PREFIX))
    if signed is None or signed.ends_at is None:
        return None
    return ApiSession(token, signed.payload, signed.ends_at)


def session_context(session: ApiSession) -> dict[str, str]:
    """What the authorizer passes to the routes for a session.

    The context contains the end of the session because the gateway caches the authorizer's answer
    and may use it after that end.
    """
    return {
        "scope": MEMBER,
        "member": session.member,
        "expires_at": instant_text(session.expires_at),
    }


def key_context(holder: KeyHolder) -> dict[str, str]:
    """What the authorizer passes to the routes for an API key. `expires_at` is there only for a key
    that was replaced.
    """
    context = {"scope": holder.scope, "key": holder.prefix}
    if holder.expires_at:
        context["expires_at"] = instant_text(holder.expires_at)
    return context
