"""The gateway asks whether a route is open to the holder of a key or a session (payload 2.0, simple response)."""

from collections.abc import Mapping
from datetime import datetime

from shared import secrets
from shared.access import SCOPES, SESSION_PREFIX, bearer, opens, read_session, session_context
from shared.http import Request
from shared.store.access import scope_of
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
    """The scope of a key, or the member of a session; empty for everybody else."""
    if not credentials or len(credentials) > LONGEST_CREDENTIALS:
        return {}
    if credentials.startswith(SESSION_PREFIX):
        session = read_session(secrets.pepper(), credentials, now)
        return session_context(session) if session else {}
    scope = SCOPES.get(credentials[:3])
    return {"scope": scope} if scope and scope_of(credentials) == scope else {}
