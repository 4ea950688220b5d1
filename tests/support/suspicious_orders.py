"""Orders with fraud signals, and what is shown of them."""

from shared.api.answers import order_answer, review_answer
from shared.domain.staff_action import StaffAction
from shared.members.profile import credit_at, load_profile
from shared.orders import reviews
from shared.store.ledger.accounts import whole_history

HOLDS = {
    "hold": ["same_payment", "own_browser", "instant_click", "many_sign_ups"],
    "sign_ups_an_hour": 3,
}
REFUSES = {"refuse": HOLDS["hold"], "sign_ups_an_hour": 3}


def staff_action(shop, why="They are sisters"):
    return StaffAction("ak_012345", "review", shop.at, why)


def same_card(shop, name="one", **facts):
    """Anna recommended Ben, and pays for his order with her own card."""
    shop.order("own", customer={"id": "Anna"}, payment_fingerprint="fp_anna")
    shop.member("Ben", referrer_login="anna")
    return shop.order(name, customer={"id": "Ben"}, payment_fingerprint="fp_anna", **facts)


def signal_codes(evaluation) -> list[str]:
    return [signal["code"] for signal in order_answer(*evaluation)["signals"]]


def review_state(evaluation) -> str | None:
    review = order_answer(*evaluation)["review"]
    return review and review["state"]


def credit_now(shop, name="Anna") -> tuple[int, dict]:
    return credit_at(load_profile(name).account, shop.at)


def entry_lines(name="Anna") -> list[tuple]:
    return [
        (entry.kind, entry.amount, entry.available_on, entry.reason["code"])
        for entry in whole_history(name)
    ]


def waiting_reviews() -> list[tuple]:
    page, _ = reviews.list_waiting(20, "")
    answers = [review_answer(order, page.names) for order in page.orders]
    return [
        (review["order"], review["member"], review["friend"], review["amount"])
        for review in answers
    ]
