"""/v1/reviews…: staff lists the rewards that wait for a review, and decides about them."""

from shared.api.answers import review_answer
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.api.staff_actions import read_reason, read_reason_if_any, staff_action_of
from shared.orders import reviews
from shared.orders.reviews import APPROVED, REFUSED

handler = Api()


@handler.route("GET /v1/reviews")
def list_reviews(request: Request) -> Answer:
    page = request.page()
    loaded, last = reviews.list_waiting(page.limit, page.after)
    answers = [review_answer(order, loaded.names) for order in loaded.orders]
    return Answer(page.listing(answers, last))


@handler.route("POST /v1/reviews/{id}/approve")
def post_approve(request: Request) -> Answer:
    return _decide(request, APPROVED, read_reason_if_any(request))


@handler.route("POST /v1/reviews/{id}/refuse")
def post_refuse(request: Request) -> Answer:
    return _decide(request, REFUSED, read_reason(request))


def _decide(request: Request, verdict: str, reason: str | None) -> Answer:
    order_id = request.path_id()

    reviews.decide_review(order_id, verdict, staff_action_of(request, "review", reason))

    loaded = reviews.load_reviews([order_id])
    return Answer(review_answer(loaded.orders[0], loaded.names))
