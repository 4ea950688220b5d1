"""What a run of expiring credit has still to do, as messages of its queue: the ledger from a place on, or one account's own turn."""

import json
import os
from typing import NamedTuple

from shared import queue
from shared.store.keys import Key


class Turn(NamedTuple):
    """`time` is the run's, RFC 3339. `owner` is one account, without it the page of the ledger that follows `after`."""

    time: str
    after: Key | None = None
    owner: tuple[str, str] | None = None


def ask(*turns: Turn) -> None:
    """Raises `QueueRefused`."""
    queue.send_all(os.environ["EXPIRY_QUEUE"], [turn._asdict() for turn in turns])


def turn_of(body: str) -> Turn:
    """What `ask` said; a schedule's own event, which names its time alone, is the first page of a run."""
    asked = json.loads(body)
    after, owner = asked.get("after"), asked.get("owner")
    return Turn(asked["time"], Key(*after) if after else None, tuple(owner) if owner else None)
