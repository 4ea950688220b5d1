"""Who may call which route: API keys of the shop's server and its staff, sessions of members."""

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
"""Scopes by the first letters of a key. A publishable key (`pk_`) names the shop, opens nothing."""
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
    "PUT /v1/orders/{id}": _SHOP,
    "GET /v1/orders/{id}": _SHOP_AND_STAFF,
    "GET /v1/programs": _STAFF,
    "POST /v1/programs": _STAFF,
    "GET /v1/programs/schema": _STAFF,
    "POST /v1/programs/lint": _STAFF,
    "GET /v1/programs/{id}": _STAFF,
    "POST /v1/programs/{id}/versions": _STAFF,
    "PUT /v1/members/{id}/group": _STAFF,
    "POST /v1/members/{id}/block": _STAFF,
    "POST /v1/members/{id}/unblock": _STAFF,
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
    "GET /v1/reviews": _STAFF,
    "POST /v1/reviews/{id}/approve": _STAFF,
    "POST /v1/reviews/{id}/refuse": _STAFF,
    "GET /v1/parked": _STAFF,
    "POST /v1/parked/{id}/retry": _STAFF,
    "POST /v1/verify": _STAFF,
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
"""The scopes that open a route. A route that is not listed is open to nobody."""


class ApiSession(NamedTuple):
    """A member's session for portal and widget. It opens GET on the member's own data."""

    token: str
    member: str
    expires_at: datetime


def opens(scope: str | None, route: str) -> bool:
    return scope in scopes_of(route)


def scopes_of(route: str) -> frozenset[str]:
    """Whatever shop or staff may GET, a reading key may, too, except a person's whole export."""
    scopes = ROUTES.get(route, frozenset())
    is_readable = scopes and route.startswith("GET ") and route != EXPORT
    return scopes | {READ} if is_readable else scopes


def new_key(scope: str) -> str:
    """A secret key, its scope in its first letters."""
    prefix = next(prefix for prefix, opened in SCOPES.items() if opened == scope)
    return prefix + secrets.token_urlsafe(KEY_BYTES)


def own_member(request: Request, name: str = "id") -> str:
    """The member id in the path. To a member's session, other members are unknown.

    A former guest has two ids and is one member.
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
    """The credentials in an Authorization header; its scheme may be written in any case."""
    scheme, _, credentials = authorization.strip().partition(" ")
    return credentials.strip() or None if scheme.lower() == "bearer" else None


def issue_session(pepper: bytes, member: str, now: datetime) -> ApiSession:
    ends_at = (now + LIFETIMES[TokenPurpose.API_SESSION]).replace(microsecond=0)
    token = SESSION_PREFIX + sign_token(pepper, TokenPurpose.API_SESSION, member, ends_at)
    return ApiSession(token, member, ends_at)


def read_session(pepper: bytes, token: str, now: datetime) -> ApiSession | None:
    """`None` where we did not sign the session, or it has ended."""
    session = signed_session(pepper, token)
    return session if session and now < session.expires_at else None


def signed_session(pepper: bytes, token: str) -> ApiSession | None:
    """The session, even where it has ended; `None` where we did not sign it."""
    signed = read_token(pepper, TokenPurpose.API_SESSION, token.removeprefix(SESSION_PREFIX))
    if signed is None or signed.ends_at is None:
        return None
    return ApiSession(token, signed.payload, signed.ends_at)


def session_context(session: ApiSession) -> dict[str, str]:
    """What the authorizer hands on to the routes.

    They learn the end because the gateway keeps the authorizer's answer for a while.
    """
    return {
        "scope": MEMBER,
        "member": session.member,
        "expires_at": instant_text(session.expires_at),
    }


def key_context(holder: KeyHolder) -> dict[str, str]:
    """What the authorizer hands on of a key. A key that was replaced has an end."""
    context = {"scope": holder.scope, "key": holder.prefix}
    if holder.expires_at:
        context["expires_at"] = instant_text(holder.expires_at)
    return context
