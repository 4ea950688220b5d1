"""What waits for somebody of the staff."""

from typing import NamedTuple

from shared.store import parked, reviews

MOST_COUNTED = 100


class Tasks(NamedTuple):
    """How many of each, up to `MOST_COUNTED`; `deadline` is that of the next review."""

    parked: int
    reviews: int
    deadline: str | None


def tasks() -> Tasks:
    waiting, _ = parked.listing(MOST_COUNTED)
    reviewed, _ = reviews.listing(MOST_COUNTED)
    return Tasks(len(waiting), len(reviewed), reviewed[0].deadline if reviewed else None)
