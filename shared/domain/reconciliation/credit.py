"""Compares the credit of an order with what must come back (specification: verify)."""

from collections.abc import Iterator

from shared.domain.ledger.order_credit import OrderCredit, return_deltas
from shared.domain.orders.facts import OrderFacts
from shared.domain.reconciliation.books import BookedOrder, Difference


def compare_credit(credit: OrderCredit, booked: BookedOrder | None) -> Iterator[Difference]:
    """The differences between the credit stored with an order and the order's facts: credit that is
    still to be returned, and open holds of a cancelled order.

    `booked` is `None` for credit of an order that was never told.
    """
    facts = booked.facts if booked else OrderFacts(credit.order)
    for delta in return_deltas(facts, credit):
        where = f"{credit.order}/{delta.payer.owner}"
        yield Difference("credit still to be given back for an order", where, 0, delta.amount)
    if facts.cancelled and credit.holds:
        yield Difference("open holds of a cancelled order", credit.order, [], sorted(credit.holds))
