"""What an advocate sees first: their group and the way to the next one, what they share, and when
credit becomes available.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import REWARD_SHAPE
from shared.settings import ShopSettings


class GroupProgress(NamedTuple):
    """Where an advocate stands among the groups of the program.

    `reward` is what a friend's order earns them at level 1, with `percent` and `fixed` as in a
    program document; `None` where the program names nothing. They reach the group `next` when
    their volume has grown by `to_go`, in minor units.
    """

    group: Group | None
    reward: Mapping[str, object] | None
    volume: int
    next: Group | None
    to_go: int


def measure_progress(program: Program, member: Member, account: Account) -> GroupProgress:
    """No group is next for a member whom staff assigned to one: volume does not move them."""
    group = program.group(member.group, account.volume)
    next_group, to_go = None, 0
    if not (group and group.assigned):
        next_group, to_go = _find_next_group(program, account.volume)
    grant = program.reward_at(1, group)
    reward = {"percent": None, "fixed": None} | REWARD_SHAPE.write(grant) if grant else None
    return GroupProgress(group, reward, account.volume, next_group, to_go)


def _find_next_group(program: Program, volume: int) -> tuple[Group | None, int]:
    """The nearest group above a volume, and how far away it is; `(None, 0)` above the highest."""
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
    """The page that shows a friend the offer; `None` where the member cannot share anything."""
    return _own_url("c", member)


def link_url(member: Member) -> str | None:
    """The link that leads a friend straight to the shop; `None` as with `invitation_url`."""
    return _own_url("r", member)


def _own_url(folder: str, member: Member) -> str | None:
    if not member.code or member.blocked:
        return None
    return f"{ShopSettings.load().base_url}/{folder}/{member.code}"


def sort_by_date(pending: Mapping[datetime | None, int]) -> list[tuple[datetime | None, int]]:
    """Amounts by the date when they become available; what is under review has none and is last."""
    dated = sorted((date, amount) for date, amount in pending.items() if date is not None)
    return [*dated, *((None, amount) for date, amount in pending.items() if date is None)]
