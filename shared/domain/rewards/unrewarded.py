"""Why nobody of a chain is rewarded, where no rule says so (specification: no-group)."""

from shared.domain.programs.program import Program

NO_GROUP, ROUNDS_TO_NOTHING = "no_group", "rounds_to_nothing"


def names_nothing(program: Program, group: str | None) -> bool:
    """Whether an advocate of level 1 has no reward, by the program's levels or their group's id.

    A level of 0 % names a reward, unless a group could name a better one.
    """
    grants = program.grants(group)
    grant = grants[0] if grants else None
    if grant is None:
        return True
    return not (grant.parts or grant.fixed) and least_volume(program) is not None


def least_volume(program: Program) -> int | None:
    """The least volume at which a group has a reward at level 1, in minor units.

    `None` where no group is reached by volume.
    """
    asked = [
        group.min_volume
        for group in program.groups
        if group.min_volume is not None
        and group.levels
        and (group.levels[0].parts or group.levels[0].fixed)
    ]
    return min(asked, default=None)
