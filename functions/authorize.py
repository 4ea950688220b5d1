"""The gateway's authorizer: decides whether a key or a session opens a route (payload 2.0)."""

from datetime import UTC, datetime

from shared.api.access import READ, STAFF, bearer, opens
from shared.api.credentials import LONGEST_CREDENTIALS, find_key_or_session
from shared.api.request import Request
from shared.console import sign_in
from shared.console.roles import OWN, may
from shared.domain.instants import instant_text
from shared.invocation import Event, lambda_handler


@lambda_handler
def handler(event: Event) -> dict[str, object]:
    """Whether the credentials of a request open its route, as a simple response of an authorizer.
    `Request.caller` reads its `context`.
    """
    request = Request(event)

    context = find_caller(bearer(request.header("authorization")), request.now)

    if not opens(context.get("scope"), request.route):
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": context}


def find_caller(credentials: str | None, now: datetime) -> dict[str, str]:
    """What the authorizer tells the routes of the caller (its `context`), for an API key, a
    member's session or a console session; empty for other credentials.
    """
    if not credentials or len(credentials) > LONGEST_CREDENTIALS:
        return {}
    if credentials.startswith(sign_in.PREFIX):
        return _find_staff_member(credentials, now)
    return find_key_or_session(credentials, now)


def _find_staff_member(token: str, now: datetime) -> dict[str, str]:
    """The context of a console session. Owners get the scope of a staff key, other roles the scope
    of a read key (decision 100).
    """
    found = sign_in.find_session(token, now)
    if found is None:
        return {}
    session, staff_member = found
    return {
        "scope": STAFF if may(staff_member.role, OWN) else READ,
        "key": f"staff:{staff_member.id}",
        "expires_at": instant_text(datetime.fromtimestamp(session.expires_at, UTC)),
    }
