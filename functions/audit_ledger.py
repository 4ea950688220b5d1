"""Whether it all adds up, asked every day: balances, entries and statements of accounts that were touched, and of a part of all.

The schedule's event `{"time": …}` begins; records of the audit queue are its pages, each of which asks for the next.
"""

import logging
from collections.abc import Mapping

from shared import auditing
from shared.store import engine

log = logging.getLogger("grapevine")


def handler(event: Mapping, context: object = None) -> dict:
    """Each record for itself: those that fail come again, the others are done."""
    engine.open_tables()
    if "Records" in event:
        failed = [record["messageId"] for record in event["Records"] if not _done(record)]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}
    auditing.begin(event["time"])
    return {"parts": auditing.PARTS}


def _done(record: Mapping) -> bool:
    """False where the record must come again; after the queue's last attempt it is kept in the dead-letter queue."""
    try:
        auditing.audit_page(auditing.turn_of(record["body"]))
    except Exception as fault:  # one record's fault is not the others'
        log.error("record will come again: %s", type(fault).__name__, extra={"record": record["messageId"]})
        return False
    return True
