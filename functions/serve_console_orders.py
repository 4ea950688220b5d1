"""/console/orders…: orders looked for, and one whole with its evidence and reasons."""

from shared.api.http import Answer
from shared.console.listing import listing, view_of
from shared.console.orders import COLUMNS, STATES, order_page, orders_of
from shared.console.roles import LOOK
from shared.console.site import Console, Desk
from shared.store.programs import programs

handler = Console()


@handler.page("GET /console/orders", LOOK)
def get_orders(desk: Desk) -> Answer:
    view = view_of(desk.request, "q", "state")
    program = programs.active_from(programs.active_item(programs.DEFAULT))
    return listing(
        desk,
        "orders.html",
        view,
        lambda limit, after: orders_of(view.filters, desk.request.now, limit, after),
        COLUMNS,
        states=STATES,
        currency=program.currency,
        zone=program.time_zone,
    )


@handler.page("GET /console/orders/{id}", LOOK)
def get_order(desk: Desk) -> Answer:
    shown = order_page(desk.request.path_id(), desk.language, desk.request.now)
    return desk.page(
        "order.html", shown=shown, order=shown.told["order"], zone=shown.program.time_zone
    )
