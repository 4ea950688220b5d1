"""Decides the reviews whose deadline has passed, as their program says.

Runs once a day, with the event `{"time": …}`.
"""

from shared import metrics
from shared.domain.instants import parse_instant
from shared.invocation import Event, lambda_handler
from shared.orders.reviews import decide_due


class NotDecided(Exception):
    """Some reviews could not be decided. Lambda must run the function again."""


@lambda_handler
def handler(event: Event) -> dict[str, int]:
    """Decides the reviews whose deadline has passed. A repeat decides only those that are still
    open. Raises `NotDecided`.
    """
    failed = decide_due(parse_instant(event["time"]))

    if failed:
        raise NotDecided(f"{failed} reviews")
    metrics.count(metrics.REVIEW_RUNS)
    return {"failed": failed}
