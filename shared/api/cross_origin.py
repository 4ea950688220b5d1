"""Lets pages of the shop read our answers, and pages of nobody else (CORS, in the Fetch standard).

The origins are the owner's setting, so the functions decide and not the gateway (decision 239).
"""

from shared import owner_settings
from shared.api.request import Request
from shared.settings import ShopSettings

METHODS, HEADERS = "GET, POST", "authorization, content-type"
PREFLIGHT_SECONDS = 24 * 3600


def allowed_origin(request: Request) -> str | None:
    """The origin of the page that sent the request, if this page may read our answers.

    `None` if it may not, and if the request does not come from a page of another origin.
    """
    origin = request.header("origin")
    if not origin or ShopSettings.load().base_url == origin:
        return None
    return origin if origin.lower() in owner_settings.origins() else None


def reading_headers(request: Request) -> dict[str, str]:
    """The headers that let the page read the answer; empty if it may not."""
    origin = allowed_origin(request)
    return {"access-control-allow-origin": origin} if origin else {}


def preflight_headers(request: Request) -> dict[str, str]:
    """The headers of the answer to a preflight; empty if the page may not ask."""
    if allowed_origin(request) is None:
        return {}
    return {
        "access-control-allow-methods": METHODS,
        "access-control-allow-headers": HEADERS,
        "access-control-max-age": str(PREFLIGHT_SECONDS),
    }
