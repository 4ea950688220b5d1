"""/v1/reviews…: staff sees which rewards wait for them and why, approves or refuses them."""

from shared.api.answers import review_answer
from shared.api.http import Answer, Api, Request
from shared.api.levers import act_of, read_reason, read_reason_if_any
from shared.orders import reviewing
from shared.orders.reviewing import APPROVED, REFUSED

handler = Api()


@handler.route("GET /v1/reviews")
def list_reviews(request: Request) -> Answer:
    page = request.page()
    found, last = reviewing.waiting(page.limit, page.after)
    return Answer(page.listing([review_answer(order, found.names) for order in found.orders], last))


@handler.route("POST /v1/reviews/{id}/approve")
def post_approve(request: Request) -> Answer:
    return _judged(request, APPROVED, read_reason_if_any(request))


@handler.route("POST /v1/reviews/{id}/refuse")
def post_refuse(request: Request) -> Answer:
    return _judged(request, REFUSED, read_reason(request))


def _judged(request: Request, verdict: str, reason: str | None) -> Answer:
    order_id = request.path_id()

    reviewing.judge(order_id, verdict, act_of(request, "review", reason))

    found = reviewing.of_orders([order_id])
    return Answer(review_answer(found.orders[0], found.names))
