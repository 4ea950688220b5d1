"""Months that have ended are closed: once a day, or when staff asks, each member whose credit moved gets a statement.

The schedule's event `{"time": …}` plans; records of the settlement queue are its pages, each of which asks for the next.
"""

from collections.abc import Mapping

from shared.domain.instants import parse_instant
from shared.jobs import settlement_plan, settlement_queue
from shared.jobs.settlement_pages import settle_owner, settle_page
from shared.jobs.settlement_queue import Turn, turn_of
from shared.records import each
from shared.store import engine


def handler(event: Mapping, context: object = None) -> dict:
    """Plans, or does pages one after the other: each spreads its own work."""
    engine.open_tables()
    if "Records" in event:
        return each(event, lambda record: _take(turn_of(record["body"])), in_turn=True)
    return {"until": _begin(event["time"])}


def _begin(time: str) -> str:
    zone = settlement_plan.program_in_force().time_zone
    until = settlement_plan.last_ended(parse_instant(time), zone)
    settlement_queue.ask([Turn(time, until)])
    return until


def _take(turn: Turn) -> None:
    if turn.until is None:
        _begin(turn.time)
    elif turn.owner:
        settle_owner(turn)
    elif turn.month:
        settle_page(turn)
    elif turn.survey:
        settlement_plan.survey(turn)
    else:
        settlement_plan.plan(turn)
