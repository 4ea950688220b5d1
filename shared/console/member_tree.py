"""The friends of a member, the friends of these, and so on; and what each level bought."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.domain.members.member import Member
from shared.members.friends import referral_volume
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.referrals import FriendItem, list_friend_items
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading

MOST_LEVELS = 3
MOST_OPENED = 24
"""How many members' friends are read at most; so a tree costs at most this many requests and one
for each level.
"""
MOST_FRIENDS = 50
MOST_AT_ONCE = 8


@dataclass(slots=True)
class TreeMember:
    """A friend in the tree. `volume` is what the shop kept of their purchases, in minor units.

    `opened` says whether the friends below were read; `more` that there are more of them.
    """

    member: Member
    volume: int
    ended_at: str | None
    below: list["TreeMember"] = field(default_factory=list)
    opened: bool = False
    more: bool = False


class LevelSum(NamedTuple):
    """How many members of the tree are on a level, and what they bought, in minor units."""

    level: int
    members: int
    volume: int


class MemberTree(NamedTuple):
    """The friends of a member. `whole` is false if there are members whom the tree leaves out."""

    below: Sequence[TreeMember]
    levels: Sequence[LevelSum]
    whole: bool


def load_tree(member: Member, currency: str) -> MemberTree:
    """The tree below a member: at most `MOST_LEVELS` levels, and the friends of at most
    `MOST_OPENED` members, those of the nearest levels first.
    """
    root = TreeMember(member, 0, None)
    level, opened, sums = [root], 0, []
    for number in range(1, MOST_LEVELS + 1):
        wanted = level[: MOST_OPENED - opened]
        _open(wanted, currency)
        opened += len(wanted)
        level = [friend for one in wanted for friend in one.below]
        if level:
            sums.append(LevelSum(number, len(level), sum(friend.volume for friend in level)))
    return MemberTree(root.below, sums, _is_whole(root, MOST_LEVELS))


def _is_whole(one: TreeMember, depth: int) -> bool:
    """Whether everybody above the last level was opened and none has more friends."""
    if not depth:
        return True
    return one.opened and not one.more and all(_is_whole(below, depth - 1) for below in one.below)


def _open(members: Sequence[TreeMember], currency: str) -> None:
    """Reads the friends of members, all at once."""
    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        ids = [one.member.id for one in members]
        pages = list(threads.map(lambda name: list_friend_items(name, MOST_FRIENDS), ids))
    reading = Reading()
    friends = [name for items, _ in pages for name, _ in items]
    reading.fetch(
        *attribution.member_keys(friends),
        *((PurchasesItem, keys.purchases(name)) for name in friends),
    )
    for one, (items, last) in zip(members, pages, strict=True):
        one.opened, one.more = True, last is not None
        loaded = (_friend(reading, name, item, currency) for name, item in items)
        one.below = sorted((friend for friend in loaded if friend), key=lambda it: -it.volume)


def _friend(reading: Reading, friend_id: str, item: FriendItem, currency: str) -> TreeMember | None:
    member = attribution.find_member(reading, friend_id)
    if member is None:
        return None
    found = reading.item(PurchasesItem, keys.purchases(friend_id))
    volume = referral_volume(purchases_of(friend_id, found), item, currency)
    return TreeMember(member, volume, item.ended_at)
