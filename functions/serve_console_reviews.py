"""/console/reviews… and /console/order-advocate: what staff decides about an order. Its held
rewards, why they are held, and who its advocate is.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from shared.api.answers import review_answer
from shared.api.http import Answer
from shared.console.listing import Column, RowPage, answer_list, parse_list_request
from shared.console.order_advocate import load_advocate_preview, unknown_order
from shared.console.review_people import load_pair
from shared.console.roles import LOOK, STEER
from shared.console.sent_form import SentForm
from shared.console.site import Console, ConsoleRequest, path_segment
from shared.domain.programs.signal_codes import APPROVE
from shared.members.order_advocates import ADVOCATE_NAMED, Naming, name_advocate
from shared.orders import reviews
from shared.orders.reviews import APPROVED, REFUSED
from shared.problem import EXPECTED, NotFound, refusal_of

type ReviewRow = Mapping[str, Any]
"""A review as the API returns it."""

REVIEWS, ADVOCATE = "/console/reviews", "/console/order-advocate"
COLUMNS: list[Column[ReviewRow]] = [
    ("order", itemgetter("order")),
    ("member", itemgetter("member")),
    ("friend", itemgetter("friend")),
    ("amount_minor", itemgetter("amount")),
    ("currency", itemgetter("currency")),
    ("held_at", itemgetter("held_at")),
    ("deadline", itemgetter("deadline")),
    ("at_deadline", itemgetter("at_deadline")),
    ("signals", lambda row: " ".join(signal["code"] for signal in row["signals"])),
]
handler = Console()


@handler.page("GET /console/reviews", LOOK)
def get_reviews(request: ConsoleRequest) -> Answer:
    logins: dict[str, str] = {}

    def load_rows(limit: int, after: str) -> RowPage[ReviewRow]:
        loaded, last = reviews.list_waiting(limit, after)
        logins.update(loaded.names.logins)
        return RowPage([review_answer(order, loaded.names) for order in loaded.orders], last)

    return answer_list(
        request,
        "reviews.html",
        parse_list_request(request.http),
        load_rows,
        COLUMNS,
        approve=APPROVE,
        logins=logins,
    )


@handler.page("GET /console/reviews/{id}", LOOK)
def get_review(request: ConsoleRequest) -> Answer:
    loaded = reviews.load_reviews([request.http.path_id()])
    if not loaded.orders or not loaded.orders[0].posted.terms.held_at:
        raise NotFound(
            "unknown_review", "No rewards of this order were held. See the Reviews page."
        )
    return request.page(
        "review.html",
        review=review_answer(loaded.orders[0], loaded.names),
        pair=load_pair(loaded.orders[0]),
        zone=loaded.orders[0].program.time_zone,
        approve=APPROVE,
        logins=loaded.names.logins,
    )


@handler.page("POST /console/reviews/{id}/approve", STEER, form_on="GET /console/reviews/{id}")
def post_approve(request: ConsoleRequest) -> Answer:
    return _decide(request, APPROVED, request.reason(required=False))


@handler.page("POST /console/reviews/{id}/refuse", STEER, form_on="GET /console/reviews/{id}")
def post_refuse(request: ConsoleRequest) -> Answer:
    return _decide(request, REFUSED, request.reason())


def _decide(request: ConsoleRequest, verdict: str, reason: str | None) -> Answer:
    order_id = request.http.path_id()
    reviews.decide_review(order_id, verdict, request.action("review", reason))
    return request.redirect(f"{REVIEWS}/{path_segment(order_id)}", f"review_{verdict}")


@handler.page(f"GET {ADVOCATE}", LOOK)
def get_order_advocate(request: ConsoleRequest) -> Answer:
    """The form that asks for an order and a login. If both are given, also what the naming would do.

    If the naming is refused, the form says why, also when it was sent before.
    """
    typed = dict(request.sent.values if request.sent.refusal else request.http.queries)
    naming = Naming(typed.get("order", "").strip(), typed.get("advocate_login", "").strip())
    preview = None
    if all(naming[:2]):
        try:
            preview = load_advocate_preview(naming, request.language, request.http.now)
        except EXPECTED as error:
            sent = SentForm(typed, refusal_of(error))
            request = request._replace(sent=sent, sent_to=ADVOCATE)
    return request.page("order_advocate.html", typed=typed, naming=naming, preview=preview)


@handler.page(f"POST {ADVOCATE}", STEER, form_on=f"GET {ADVOCATE}")
def post_order_advocate(request: ConsoleRequest) -> Answer:
    form = request.http.form()
    later_orders = form.get("later_orders") != "no"
    naming = Naming(form.get("order", ""), form.get("advocate_login", ""), later_orders)
    action = request.action(ADVOCATE_NAMED, request.reason())
    try:
        named = name_advocate(naming, action)
    except NotFound:
        raise unknown_order() from None
    order_id = named.evaluation.context.order.id
    return request.redirect(f"/console/orders/{path_segment(order_id)}", ADVOCATE_NAMED)
