"""/console, /console/amounts, /console/groups, /console/audit: overview, groups, audit log."""

from shared.api.http import Answer
from shared.console import audit_log, groups
from shared.console import overview_figures as figures
from shared.console.echo import echo_field
from shared.console.listing import answer_list, parse_list_request
from shared.console.overview import count_open_tasks, load_recent_days
from shared.console.roles import LOOK
from shared.console.site import Console, ConsoleRequest
from shared.domain.document import FieldError, InvalidDocument
from shared.pages.svg_bars import lay_out_bars
from shared.store.programs import programs

CHART = 640, 160
"""Width and height of the bars, in units of the chart's view box."""
handler = Console()


@handler.page("GET /console", LOOK)
def get_overview(request: ConsoleRequest) -> Answer:
    program = programs.active_program_of(programs.load_active_item(programs.DEFAULT))
    now, period = request.http.now, _parse_period(request)
    days = load_recent_days(program.currency, now, max(2 * period, figures.AGES[-1]))
    shown, before = days.rows[-period:], days.rows[-2 * period : -period]
    return request.page(
        "overview.html",
        days=days,
        shown=shown,
        currency=program.currency,
        period=period,
        periods=figures.PERIODS,
        waiting=days.now.waiting(now),
        sums=figures.sum_days(shown),
        before=figures.sum_days(before),
        by_date=figures.owed_by_date(days.now, now),
        by_age=figures.owed_by_age(days),
        funnel=figures.count_funnel(figures.first_day(now, period), now),
        top=figures.list_top_advocates(program.currency),
        drawing=lay_out_bars([totals.revenue for _, totals in shown], *CHART),
        tasks=count_open_tasks(),
    )


def _parse_period(request: ConsoleRequest) -> int:
    """The number of days in the address. Raises `InvalidDocument` for any that the page does not
    offer.
    """
    text = request.http.query("days") or str(figures.USUAL_PERIOD)
    if text not in map(str, figures.PERIODS):
        allowed = ", ".join(map(str, figures.PERIODS))
        raise InvalidDocument([FieldError("days", f"must be one of: {allowed}")])
    return int(text)


@handler.page("GET /console/amounts", LOOK)
def get_amount(request: ConsoleRequest) -> Answer:
    """A part of a page: the line below a field, which says how the number in the field is
    understood.
    """
    query = request.http.queries
    echo = echo_field(query, request.language)
    return request.page("echo.html", echo=echo, confirms=query.get("confirms") == "yes")


@handler.page("GET /console/groups", LOOK)
def get_groups(request: ConsoleRequest) -> Answer:
    program = programs.active_program_of(programs.load_active_item(programs.DEFAULT))
    fields = [groups.threshold_field(group) for group in program.groups if not group.assigned]
    list_request = parse_list_request(request.http, "who", *fields)
    filters = list_request.filters
    tried, faults = groups.try_thresholds(program, filters, request.language)
    return answer_list(
        request,
        "groups.html",
        list_request,
        lambda limit, after: groups.list_advocates(program, tried, filters["who"], limit, after),
        groups.COLUMNS,
        422 if faults else 200,
        program=program,
        threshold_field=groups.threshold_field,
        faults={fault.field: fault.message for fault in faults},
    )


@handler.page("GET /console/audit", LOOK)
def get_audit(request: ConsoleRequest) -> Answer:
    list_request = parse_list_request(request.http, "what", "who")
    return answer_list(
        request,
        "audit.html",
        list_request,
        lambda limit, after: audit_log.list_audit_lines(list_request.filters, limit, after),
        audit_log.COLUMNS,
    )
