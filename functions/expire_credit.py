"""Credit that was not spent in time expires: once a day, where the program in force says after how many days.

The schedule's event `{"time": …}` begins a run; records of the expiry queue are its pages, each of which asks for the next, and accounts
whose turn failed.
"""

from collections.abc import Mapping

from shared.domain.instants import parse_instant
from shared.jobs import expiry_queue
from shared.jobs.expiry import MOST_ITEMS, expire_all, expire_credit, expiring_program
from shared.jobs.expiry_queue import Turn, turn_of
from shared.records import each
from shared.store import engine
from shared.store.ledger.accounts import owners_of_credit


def handler(event: Mapping, context: object = None) -> dict:
    """Begins a run, or does a part of it."""
    engine.open_tables()
    if "Records" in event:
        return each(event, lambda record: _take(turn_of(record["body"])))
    begun = expiring_program() is not None
    if begun:
        expiry_queue.ask(Turn(event["time"]))
    return {"begun": begun}


def _take(turn: Turn) -> None:
    """Terms that stopped letting credit expire end a run that is under way."""
    program, at = expiring_program(), parse_instant(turn.time)
    if program is None:
        return
    if turn.owner:
        return expire_credit(turn.owner, program, at)
    owners, rest = owners_of_credit(MOST_ITEMS, turn.after)

    failed = expire_all(owners, program, at)

    again = [Turn(turn.time, owner=owner) for owner in failed]
    expiry_queue.ask(*again, *([Turn(turn.time, after=rest)] if rest else []))
