"""Whether it all adds up, asked every day: balances, entries and statements of accounts that were touched, and of a part of all.

The schedule's event `{"time": …}` begins; records of the audit queue are its pages, each of which asks for the next.
"""

from collections.abc import Mapping

from shared.jobs import reconciliation
from shared.jobs.reconciliation import Turn
from shared.records import each
from shared.store import engine


def handler(event: Mapping, context: object = None) -> dict:
    """Begins, or does pages one after the other."""
    engine.open_tables()
    if "Records" in event:
        return each(
            event, lambda record: _take(reconciliation.turn_of(record["body"])), in_turn=True
        )
    reconciliation.begin(event["time"])
    return {"parts": reconciliation.PARTS}


def _take(turn: Turn) -> None:
    if turn.part is None:
        reconciliation.begin(turn.time)
    else:
        reconciliation.audit_page(turn)
