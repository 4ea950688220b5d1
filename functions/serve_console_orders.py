"""/console/orders…: the list of orders, and one order with its evidence and reasons."""

from shared.api.http import Answer
from shared.console.listing import answer_list, parse_list_request
from shared.console.orders import COLUMNS, FILTERS, file_columns, list_orders, load_order_page
from shared.console.roles import LOOK
from shared.console.site import Console, ConsoleRequest

handler = Console()


@handler.page("GET /console/orders", LOOK)
def get_orders(request: ConsoleRequest) -> Answer:
    list_request = parse_list_request(request.http, *FILTERS)
    return answer_list(
        request,
        "orders.html",
        list_request,
        lambda limit, after: list_orders(list_request.filters, limit, after),
        file_columns() if list_request.as_csv else COLUMNS,
    )


@handler.page("GET /console/orders/{id}", LOOK)
def get_order(request: ConsoleRequest) -> Answer:
    page = load_order_page(request.http.path_id(), request.language, request.http.now)
    return request.page(
        "order.html", page=page, order=page.answer["order"], zone=page.program.time_zone
    )
