"""Refunds and disputes as documents (specification: refunds, disputed)."""

from dataclasses import dataclass
from typing import Annotated

from shared.domain.kinds import Amount, Identifier, Instant, choice, unread
from shared.domain.orders.facts import FAILED, LOST, OPEN, PENDING, SUCCEEDED, WON
from shared.domain.shape import JsonSchema

REFUND_STATUSES = (PENDING, SUCCEEDED, FAILED)
DISPUTE_STATUSES = (OPEN, WON, LOST, "cancelled")
ANY_TEXT: JsonSchema = {"type": "string"}


@dataclass(slots=True)
class RefundDocument:
    """One refund of an order, as it is sent."""

    id: Identifier
    amount: Amount
    items_amount: Amount | None = None
    credit: Annotated[Amount | None, "Credit that is returned with the refund"] = None
    at: Instant | None = None
    status: Annotated[str, choice(*REFUND_STATUSES)] = SUCCEEDED
    currency: Annotated[None, unread(ANY_TEXT)] = None
    reason: Annotated[None, unread(ANY_TEXT)] = None


@dataclass(slots=True)
class DisputeDocument:
    """One dispute of an order, as it is sent. Without an amount it is about the whole order."""

    id: Identifier
    status: Annotated[str, choice(*DISPUTE_STATUSES)]
    amount: Amount | None = None
    at: Instant | None = None
    currency: Annotated[None, unread(ANY_TEXT)] = None
    reason: Annotated[None, unread(ANY_TEXT)] = None
