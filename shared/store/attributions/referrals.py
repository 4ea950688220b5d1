"""Referrals, open and ended, in the attributions table. Each is stored once, and listed under its
advocate.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text, read_instant
from shared.domain.rewards.terms import Referral
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import Delete, Write
from shared.store.items import ABSENT, AttributionsItem, JsonAttribute


class ReferralItem(AttributionsItem):
    """A referral: advocate, friend and evidence. It is ended, never deleted.

    `take_back` is what still has to be taken back because it ended, in minor units by currency.
    """

    advocate = UnicodeAttribute()
    friend = UnicodeAttribute()
    made_at = UnicodeAttribute()
    evidence: JsonAttribute[dict[str, Any]] = JsonAttribute()
    ended_at = UnicodeAttribute(null=True)
    take_back: JsonAttribute[dict[str, int]] = JsonAttribute(null=True)


class FriendItem(AttributionsItem):
    """A line in an advocate's list of friends. `referral` is the id of the newest referral between
    the two.
    """

    referral = UnicodeAttribute()
    made_at = UnicodeAttribute()
    ended_at = UnicodeAttribute(null=True)


class Edge(NamedTuple):
    """A referral, open or ended. `take_back` is what still has to be taken back because it ended,
    in minor units by currency.
    """

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
        read_instant(item.made_at),
        read_instant(item.ended_at) if item.ended_at else None,
        item.take_back or {},
    )


def put_edge(friend_id: str, referral: Referral, evidence: dict[str, Any]) -> list[Write]:
    """The writes that store a new referral and its line in the advocate's list."""
    made_at = instant_text(referral.made_at)
    edge = ReferralItem(
        *keys.referral(referral.id),
        advocate=referral.advocate,
        friend=friend_id,
        made_at=made_at,
        evidence=evidence,
    )
    line = FriendItem(
        *keys.friend(referral.advocate, friend_id), referral=referral.id, made_at=made_at
    )
    return [Write(edge, ABSENT), Write(line)]


def put_end(
    item: ReferralItem, line: FriendItem | None, at: datetime, take_back: Mapping[str, int]
) -> list[Write]:
    """The writes that end a referral, once. The line in the advocate's list ends too, unless it
    belongs to a newer referral between the two.
    """
    item.ended_at, item.take_back = instant_text(at), dict(take_back) or None
    found = [Write(item, ReferralItem.ended_at.does_not_exist())]
    if line is not None and line.referral == item.pk.partition("#")[2]:
        line.ended_at = item.ended_at
        found.append(Write(line, FriendItem.referral == line.referral))
    return found


def put_take_back(item: ReferralItem, take_back: Mapping[str, int]) -> Write:
    """The write that stores what is still to be taken back after a referral ended. It fails if that
    has changed since it was read.
    """
    unchanged = ReferralItem.take_back == item.take_back
    item.take_back = dict(take_back) or None
    return Write(item, unchanged)


def move_edge(item: ReferralItem, advocate: str) -> Write:
    """The write that gives a referral, open or ended, another advocate: the same person as before."""
    before, item.advocate = item.advocate, advocate
    return Write(item, ReferralItem.advocate == before)


def move_friend_item(
    friend_id: str, item: FriendItem, before: str, advocate: str, known: FriendItem | None
) -> list[Write]:
    """The writes that move a line into another advocate's list, unless a newer line about the same
    friend is there already (`known`).
    """
    old = FriendItem(*keys.friend(before, friend_id))
    gone = Delete(old, FriendItem.referral == item.referral)
    if known is not None and known.made_at > item.made_at:
        return [gone]
    line = FriendItem(
        *keys.friend(advocate, friend_id),
        referral=item.referral,
        made_at=item.made_at,
        ended_at=item.ended_at,
    )
    is_as_read = FriendItem.referral == known.referral if known else ABSENT
    return [gone, Write(line, is_as_read)]


def put_without_value(item: ReferralItem) -> Write:
    """The write that removes the code or token from the evidence of a referral. The evidence keeps
    its kind and time.
    """
    before = item.evidence
    item.evidence = {name: part for name, part in before.items() if name != "value"}
    return Write(item, ReferralItem.evidence == before)


def list_friend_items(
    advocate_id: str, limit: int, after: str = ""
) -> tuple[list[tuple[str, FriendItem]], str | None]:
    """A page of an advocate's friends, sorted by their ids, and the id after which the next page
    begins; `None` after the last page. Raises `InvalidCursor`.
    """
    follows = FriendItem.sk > sort_key(keys.friend(advocate_id, after).sk) if after else None
    partition = keys.friend(advocate_id, "").pk
    rows = [
        (item.sk.partition("#")[2], item)
        for item in FriendItem.query(partition, follows, consistent_read=True, limit=limit + 1)
    ]
    page = rows[:limit]
    return page, page[-1][0] if len(rows) > limit else None
