"""The gateway asks whether a route is open to the holder of a key or a session (payload 2.0, simple response)."""

from collections.abc import Mapping
from datetime import datetime

from shared import secrets
from shared.access import SCOPES, SESSION_PREFIX, bearer, key_context, opens, session_context, signed_session
from shared.http import Request
from shared.store.access import holder
from shared.store.engine import open_tables

LONGEST_CREDENTIALS = 1024


def handler(event: Mapping, context: object = None) -> dict:
    open_tables()
    request = Request(event)

    told = who(bearer(request.header("authorization")), request.now)

    if not opens(told.get("scope"), request.route):
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": told}


def who(credentials: str | None, now: datetime) -> dict[str, str]:
    """The scope of a key, or the member of a session; empty for everybody else.

    A session that has ended is told with its end: the route answers 401, which an authorizer cannot.
    """
    if not credentials or len(credentials) > LONGEST_CREDENTIALS:
        return {}
    if credentials.startswith(SESSION_PREFIX):
        session = signed_session(secrets.pepper(), credentials)
        return session_context(session) if session else {}
    scope = SCOPES.get(credentials[:3])
    found = holder(credentials, now) if scope else None
    return key_context(found) if found and found.scope == scope else {}
