"""/console, /console/audit: what there is to do and to see, and who changed what."""

from shared.console import looking_back
from shared.console.listing import listing, view_of
from shared.console.roles import LOOK
from shared.console.site import Console, Desk
from shared.http import Answer

handler = Console()


@handler.page("GET /console", LOOK)
def get_overview(desk: Desk) -> Answer:
    return desk.page("overview.html")


@handler.page("GET /console/audit", LOOK)
def get_audit(desk: Desk) -> Answer:
    view = view_of(desk.request, "what", "who")
    return listing(desk, "audit.html", view, lambda limit, after: looking_back.changes_of(view.filters, limit, after), looking_back.COLUMNS)
