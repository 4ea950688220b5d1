"""Reviews that nobody decided until their deadline end as their program says: once a day, event `{"time": …}`."""

from collections.abc import Mapping

from shared.domain.instants import parse_instant
from shared.orders.reviews import decide_due
from shared.store import engine


class NotDecided(Exception):
    """Some reviews are still open; the run is due again."""


def handler(event: Mapping, context: object = None) -> dict:
    """Told again, it finds what is left. Raises `NotDecided`."""
    engine.open_tables()

    failed = decide_due(parse_instant(event["time"]))

    if failed:
        raise NotDecided(f"{failed} reviews")
    return {"failed": failed}
