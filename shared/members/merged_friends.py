"""Moves the friends of a closed member to the one who goes on: the referrals stay the same, with
their times and evidence, and get another advocate (specification: merge).
"""

from dataclasses import replace
from functools import partial

from shared.domain.members.member import Member
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.orders import attribution
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.referrals import (
    FriendItem,
    ReferralItem,
    list_friend_items,
    move_edge,
    move_friend_item,
)
from shared.store.engine import Write
from shared.store.reading import Reading

AT_ONCE = 20
"""A request moves at most this many friends. The orders queue does what remains."""
MOST_FRIENDS = 200
"""Friends of one page. One invocation has time for that many."""


def move_friends(closed: str, kept: str, most: int) -> bool:
    """Moves at most `most` friends, each in a transaction of its own. Returns whether none is left.
    Safe to repeat.
    """
    found, rest = list_friend_items(closed, most)
    for friend_id, item in found:
        if friend_id == kept:
            continue  # an ended referral between the two: nobody is their own friend
        engine.retrying(partial(_move, friend_id, item, closed, kept))
    return rest is None


def _move(friend_id: str, item: FriendItem, closed: str, kept: str) -> None:
    reading = Reading()
    edge_key, line_key = keys.referral(item.referral), keys.friend(kept, friend_id)
    reading.fetch(
        (ReferralItem, edge_key),
        (FriendItem, line_key),
        *attribution.member_keys([friend_id, kept]),
    )
    writes = move_friend_item(friend_id, item, closed, kept, reading.item(FriendItem, line_key))
    edge = reading.item(ReferralItem, edge_key)
    if edge is not None and edge.advocate == closed:
        writes.append(move_edge(edge, kept))
    advocate = attribution.find_member(reading, kept)
    friend = attribution.find_member(reading, friend_id)
    if friend and advocate:
        writes += _bind(friend, item.referral, advocate)
    engine.write(writes)


def _bind(friend: Member, referral_id: str, advocate: Member) -> list[Write]:
    """A write by which the friend's open referral names the advocate; empty if it is another one."""
    referral = friend.referral
    if referral is None or referral.id != referral_id:
        return []
    after = replace(
        friend,
        referral=referral._replace(advocate=advocate.id),
        upline=(advocate.id, *advocate.upline)[:LONGEST_CHAIN],
    )
    return [members.put_member(after)]
