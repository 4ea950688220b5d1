"""Cuts a decision into parts that each fit one transaction (specification: one-transaction)."""

from shared.domain.evaluation.decision import Evaluated, rewards_after

MOST_ROWS = 85
"""The most entries and accounts that one decision writes. A transaction takes 100 items; the others
are needed for the order itself and what belongs to it.
"""
DELTA_ROWS, SHIFT_ROWS = 2, 3
"""Items in a transaction: a delta writes an entry and an account, a date shift one entry more."""


def first_part(decision: Evaluated) -> Evaluated:
    """As much of a decision as one transaction can hold: all deltas, and as many date shifts as
    fit.

    The next evaluation finds the date shifts that were left out. Deltas are never left out, because
    40 levels and the buyer's own rewards fit one transaction.
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
