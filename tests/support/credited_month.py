"""Credit given to members in January 2026, and their statements of it."""

from datetime import UTC, datetime

from functions import serve_statements
from shared.domain.staff_action import StaffAction
from shared.wallet.adjustments import Adjustment, adjust
from tests.support.http_events import SHOP, send
from tests.support.shop import Shop

FIRST = datetime(2026, 1, 10, 12, tzinfo=UTC)
NIGHT = datetime(2026, 2, 1, 4, tzinfo=UTC)


def give_credit(shop: Shop, member: str, amount: int) -> None:
    adjust(Adjustment(member, amount), StaffAction("ak_12345678", "adjustment", shop.at, "gift"))


def get_statement(member: str, month: str, caller: dict = SHOP):
    return send(
        serve_statements.handler,
        "GET /v1/members/{id}/statements/{month}",
        path={"id": member, "month": month},
        caller=caller,
    )


def nonzero_figures(member: str, month: str) -> dict:
    """The sums of a member's statement that are not 0, in minor units by name."""
    names = (
        "opening",
        "earned",
        "clawed_back",
        "forfeited",
        "adjusted",
        "redeemed",
        "returned",
        "expired",
        "closing",
    )
    body = get_statement(member, month).body
    return {name: body[name] for name in names if body[name]}
