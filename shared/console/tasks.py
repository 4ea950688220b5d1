"""What waits for somebody of the staff."""

from itertools import islice
from typing import NamedTuple

from shared import dead_letters
from shared.store.ledger import settlements
from shared.store.programs import parked, reviews

MOST_COUNTED = 100


class Tasks(NamedTuple):
    """How many of each, up to `MOST_COUNTED`; `deadline` is that of the next review, `month` the newest settlement's.

    Of `dead` letters all that have a way back are counted.
    """

    parked: int
    reviews: int
    deadline: str | None
    unsettled: int
    month: str | None
    dead: int


def tasks() -> Tasks:
    waiting, _ = parked.listing(MOST_COUNTED)
    reviewed, _ = reviews.listing(MOST_COUNTED)
    run = settlements.last_run()
    unsettled = list(islice(settlements.unsettled(run.month), MOST_COUNTED)) if run else []
    dead = dead_letters.waiting_to_be_put_back()
    return Tasks(
        len(waiting),
        len(reviewed),
        reviewed[0].deadline if reviewed else None,
        len(unsettled),
        run.month if run else None,
        dead,
    )
