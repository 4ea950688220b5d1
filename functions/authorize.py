"""Lambda authorizer of every route that is not public: is it open to the holder of a key or a session?

Payload 2.0, simple response.
"""

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
from shared.store.programs.api_keys import holder

LONGEST_CREDENTIALS = 1024


@lambda_handler
def handler(event: Event) -> dict[str, object]:
    request = Request(event)

    context = identify(bearer(request.header("authorization")), request.now)

    if not opens(context.get("scope"), request.route):
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": context}


def identify(credentials: str | None, now: datetime) -> dict[str, str]:
    """What the route may know of the caller: the scope of a key or of a staff session, or the member
    of a member's session. Empty for everybody else.

    A member's session that has ended is identified all the same, with its end: the route then answers
    401, which an authorizer cannot.
    """
    if not credentials or len(credentials) > LONGEST_CREDENTIALS:
        return {}
    if credentials.startswith(SESSION_PREFIX):
        session = signed_session(secrets.pepper(), credentials)
        return session_context(session) if session else {}
    if credentials.startswith(sign_in.PREFIX):
        return _identify_staff(credentials, now)
    scope = SCOPES.get(credentials[:3])
    key = holder(credentials, now) if scope else None
    return key_context(key) if key and key.scope == scope else {}


def _identify_staff(token: str, now: datetime) -> dict[str, str]:
    """An owner may do what a staff key may; the rest of the staff what a reading key may (decision 100)."""
    found = sign_in.find_session(token, now)
    if found is None:
        return {}
    session, person = found
    ends = instant_text(datetime.fromtimestamp(session.expires_at, UTC))
    return {
        "scope": STAFF if may(person.role, OWN) else READ,
        "key": f"staff:{person.id}",
        "expires_at": ends,
    }
