"""Who may call what: one table of routes, API keys of the shop's server and of staff, session tokens of members."""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from shared.api.http import Request
from shared.domain.instants import instant_text
from shared.problem import unknown_member
from shared.store.attributions import members
from shared.store.programs.api_keys import KeyHolder

SHOP, STAFF, READ, MEMBER = "shop", "staff", "read", "member"
SCOPES = {"sk_": SHOP, "ak_": STAFF, "rk_": READ}
"""What the first letters of a key say; a publishable key (`pk_`) names the shop and opens nothing."""
KEY_BYTES = 24
SESSION_PREFIX = "ms_"
SESSION_MINUTES = 15

_OWN = frozenset({SHOP, STAFF, MEMBER})
_SEEN = frozenset({SHOP, STAFF})
_SHOP = frozenset({SHOP})
_STAFF = frozenset({STAFF})
EXPORT = "GET /v1/members/{id}/export"
ROUTES = {
    "GET /v1/members/{id}": _OWN,
    "GET /v1/members/{id}/entries": _OWN,
    "GET /v1/members/{id}/balance": _OWN,
    "GET /v1/members/{id}/friends": _OWN,
    "GET /v1/members/{id}/statements": _OWN,
    "GET /v1/members/{id}/statements/{month}": _OWN,
    EXPORT: _SEEN,
    "DELETE /v1/members/{id}": _SEEN,
    "PUT /v1/members/{id}": _SHOP,
    "POST /v1/members/{id}/session": _SHOP,
    "POST /v1/members/{id}/holds": _SHOP,
    "POST /v1/holds/{id}/capture": _SHOP,
    "POST /v1/holds/{id}/void": _SHOP,
    "PUT /v1/orders/{id}": _SHOP,
    "GET /v1/orders/{id}": _SEEN,
    "GET /openapi.json": _SEEN,
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
    "GET /v1/keys": _STAFF,
    "POST /v1/keys": _STAFF,
    "DELETE /v1/keys/{prefix}": _STAFF,
}
"""Which scopes open a route; one that is not here is open to nobody."""


class Session(NamedTuple):
    """A member's token for portal and widget: it opens GET on that member's own data."""

    token: str
    member: str
    expires_at: datetime


def opens(scope: str | None, route: str) -> bool:
    """A key that only reads opens whatever shop and staff may GET, but for all that is kept of a person."""
    return scope in scopes_of(route)


def scopes_of(route: str) -> frozenset[str]:
    found = ROUTES.get(route, frozenset())
    return found | {READ} if found and route.startswith("GET ") and route != EXPORT else found


def new_key(scope: str) -> str:
    """A secret key whose first letters say what it opens."""
    letters = next(letters for letters, opened in SCOPES.items() if opened == scope)
    return letters + secrets.token_urlsafe(KEY_BYTES)


def own_member(request: Request, name: str = "id") -> str:
    """The member id in the path; for a member's session another's data is as if it were not there.

    A former guest goes by two ids and is one member.
    """
    wanted, caller = request.path_id(name), request.caller
    if (
        caller.scope == MEMBER
        and caller.member != wanted
        and caller.member != members.same_as(wanted)
    ):
        raise unknown_member()
    return wanted


def bearer(authorization: str) -> str | None:
    """The credentials of an Authorization header, whose scheme may be written in any case."""
    scheme, _, credentials = authorization.strip().partition(" ")
    return credentials.strip() or None if scheme.lower() == "bearer" else None


def issue_session(pepper: bytes, member: str, now: datetime) -> Session:
    """A session of 15 minutes that is stored nowhere: the token carries member and end, signed."""
    ends = int((now + timedelta(minutes=SESSION_MINUTES)).timestamp())
    told = f"{ends}.{member}".encode()
    token = f"{SESSION_PREFIX}{_text(told)}.{_text(_signature(pepper, told))}"
    return Session(token, member, datetime.fromtimestamp(ends, UTC))


def read_session(pepper: bytes, token: str, now: datetime) -> Session | None:
    """Whose session it is; `None` where we did not sign it, or it has ended."""
    session = signed_session(pepper, token)
    return session if session and now < session.expires_at else None


def signed_session(pepper: bytes, token: str) -> Session | None:
    """Whose session it is or was; `None` where we did not sign it."""
    told, _, signature = token.removeprefix(SESSION_PREFIX).partition(".")
    try:
        told_bytes = _bytes(told)
        if not hmac.compare_digest(_bytes(signature), _signature(pepper, told_bytes)):
            return None
    except (binascii.Error, ValueError):
        return None
    ends, _, member = told_bytes.decode().partition(".")
    return Session(token, member, datetime.fromtimestamp(int(ends), UTC))


def session_context(session: Session) -> dict[str, str]:
    """What the authorizer tells the routes; the end goes along, for the gateway keeps the authorizer's answer for a while."""
    return {
        "scope": MEMBER,
        "member": session.member,
        "expires_at": instant_text(session.expires_at),
    }


def key_context(holder: KeyHolder) -> dict[str, str]:
    """The same for a key; one that was replaced has an end."""
    told = {"scope": holder.scope, "key": holder.prefix}
    return told | {"expires_at": instant_text(holder.expires_at)} if holder.expires_at else told


def _signature(pepper: bytes, told: bytes) -> bytes:
    return hmac.digest(pepper, b"session:" + told, hashlib.sha256)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
