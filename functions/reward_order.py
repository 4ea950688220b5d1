"""An order changed: bring its rewards to what they should be; a block or an ended referral that may have been left half done is finished.

Records of the orders queue, each with one event of the bus.
"""

import json
from collections.abc import Mapping
from functools import partial

from shared import metrics, secrets
from shared.domain.document import InvalidDocument
from shared.domain.instants import parse_instant
from shared.identity import email_hash
from shared.members import blocking, referrals
from shared.orders.evaluate import OrderUpdate, evaluate_order
from shared.orders.outcomes import count_outcome
from shared.records import each
from shared.store import engine
from shared.store.programs import parked


def handler(event: Mapping, context: object = None) -> dict:
    """Side by side: what several orders of a batch ask the tables for, they ask together."""
    engine.open_tables()
    return each(event, _reward)


def _reward(record: Mapping) -> None:
    event = json.loads(record["body"])
    _DOERS.get(event.get("detail-type"), _tell)(event)


def _tell(event: Mapping) -> None:
    at = parse_instant(event["time"])
    try:
        count_outcome(
            evaluate_order(
                OrderUpdate(event["detail"], at, as_of=_as_of(event["detail"], at)),
                partial(email_hash, secrets.pepper()),
            )
        )
    except InvalidDocument as invalid:
        text = f"These facts cannot be read; correct them and tell the order again: {invalid}"[
            :1000
        ]
        parked.park(event["id"], at, reason="invalid_facts", text=text, provider=event["source"])
        metrics.count(metrics.PARKED, detail="invalid_facts")


def _go_on_blocking(event: Mapping) -> None:
    blocking.go_on(event["detail"]["member"], parse_instant(event["time"]))


def _go_on_taking_back(event: Mapping) -> None:
    referrals.go_on(event["detail"]["referral"], parse_instant(event["time"]))


_DOERS = {"MemberBlocked": _go_on_blocking, "ReferralEnded": _go_on_taking_back}
"""What may have been left half done goes on here; everything else tells of an order."""


def _as_of(detail: object, at):
    """The teller's own time of the news; an unreadable one is left to the reading of the facts."""
    try:
        return parse_instant(detail["as_of"])
    except (KeyError, TypeError, ValueError):
        return at
