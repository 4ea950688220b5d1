"""Refunds and disputes of an order update, for translators. Amounts are minor units."""

from typing import TypedDict

from shared.webhooks.money_fields import check_amount
from shared.webhooks.parking import UnusableDelivery

MAX_REFUNDS = 200
"""Refunds in one delivery; an order may have `MOST_REFUNDS` of them in all."""


class RefundFields(TypedDict):
    """`items_amount` is None where the provider does not say which part was for items."""

    id: str
    amount: int
    items_amount: int | None
    at: str
    status: str


class DisputeFields(TypedDict):
    """`amount` is None where the dispute is about the whole order."""

    id: str
    amount: int | None
    status: str
    at: str


def refund_fields(
    refund_id: str, amount: int, at: str, status: str = "succeeded", items_amount: int | None = None
) -> RefundFields:
    """One refund of an order."""
    return RefundFields(
        id=refund_id,
        amount=check_amount(amount, "refund"),
        items_amount=items_amount,
        at=at,
        status=status,
    )


def refunds_field(
    refunds: list[RefundFields], total: int | None = None, *, complete: bool = False
) -> dict[str, object]:
    """The refunds, once by id, and their cumulative `total` where that is what is known.

    `complete` says that there is no refund but these.
    """
    by_id = {refund["id"]: refund for refund in refunds}
    if len(by_id) > MAX_REFUNDS:
        raise UnusableDelivery("unusable_amount", f"more than {MAX_REFUNDS} refunds")
    fields: dict[str, object] = {"refunds": list(by_id.values())} if by_id else {}
    if total:
        fields["refunded_total"] = total
    if complete:
        fields["refunds_complete"] = True
    return fields


def dispute_field(
    dispute_id: str | None, amount: int | None, status: str, at: str
) -> dict[str, object]:
    """One dispute of an order; without an id it is one of the whole order."""
    if dispute_id is None:
        return {"disputed": status in ("open", "lost")}
    if amount is not None:
        check_amount(amount, "dispute")
    dispute = DisputeFields(id=dispute_id, amount=amount, status=status, at=at)
    return {"disputes": [dispute]}
