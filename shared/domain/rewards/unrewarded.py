"""Explains why nobody in a chain is rewarded although no rule refuses it (specification: no-group)."""

from shared.domain.programs.program import Program

NO_GROUP, ROUNDS_TO_NOTHING = "no_group", "rounds_to_nothing"


def names_nothing(program: Program, group: str | None) -> bool:
    """Whether neither the program's levels nor the group with this id names a reward for level 1.

    A reward of 0 % counts as named, unless the advocate could reach a group with a better one.
    """
    grants = program.grants(group)
    grant = grants[0] if grants else None
    if grant is None:
        return True
    return not (grant.parts or grant.fixed) and least_volume(program) is not None


def least_volume(program: Program) -> int | None:
    """The smallest volume at which a group gives a reward at level 1, in minor units.

    `None` if there is no such group.
    """
    asked = [
        group.min_volume
        for group in program.groups
        if group.min_volume is not None
        and group.levels
        and (group.levels[0].parts or group.levels[0].fixed)
    ]
    return min(asked, default=None)
