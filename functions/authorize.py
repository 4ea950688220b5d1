"""The gateway's authorizer: whether a key or a session opens a route (payload 2.0)."""

from datetime import UTC, datetime

from shared import secrets
from shared.api.access import (
    READ,
    SCOPES,
    SESSION_PREFIX,
    STAFF,
    bearer,
    key_context,
    opens,
    session_context,
    signed_session,
)
from shared.api.request import Request
from shared.console import sign_in
from shared.console.roles import OWN, may
from shared.domain.instants import instant_text
from shared.invocation import Event, lambda_handler
from shared.store.programs.api_keys import find_holder

LONGEST_CREDENTIALS = 1024


@lambda_handler
def handler(event: Event) -> dict[str, object]:
    """A simple response; the `context` is what `Request.caller` reads."""
    request = Request(event)

    context = find_caller(bearer(request.header("authorization")), request.now)

    if not opens(context.get("scope"), request.route):
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": context}


def find_caller(credentials: str | None, now: datetime) -> dict[str, str]:
    """The context of an API key, of a member's session or of a session in the console; else empty.

    A member's session that has ended is let through with its end. Then the route answers 401,
    which an authorizer cannot.
    """
    if not credentials or len(credentials) > LONGEST_CREDENTIALS:
        return {}
    if credentials.startswith(SESSION_PREFIX):
        session = signed_session(secrets.pepper(), credentials)
        return session_context(session) if session else {}
    if credentials.startswith(sign_in.PREFIX):
        return _find_staff_member(credentials, now)
    scope = SCOPES.get(credentials[:3])
    key_holder = find_holder(credentials, now) if scope else None
    return key_context(key_holder) if key_holder and key_holder.scope == scope else {}


def _find_staff_member(token: str, now: datetime) -> dict[str, str]:
    """Owners may do what a staff key may, others what a reading key may (decision 100)."""
    found = sign_in.find_session(token, now)
    if found is None:
        return {}
    session, staff_member = found
    return {
        "scope": STAFF if may(staff_member.role, OWN) else READ,
        "key": f"staff:{staff_member.id}",
        "expires_at": instant_text(datetime.fromtimestamp(session.expires_at, UTC)),
    }
