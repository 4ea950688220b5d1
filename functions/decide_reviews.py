"""Decides the reviews whose deadline has come as their program says.

Once a day, with the event `{"time": …}`.
"""

from shared import metrics
from shared.domain.instants import parse_instant
from shared.invocation import Event, lambda_handler
from shared.orders.reviews import decide_due


class NotDecided(Exception):
    """Some reviews could not be decided; the run must be done again."""


@lambda_handler
def handler(event: Event) -> dict[str, int]:
    """A repeat decides what is left. Raises `NotDecided`."""
    failed = decide_due(parse_instant(event["time"]))

    if failed:
        raise NotDecided(f"{failed} reviews")
    metrics.count(metrics.REVIEW_RUNS)
    return {"failed": failed}
