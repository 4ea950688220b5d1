"""The gateway asks whether a route is open to the holder of a key or a session (payload 2.0, simple response)."""

from collections.abc import Mapping
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
from shared.invocation import lambda_handler
from shared.store.programs.api_keys import holder

LONGEST_CREDENTIALS = 1024


@lambda_handler
def handler(event: Mapping) -> dict:
    request = Request(event)

    told = who(bearer(request.header("authorization")), request.now)

    if not opens(told.get("scope"), request.route):
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": told}


def who(credentials: str | None, now: datetime) -> dict[str, str]:
    """The scope of a key or of a visit to the console, or the member of a session; empty for everybody else.

    A session that has ended is told with its end: the route answers 401, which an authorizer cannot.
    """
    if not credentials or len(credentials) > LONGEST_CREDENTIALS:
        return {}
    if credentials.startswith(SESSION_PREFIX):
        session = signed_session(secrets.pepper(), credentials)
        return session_context(session) if session else {}
    if credentials.startswith(sign_in.PREFIX):
        return _visitor(credentials, now)
    scope = SCOPES.get(credentials[:3])
    found = holder(credentials, now) if scope else None
    return key_context(found) if found and found.scope == scope else {}


def _visitor(token: str, now: datetime) -> dict[str, str]:
    """An owner may what a staff key may; everybody else of the staff what a key that only reads may (decision 100)."""
    found = sign_in.find_session(token, now)
    if found is None:
        return {}
    visit, person = found
    ends = instant_text(datetime.fromtimestamp(visit.expires_at, UTC))
    return {
        "scope": STAFF if may(person.role, OWN) else READ,
        "key": f"staff:{person.id}",
        "expires_at": ends,
    }
