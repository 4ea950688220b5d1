"""Why nobody of a chain is rewarded, where no rule says so (specification: no-group)."""

from collections.abc import Sequence

from shared.domain.money import Grant
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program

NO_GROUP, ROUNDS_TO_NOTHING = "no_group", "rounds_to_nothing"


def names_nothing(program: Program, group: Group | None) -> bool:
    """Whether an advocate of level 1 has no reward, by the program's levels or their group.

    A level of 0 % names a reward, unless a group could name a better one.
    """
    grant = program.reward_at(1, group)
    if grant is None:
        return True
    return not _is_worth(grant) and least_volume(program) is not None


def least_volume(program: Program) -> int | None:
    """The least volume at which a group has a reward at level 1, in minor units.

    `None` where no group is reached by volume.
    """
    asked = [
        group.min_volume
        for group in program.groups
        if group.min_volume is not None and group.levels and _is_worth(group.levels[0])
    ]
    return min(asked, default=None)


def _is_worth(grant: Grant) -> bool:
    return bool(grant.parts or grant.fixed)


def code_of_silence(
    amounts: Sequence[int], refused_levels: Sequence[int | None], code: str | None
) -> str | None:
    """The refusal of a chain that has neither a reward nor a refusal; `code` refuses all of it."""
    if any(amounts) or refused_levels:
        return None
    return code or ROUNDS_TO_NOTHING
