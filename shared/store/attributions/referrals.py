"""Edges as staff and advocates see them, and how they end, in the attributions table."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from shared.domain.instants import instant_text, parse_instant
from shared.store import keys
from shared.store.attributions.members import FriendItem, ReferralItem
from shared.store.cursors import sort_key
from shared.store.engine import Write


class Edge(NamedTuple):
    """A referral, open or ended; `take_back` is what its end has still to take, by currency."""

    id: str
    advocate: str
    friend: str
    made_at: datetime
    ended_at: datetime | None = None
    take_back: Mapping[str, int] = MappingProxyType({})

    @property
    def state(self) -> str:
        return "ended" if self.ended_at else "open"


def edge_of(referral_id: str, item: ReferralItem | None) -> Edge | None:
    if item is None:
        return None
    return Edge(
        referral_id,
        item.advocate,
        item.friend,
        parse_instant(item.made_at),
        _instant(item.ended_at),
        item.take_back or {},
    )


def put_end(
    item: ReferralItem, line: FriendItem | None, at: datetime, left: Mapping[str, int]
) -> list[Write]:
    """The edge as it ends, once, and its line in the advocate's list, unless that tells of a newer edge of the two."""
    item.ended_at, item.take_back = instant_text(at), dict(left) or None
    found = [Write(item, ReferralItem.ended_at.does_not_exist())]
    if line is not None and line.referral == item.pk.partition("#")[2]:
        line.ended_at = item.ended_at
        found.append(Write(line, FriendItem.referral == line.referral))
    return found


def put_left(item: ReferralItem, left: Mapping[str, int]) -> Write:
    """What an ended referral has still to take, where that is what was read."""
    unchanged = ReferralItem.take_back == item.take_back
    item.take_back = dict(left) or None
    return Write(item, unchanged)


def friends(
    advocate_id: str, limit: int, after: str = ""
) -> tuple[list[tuple[str, FriendItem]], str | None]:
    """The friends whom an advocate brought, by their ids, those that follow the id `after`; with them the last id where more follow."""
    follows = FriendItem.sk > sort_key(keys.friend(advocate_id, after).sk) if after else None
    partition = keys.friend(advocate_id, "").pk
    rows = [
        (item.sk.partition("#")[2], item)
        for item in FriendItem.query(partition, follows, consistent_read=True, limit=limit + 1)
    ]
    some = rows[:limit]
    return some, some[-1][0] if len(rows) > limit else None


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None
