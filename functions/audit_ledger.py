"""Whether it all adds up, asked every day: balances, entries and statements of accounts that were touched, and of a part of all.

The schedule's event `{"time": …}` begins; records of the audit queue are its pages, each of which asks for the next.
"""

from collections.abc import Mapping

from shared.credit import auditing
from shared.credit.auditing import Turn
from shared.records import each
from shared.store import engine


def handler(event: Mapping, context: object = None) -> dict:
    """Begins, or does pages one after the other."""
    engine.open_tables()
    if "Records" in event:
        return each(event, lambda record: _take(auditing.turn_of(record["body"])), in_turn=True)
    auditing.begin(event["time"])
    return {"parts": auditing.PARTS}


def _take(turn: Turn) -> None:
    if turn.part is None:
        auditing.begin(turn.time)
    else:
        auditing.audit_page(turn)
