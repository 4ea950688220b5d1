"""Orders that look wrong, and what is shown of them."""

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
    """Anna's card pays for what Ben buys, whom she brought."""
    shop.order("own", customer={"id": "Anna"}, payment_fingerprint="fp_anna")
    shop.member("Ben", referrer_login="anna")
    return shop.order(name, customer={"id": "Ben"}, payment_fingerprint="fp_anna", **facts)


def signal_codes(told) -> list[str]:
    return [signal["code"] for signal in order_answer(*told)["signals"]]


def review_state(told) -> str | None:
    review = order_answer(*told)["review"]
    return review and review["state"]


def credit_now(shop, name="Anna") -> tuple[int, dict]:
    return credit_at(load_profile(name).account, shop.at)


def entry_lines(name="Anna") -> list[tuple]:
    return [
        (row.kind, row.amount, row.available_on, row.reason["code"]) for row in whole_history(name)
    ]


def waiting_reviews() -> list[tuple]:
    found, _ = reviews.list_waiting(20, "")
    rows = [review_answer(order, found.names) for order in found.orders]
    return [(row["order"], row["member"], row["friend"], row["amount"]) for row in rows]
