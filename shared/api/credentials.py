"""What the credentials of a request open: API keys and members' sessions."""

from datetime import datetime

from shared import secrets
from shared.api.access import SCOPES, SESSION_PREFIX, key_context, session_context, signed_session
from shared.store.programs.api_keys import find_holder

LONGEST_CREDENTIALS = 1024


def find_key_or_session(credentials: str | None, now: datetime) -> dict[str, str]:
    """The authorizer's context for an API key or a member's session; empty for anything else.

    A session that has ended still gets a context, with its end. The route then answers 401 and says
    why, which an authorizer cannot do.
    """
    if not credentials or len(credentials) > LONGEST_CREDENTIALS:
        return {}
    if credentials.startswith(SESSION_PREFIX):
        session = signed_session(secrets.pepper(), credentials)
        return session_context(session) if session else {}
    scope = SCOPES.get(credentials[:3])
    key_holder = find_holder(credentials, now) if scope else None
    return key_context(key_holder) if key_holder and key_holder.scope == scope else {}
