"""What a settlement has still to do, as messages of its queue; each is one bounded piece of work, and safe to do again."""

import json
import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shared import queue


class Survey(NamedTuple):
    """The search for the first month, as far as it is: where it goes on, the oldest entry so far, how many accounts there are."""

    after: tuple[str, str] | None = None
    oldest: str | None = None
    members: int = 0


class Turn(NamedTuple):
    """Months are closed up to `until`, at `time` (RFC 3339). A turn of a `month` is a page of one `shard` or the turn of one `owner`'s
    account; one of a `survey` its next page; without them it is the plan of what comes next.
    """

    time: str
    until: str | None = None
    month: str | None = None
    shard: int | None = None
    owner: tuple[str, str] | None = None
    survey: Survey | None = None

    def next(self, **parts: object) -> "Turn":
        """Another piece of the same work."""
        return Turn(self.time, self.until)._replace(**parts)


def ask(turns: Iterable[Turn]) -> None:
    """Raises `QueueRefused`."""
    queue.send_all(os.environ["SETTLEMENT_QUEUE"], [_message(turn) for turn in turns])


def _message(turn: Turn) -> Mapping:
    told = turn._asdict() | {"survey": turn.survey._asdict() if turn.survey else None}
    return {name: value for name, value in told.items() if value is not None}


def turn_of(body: str) -> Turn:
    """What `ask` said; a schedule's own event, which names its time alone and was put back, has no `until`: it begins."""
    asked = json.loads(body)
    owner, survey = asked.get("owner"), asked.get("survey")
    parts = {
        "owner": tuple(owner) if owner else None,
        "survey": _survey(survey) if survey is not None else None,
    }
    return Turn(**(asked | parts))


def _survey(asked: Mapping) -> Survey:
    after = asked.get("after")
    return Survey(tuple(after) if after else None, asked.get("oldest"), asked.get("members", 0))
