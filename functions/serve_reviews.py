"""/v1/reviews…: staff sees which rewards wait for them and why, approves or refuses them."""

from shared.api.answers import review_answer
from shared.api.http import Answer, Api, Request
from shared.api.staff_actions import read_reason, read_reason_if_any, staff_action_of
from shared.orders import reviews
from shared.orders.reviews import APPROVED, REFUSED

handler = Api()


@handler.route("GET /v1/reviews")
def list_reviews(request: Request) -> Answer:
    page = request.page()
    found, last = reviews.waiting(page.limit, page.after)
    return Answer(page.listing([review_answer(order, found.names) for order in found.orders], last))


@handler.route("POST /v1/reviews/{id}/approve")
def post_approve(request: Request) -> Answer:
    return _judged(request, APPROVED, read_reason_if_any(request))


@handler.route("POST /v1/reviews/{id}/refuse")
def post_refuse(request: Request) -> Answer:
    return _judged(request, REFUSED, read_reason(request))


def _judged(request: Request, verdict: str, reason: str | None) -> Answer:
    order_id = request.path_id()

    reviews.judge(order_id, verdict, staff_action_of(request, "review", reason))

    found = reviews.of_orders([order_id])
    return Answer(review_answer(found.orders[0], found.names))
