"""Brings the rewards of a changed order to what they should be. Also finishes what an unfinished
order, a block, or the end of a referral left to do.

Each record of the orders queue is one event of the bus.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from shared import bus, secrets
from shared.domain.document import InvalidDocument
from shared.domain.instants import parse_instant
from shared.domain.members.code import credit_codes
from shared.invocation import Event, lambda_handler
from shared.orders.evaluate import evaluate_order, finish_order, report_outcome
from shared.orders.parking import INVALID_FACTS, UNKNOWN_EVENT, UNKNOWN_SCHEMA_VERSION, park_event
from shared.orders.update import OrderUpdate, parse_update
from shared.records import handle_records
from shared.webhooks import source_of

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


BLOCK_UNFINISHED, CLAWBACK_UNFINISHED = "BlockUnfinished", "ClawbackUnfinished"
MERGE_UNFINISHED = "MergeUnfinished"
"""Events with which this function requests the next page from its own queue."""


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    """Handles the records in parallel; items that several orders need are read together. Returns
    the records that failed, which are delivered again.
    """
    return handle_records(event, _handle_record)


def _handle_record(record: Event) -> None:
    """A record that is not an event of the bus fails and is delivered again. An event that cannot
    be used is parked.
    """
    event = bus.read_event(record["body"])
    kind, at, detail = event["detail-type"], parse_instant(event["time"]), event["detail"]
    handle = _HANDLERS.get(kind)
    version = detail.get("schema_version") if isinstance(detail, Mapping) else None
    if handle is None:
        text = (
            f"Nothing was done: this version does not know events of the kind {kind!r}. Update it, "
            "or take the kind out of the rule that fills the orders queue."
        )
        _park_unknown(event, at, UNKNOWN_EVENT, text)
    elif version not in (None, bus.SCHEMA_VERSION):
        text = (
            f"Nothing was done: the event has schema version {version!r}, and this version reads "
            f"{bus.SCHEMA_VERSION}. Update it, then send the order again."
        )
        _park_unknown(event, at, UNKNOWN_SCHEMA_VERSION, text)
    else:
        handle(event, at)


def _park_unknown(event: Event, at: datetime, reason: str, text: str) -> None:
    detail = event["detail"]
    order = detail.get("id") if isinstance(detail, Mapping) else None
    order = order if isinstance(order, str) else None
    park_event(event, at, reason, text, topic=event["detail-type"], order=order)


def _reward_order(event: Event, at: datetime) -> None:
    detail = event["detail"]
    try:
        update = parse_update(
            detail, at, secrets.hash_email, as_of=_as_of(detail, at), source=source_of(detail)
        )
        evaluation = evaluate_order(update)
        report_outcome(evaluation)
        if credit_codes(update.facts.codes):
            _spend_codes(update, evaluation.context.order.id)
    except InvalidDocument as invalid:
        text = f"These facts cannot be read. Correct them and send the order again: {invalid}"
        park_event(event, at, INVALID_FACTS, text)


def _spend_codes(update: OrderUpdate, order_id: str) -> None:
    from shared.wallet.spent_codes import spend_codes  # few orders need it

    spend_codes(update.facts, order_id, update.at)


def _as_of(detail: object, at: datetime) -> datetime:
    """The time of the facts that the sender gave, or the event's time if the sender gave no
    readable one.
    """
    try:
        return parse_instant(detail["as_of"] if isinstance(detail, Mapping) else None)
    except (KeyError, ValueError):
        return at


def _finish_order(event: Event, at: datetime) -> None:
    finish_order(event["detail"]["order"], at)


def _finish_block(event: Event, at: datetime) -> None:
    """Does one page of a block's forfeits. An event of its own requests the next page."""
    from shared.members import blocking  # takes 10 ms; orders do not need it

    member = event["detail"]["member"]
    if not blocking.finish_block(member, at):
        bus.put_event(BLOCK_UNFINISHED, {"member": member}, at)


def _finish_referral_end(event: Event, at: datetime) -> None:
    """Takes credit back because a referral ended: one page of it. An event requests the next page."""
    from shared.members import referral_clawback

    referral = event["detail"]["referral"]
    if not referral_clawback.finish_clawback(referral, at):
        bus.put_event(CLAWBACK_UNFINISHED, {"referral": referral}, at)


def _finish_merge(event: Event, at: datetime) -> None:
    """Moves what a closed member still has: one page of it. An event requests the next page."""
    from shared.members import member_merge

    member = event["detail"]["member"]
    if not member_merge.finish_merge(member, at):
        bus.put_event(MERGE_UNFINISHED, {"member": member}, at)


_HANDLERS = {
    "OrderChanged": _reward_order,
    "OrderUnfinished": _finish_order,
    "MemberBlocked": _finish_block,
    BLOCK_UNFINISHED: _finish_block,
    "ReferralEnded": _finish_referral_end,
    CLAWBACK_UNFINISHED: _finish_referral_end,
    MERGE_UNFINISHED: _finish_merge,
}
"""The function for each kind of event that the rule sends to the queue."""
