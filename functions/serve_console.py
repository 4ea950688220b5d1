"""/console, /console/groups, /console/audit: what there is to do, what the last days moved, who is in which group, who changed what."""

from shared.api.http import Answer
from shared.console import audit_log, groups, tasks
from shared.console.days import last_days
from shared.console.listing import listing, view_of
from shared.console.roles import LOOK
from shared.console.site import Console, Desk
from shared.pages.drawing import bars
from shared.store.programs import programs

CHART = 640, 160
"""Width and height of the bars in the drawing's own units."""
handler = Console()


@handler.page("GET /console", LOOK)
def get_overview(desk: Desk) -> Answer:
    program = programs.active_from(programs.active_item(programs.DEFAULT))
    days = last_days(program.currency, desk.request.now)
    moved = [day for _, day in days.rows]
    return desk.page(
        "overview.html",
        days=days,
        currency=program.currency,
        waiting=days.now.waiting(desk.request.now),
        earned=sum(day.earned for day in moved),
        taken_back=sum(day.taken_back for day in moved),
        spent=sum(day.spent for day in moved),
        orders=sum(day.orders for day in moved),
        revenue=sum(day.revenue for day in moved),
        drawing=bars([day.revenue for day in moved], *CHART),
        tasks=tasks.tasks(),
    )


@handler.page("GET /console/groups", LOOK)
def get_groups(desk: Desk) -> Answer:
    program = programs.active_from(programs.active_item(programs.DEFAULT))
    by_volume = [group for group in program.groups if not group.assigned]
    view = view_of(desk.request, "who", *(groups.field_of(group) for group in by_volume))
    tried = groups.tried(program, view.filters)
    return listing(
        desk,
        "groups.html",
        view,
        lambda limit, after: groups.advocates(program, tried, view.filters["who"], limit, after),
        groups.COLUMNS,
        program=program,
        tried=tried,
        field_of=groups.field_of,
    )


@handler.page("GET /console/audit", LOOK)
def get_audit(desk: Desk) -> Answer:
    view = view_of(desk.request, "what", "who")
    return listing(
        desk,
        "audit.html",
        view,
        lambda limit, after: audit_log.changes_of(view.filters, limit, after),
        audit_log.COLUMNS,
    )
