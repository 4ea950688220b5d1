"""Refunds and disputes in an order update, for translators. Amounts are minor units."""

from typing import TypedDict

from shared.webhooks.foreign_json import JsonObject, list_of
from shared.webhooks.money_fields import check_amount
from shared.webhooks.parking import UnusableDelivery

MOST_REFUNDS_AT_ONCE = 200
"""The most refunds in one delivery. An order may have `MOST_REFUNDS` in total
(`facts_document.py`).
"""


class RefundFields(TypedDict):
    """One refund. `items_amount` is `None` if the provider does not say which part is for items."""

    id: str
    amount: int
    items_amount: int | None
    at: str
    status: str


class DisputeFields(TypedDict):
    """One dispute. `amount` is `None` if it is about the whole order."""

    id: str
    amount: int | None
    status: str
    at: str


def refund_fields(
    refund_id: str, amount: int, at: str, status: str = "succeeded", items_amount: int | None = None
) -> RefundFields:
    """One refund. Raises `UnusableDelivery` if the ledger cannot hold the amount."""
    return RefundFields(
        id=refund_id,
        amount=check_amount(amount, "refund"),
        items_amount=items_amount,
        at=at,
        status=status,
    )


def refund_rows(document: JsonObject, *path: str) -> list[JsonObject]:
    """The refunds that a document lists. Raises `UnusableDelivery` if one of them is only an id and
    not an object, because its amount is unknown.
    """
    rows = document.rows(*path)
    if len(rows) < len(list_of(document.value(*path))):
        raise UnusableDelivery("missing_amount", "refund")
    return rows


def refunds_field(
    refunds: list[RefundFields], total: int | None = None, *, complete: bool = False
) -> dict[str, object]:
    """The refunds, each id once, and the refunded `total`, if it is known. Raises
    `UnusableDelivery` for more than `MOST_REFUNDS_AT_ONCE` refunds.

    * `complete`: the order has no refunds except these.
    """
    by_id = {refund["id"]: refund for refund in refunds}
    if len(by_id) > MOST_REFUNDS_AT_ONCE:
        raise UnusableDelivery("unusable_amount", f"more than {MOST_REFUNDS_AT_ONCE} refunds")
    fields: dict[str, object] = {"refunds": list(by_id.values())} if by_id else {}
    if total:
        fields["refunded_total"] = total
    if complete:
        fields["refunds_complete"] = True
    return fields


def dispute_field(
    dispute_id: str | None, amount: int | None, status: str, at: str
) -> dict[str, object]:
    """One dispute of an order. Without an id, only `disputed` is set, for the whole order: true if
    the dispute is open or lost. Raises `UnusableDelivery` if the ledger cannot hold the amount.
    """
    if dispute_id is None:
        return {"disputed": status in ("open", "lost")}
    if amount is not None:
        check_amount(amount, "dispute")
    dispute = DisputeFields(id=dispute_id, amount=amount, status=status, at=at)
    return {"disputes": [dispute]}
