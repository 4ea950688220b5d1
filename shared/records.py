"""Records of a queue, each for itself: those that fail come again, and after its last attempt the queue keeps them as dead letters."""

import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from shared.fault import told_of

MOST_AT_ONCE = 10
"""As many as a batch has: nearly all of a record's time is spent waiting."""
log = logging.getLogger("grapevine")


def each(event: Mapping, do: Callable[[Mapping], None], in_turn: bool = False) -> dict:
    """Does each record of an SQS event, side by side or one after the other; answers which failed (`ReportBatchItemFailures`)."""
    records = event["Records"]
    spread = map if in_turn or len(records) == 1 else _threads().map
    done = spread(lambda record: _done(do, record), records)
    failed = [
        record["messageId"] for record, is_done in zip(records, done, strict=True) if not is_done
    ]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


@cache
def _threads() -> ThreadPoolExecutor:
    """Kept between invocations: a thread costs more to start than a record to do."""
    return ThreadPoolExecutor(MOST_AT_ONCE)


def _done(do: Callable[[Mapping], None], record: Mapping) -> bool:
    try:
        do(record)
    except Exception as fault:  # one record's fault is not the others'
        told = {"record": record["messageId"], **told_of(fault)}
        log.error("record will come again: %s", json.dumps(told), extra=told)
        return False
    return True
