"""/console/reviews…: rewards that wait for somebody to look, why they wait, and what becomes of them."""

from shared.api.answers import review_answer
from shared.api.http import Answer
from shared.console.listing import Column, ListPage, listing, view_of
from shared.console.roles import LOOK, STEER
from shared.console.site import Console, Desk, segment
from shared.domain.orders.fraud_signals import APPROVE
from shared.orders import reviews
from shared.orders.reviews import APPROVED, REFUSED
from shared.problem import NotFound

REVIEWS = "/console/reviews"
COLUMNS: list[Column[dict]] = [
    ("order", lambda row: row["order"]),
    ("member", lambda row: row["member"]),
    ("friend", lambda row: row["friend"]),
    ("amount_minor", lambda row: row["amount"]),
    ("currency", lambda row: row["currency"]),
    ("held_at", lambda row: row["held_at"]),
    ("deadline", lambda row: row["deadline"]),
    ("at_deadline", lambda row: row["at_deadline"]),
    ("signals", lambda row: " ".join(signal["code"] for signal in row["signals"])),
]
handler = Console()


@handler.page("GET /console/reviews", LOOK)
def get_reviews(desk: Desk) -> Answer:
    logins: dict[str, str] = {}

    def find(limit: int, after: str) -> ListPage[dict]:
        found, last = reviews.waiting(limit, after)
        logins.update(found.names.logins)
        return ListPage([review_answer(order, found.names) for order in found.orders], last)

    return listing(
        desk, "reviews.html", view_of(desk.request), find, COLUMNS, approve=APPROVE, logins=logins
    )


@handler.page("GET /console/reviews/{id}", LOOK)
def get_review(desk: Desk) -> Answer:
    found = reviews.of_orders([desk.request.path_id()])
    if not found.orders or not found.orders[0].order.posted.terms.held_at:
        raise NotFound(
            "unknown_review",
            "No rewards of this order were held; the page of reviews lists those that are.",
        )
    told = {
        "review": review_answer(found.orders[0], found.names),
        "order": found.orders[0].order.order,
    }
    return desk.page("review.html", **told, approve=APPROVE, logins=found.names.logins)


@handler.page("POST /console/reviews/{id}/approve", STEER)
def post_approve(desk: Desk) -> Answer:
    return _judged(desk, APPROVED, desk.reason(required=False))


@handler.page("POST /console/reviews/{id}/refuse", STEER)
def post_refuse(desk: Desk) -> Answer:
    return _judged(desk, REFUSED, desk.reason())


def _judged(desk: Desk, verdict: str, reason: str | None) -> Answer:
    order_id = desk.request.path_id()
    reviews.judge(order_id, verdict, desk.act("review", reason))
    return desk.go(f"{REVIEWS}/{segment(order_id)}", f"review_{verdict}")
