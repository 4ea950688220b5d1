"""An order changed: bring its rewards to what they should be. Records of the orders queue, each an event of the bus."""

import json
import logging
from collections.abc import Mapping

from shared import secrets
from shared.domain.document import Invalid
from shared.domain.moment import instant_text, parse_instant
from shared.store import engine, parked
from shared.telling import Telling, Told, tell
from shared.words import SENTENCES

log = logging.getLogger("grapevine")


def handler(event: Mapping, context: object = None) -> dict:
    """Each record for itself: those that fail come again, the others are done."""
    engine.open_tables()
    failed = [record["messageId"] for record in event["Records"] if not _reward(record)]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _reward(record: Mapping) -> bool:
    event = json.loads(record["body"])
    try:
        told = tell(_telling(event), secrets.hash_email)
        _show_parked(event, told)
    except Invalid as invalid:
        _park(event, "invalid_facts", f"Correct these fields and tell the order again: {invalid}")
    except (engine.Busy, ConnectionError) as error:
        log.warning("will be tried again: %s", type(error).__name__, extra={"event": event["id"]})
        return False
    return True


def _telling(event: Mapping) -> Telling:
    at = parse_instant(event["time"])
    detail = event["detail"]
    told_at = detail.get("as_of") if isinstance(detail, dict) else None
    try:
        as_of = parse_instant(told_at) if told_at else at
    except ValueError:
        as_of = at
    return Telling(detail, at, as_of=as_of)


def _show_parked(event: Mapping, told: Told) -> None:
    """An order that cannot be used is shown to staff until a later telling makes it usable."""
    if told.decision.parked:
        parked.park_order(told.sale.order.id, parse_instant(event["time"]), told.decision.parked, SENTENCES[told.decision.parked])
    elif told.sale.known.parked:
        parked.unpark_order(told.sale.order.id)


def _park(event: Mapping, reason: str, text: str) -> None:
    at = parse_instant(event["time"])
    parked.park(event["id"], at, provider=event["source"], reason=reason, text=text)


__all__ = ["handler", "instant_text"]
