"""The first page of an advocate: their group and the next one, what they share, and when credit
becomes available.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.money import Grant
from shared.domain.programs.credit import LevelCredit
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import REWARD_SHAPE
from shared.settings import ShopSettings


class GroupProgress(NamedTuple):
    """Where an advocate stands among the groups of the program.

    * `reward`: what a friend's order earns the advocate at level 1, with `percent` and `fixed` as
      in a program document; `None` if the program has no such reward.
    * `further`: the levels after it that earn, with the same for each.
    * `own`: what the member's own orders earn; `None` if the program has no such reward.
    * `least`, `most`: the least and the most that one order earns an advocate, in minor units;
      `None` if the program sets no such bound.
    * `next`, `to_go`: the next group, and by how much the volume must grow to reach it, in minor
      units.
    """

    group: Group | None
    reward: Mapping[str, object] | None
    volume: int
    next: Group | None
    to_go: int
    further: Sequence[tuple[int, Mapping[str, object]]] = ()
    own: Mapping[str, object] | None = None
    least: int | None = None
    most: int | None = None


def measure_progress(program: Program, member: Member, account: Account) -> GroupProgress:
    """The progress of a member. A member whom staff assigned to a group has no next group, because
    volume does not move them.
    """
    group = program.group(member.group, account.volume)
    next_group, to_go = None, 0
    if not (group and group.assigned):
        next_group, to_go = _find_next_group(program, account.volume)
    levels: dict[int, Grant | None] = {1: program.reward_at(1, group)}
    if isinstance(program.credit, LevelCredit):
        levels = {level: program.reward_at(level, group) for level in range(1, program.depth() + 1)}
        levels[0] = program.credit.customer
    shown = {level: _shown(grant) for level, grant in levels.items() if grant}
    return GroupProgress(
        group,
        shown.get(1),
        account.volume,
        next_group,
        to_go,
        [(level, grant) for level, grant in shown.items() if level > 1],
        shown.get(0),
        program.rules.min_bonus,
        program.rules.max_bonus,
    )


def _shown(grant: Grant) -> Mapping[str, object]:
    return {"percent": None, "fixed": None} | REWARD_SHAPE.write(grant)


def _find_next_group(program: Program, volume: int) -> tuple[Group | None, int]:
    """The nearest group above a volume and the distance to it; `(None, 0)` if there is no higher
    group.
    """
    above = [
        (group.min_volume, group)
        for group in program.groups
        if group.min_volume is not None and group.min_volume > volume
    ]
    if not above:
        return None, 0
    min_volume, group = min(above, key=lambda volume_and_group: volume_and_group[0])
    return group, min_volume - volume


def invitation_url(member: Member) -> str | None:
    """The address of the page that shows a friend the offer; `None` if the member has no code or is
    blocked.
    """
    return _own_url("c", member)


def link_url(member: Member) -> str | None:
    """The link that leads a friend directly to the shop; `None` if the member has no code or is
    blocked.
    """
    return _own_url("r", member)


def _own_url(folder: str, member: Member) -> str | None:
    if not member.code or member.blocked:
        return None
    return f"{ShopSettings.load().base_url}/{folder}/{member.code}"


def sort_by_date(pending: Mapping[datetime | None, int]) -> list[tuple[datetime | None, int]]:
    """Amounts by the date from which they are available. Credit under review has no date and comes
    last.
    """
    dated = sorted((date, amount) for date, amount in pending.items() if date is not None)
    return [*dated, *((None, amount) for date, amount in pending.items() if date is None)]
