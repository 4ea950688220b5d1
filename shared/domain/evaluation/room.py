"""The room that is left under `max_per_advocate` (specification: max-per-advocate)."""

from collections.abc import Iterable

from shared.domain.evaluation.posted import FrozenOrder, OpenOrder, PostedState
from shared.domain.programs.program import Program
from shared.domain.programs.window import Cap
from shared.domain.rewards.terms import AdvocateView


def room_left(
    program: Program, before: FrozenOrder, advocates: Iterable[AdvocateView]
) -> dict[str, int]:
    """Each advocate's room under the cap, this order's own rewards not counted as used."""
    cap = program.rules.max_per_advocate
    if cap is None:
        return {}
    own = room_used(cap, before)
    return {
        advocate.member: max(0, cap.amount - advocate.used + own.get(advocate.member, 0))
        for advocate in advocates
    }


def room_used(cap: Cap | None, posted: PostedState) -> dict[str, int]:
    """The room under the cap that one order's rewards use, by advocate.

    What expired unspent was earned, and keeps its room (specification: lapsed).
    """
    if cap is None or isinstance(posted, OpenOrder) or not cap.covers(posted.terms.earned_at):
        return {}
    return {
        member: amount - deducted
        for member, level, _, amount, deducted, *_ in posted.rewards
        if level > 0
    }


def room_changes(
    cap: Cap | None, before: PostedState, after: PostedState
) -> tuple[tuple[str, int], ...]:
    """By how much each advocate's used room changes; advocates without a change are left out."""
    if cap is None:
        return ()
    old, new = room_used(cap, before), room_used(cap, after)
    if not old:
        return tuple(new.items())
    return tuple(
        (member, new.get(member, 0) - old.get(member, 0))
        for member in new | old
        if new.get(member, 0) != old.get(member, 0)
    )
