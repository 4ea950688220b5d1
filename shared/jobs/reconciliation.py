"""The daily audit: what was touched since yesterday is recomputed, and every day another part of everything (decision 75)."""

import json
import logging
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from shared import metrics, queue
from shared.domain.instants import parse_instant
from shared.domain.reconciliation.books import Difference
from shared.store.ledger.reconciliation import account_audit, accounts_in_part
from shared.store.ledger.scan import Place

PARTS = 28
"""Of the ledger; one of them is recomputed whole each day, so that everything is within four weeks."""
TOUCHED = timedelta(days=2)
"""A day, and another for what queues kept back: accounts posted to within it are recomputed."""
MOST_ITEMS = 2_000
MOST_AT_ONCE = 8
log = logging.getLogger("grapevine")


class Turn(NamedTuple):
    """A page of one part of the ledger in the audit of a day; `time` is RFC 3339. Without a part: a schedule's own event, put back."""

    time: str
    part: int | None = None
    after: Place | None = None


def begin(time: str) -> None:
    """Every part has a turn; raises `QueueRefused`."""
    _ask(Turn(time, part) for part in range(PARTS))


def turn_of(body: str) -> Turn:
    asked = json.loads(body)
    return Turn(
        asked["time"], asked.get("part"), tuple(asked["after"]) if asked.get("after") else None
    )


def audit_page(turn: Turn) -> None:
    """One page; what remains is asked of the queue. Told again, it tells the same differences again."""
    owners, rest = accounts_in_part(turn.part, PARTS, _since(turn), MOST_ITEMS, turn.after)

    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        found = [difference for some in threads.map(account_audit, owners) for difference in some]

    _report(turn, len(owners), found)
    if rest:
        _ask([turn._replace(after=rest)])


def _since(turn: Turn) -> datetime | None:
    """From when on an account counts as touched; `None` for the part whose turn it is today."""
    at = parse_instant(turn.time)
    return None if at.toordinal() % PARTS == turn.part else at - TOUCHED


def _report(turn: Turn, accounts: int, found: Sequence[Difference]) -> None:
    """A line for each difference, which names ids and sums alone, one for the page, and the metric."""
    for difference in found:
        log.error("audit found a difference: %s", json.dumps(difference._asdict(), default=str))
    told = {"part": turn.part, "accounts": accounts, "differences": len(found)}
    log.info("audited: %s", json.dumps(told), extra=told)
    metrics.count(metrics.VERIFY_DIFFERENCES, len(found))


def _ask(turns: Iterable[Turn]) -> None:
    queue.send_all(os.environ["RECONCILIATION_QUEUE"], [turn._asdict() for turn in turns])
