"""A decision in parts that each fit one transaction (specification: one-transaction)."""

from shared.domain.evaluation.decision import Evaluated, rewards_after

MOST_ROWS = 85
"""Of a transaction of a hundred, for entries and accounts; the rest is for what goes with them."""
DELTA_ROWS, SHIFT_ROWS = 2, 3
"""A delta is an entry and an account, a date shift two entries and an account."""


def first_part(decision: Evaluated) -> Evaluated:
    """As much of a decision as one transaction holds: what is due first, then the dates.

    The rest is the difference that the next evaluation finds. 40 levels with the buyer's own
    rewards fit, so only date shifts are ever left for later.
    """
    free = MOST_ROWS - DELTA_ROWS * len(decision.deltas)
    most = max(0, free // SHIFT_ROWS)
    later = decision.date_shifts[most:]
    if not later:
        return decision
    as_before = [
        shift._replace(reward=shift.reward._replace(available_on=shift.since)) for shift in later
    ]
    rewards = rewards_after(decision.posted.rewards, as_before)
    posted = decision.posted._replace(rewards=rewards)
    return decision._replace(posted=posted, date_shifts=decision.date_shifts[:most])
