"""Months that have ended are closed: once a day, or when staff asks, each member whose credit moved gets a statement.

The schedule's event `{"time": …}` plans; records of the settlement queue are its pages, each of which asks for the next.
"""

import logging
from collections.abc import Mapping

from shared import settlement_plan, settlement_queue
from shared.domain.moment import parse_instant
from shared.settlement_queue import Turn, turn_of
from shared.settling import settle_owner, settle_page
from shared.store import engine

log = logging.getLogger("grapevine")


def handler(event: Mapping, context: object = None) -> dict:
    """Each record for itself: those that fail come again, the others are done."""
    engine.open_tables()
    if "Records" in event:
        failed = [record["messageId"] for record in event["Records"] if not _done(record)]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
    zone = settlement_plan.program_in_force().time_zone
    until = settlement_plan.last_ended(parse_instant(event["time"]), zone)
    settlement_queue.ask([Turn(event["time"], until)])
    return {"until": until}


def _done(record: Mapping) -> bool:
    """False where the record must come again; after the queue's last attempt it is kept in the dead-letter queue."""
    try:
        _take(turn_of(record["body"]))
    except Exception as fault:  # one record's fault is not the others'
        log.error("record will come again: %s", type(fault).__name__, extra={"record": record["messageId"]})
        return False
    return True


def _take(turn: Turn) -> None:
    if turn.owner:
        settle_owner(turn)
    elif turn.month:
        settle_page(turn)
    elif turn.survey:
        settlement_plan.survey(turn)
    else:
        settlement_plan.plan(turn)
