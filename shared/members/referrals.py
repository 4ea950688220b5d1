"""Staff makes a referral by hand, or ends one (specification: referral-by-hand, referral-end).

An edge is a stored referral: from an advocate to a friend, open or ended.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.reward_fields import LONGEST_CHAIN
from shared.domain.rewards.terms import Referral
from shared.domain.staff_action import StaffAction
from shared.members import referral_clawback
from shared.members.logins import find_login, login_key
from shared.members.profile import require_member, require_stored_member
from shared.members.referral_clawback import (
    Accounts,
    RewardedOrders,
    claw_back_some,
    finish_clawback,
    list_rewarded_orders,
    load_accounts,
    load_orders,
    put_changed_accounts,
    unspent_amounts,
)
from shared.orders import attribution
from shared.problem import Conflict, NotFound
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.referrals import (
    Edge,
    FriendItem,
    ReferralItem,
    edge_of,
    put_edge,
    put_end,
)
from shared.store.engine import Write
from shared.store.ledger.purchases import PurchasesItem, purchases_of, put_purchases
from shared.store.programs.audit_log import put_audit_line
from shared.store.reading import Reading

AT_ONCE = 1
"""After the transaction that ends a referral, the request takes credit back in at most this many
more. The orders queue does what remains.
"""
BY_STAFF = "staff"
ID_BYTES = 12
"""Random bytes in the id of a referral."""
NOTHING, UNSPENT = "nothing", "unspent"


class LoginPair(NamedTuple):
    """Two members by their logins."""

    advocate_login: str
    friend_login: str


class ReferralEndPreview(NamedTuple):
    """What the end of a referral would change, in minor units by currency.

    * `volume`: what the advocate's volume loses.
    * `unspent`: what would be taken back.
    """

    edge: Edge
    advocate: Member
    friend: Member
    volume: Mapping[str, int]
    unspent: Mapping[str, int]


def make_referral(pair: LoginPair, action: StaffAction) -> Edge:
    """Makes the first member the advocate of the second. Returns the new edge.

    Raises `InvalidDocument` for a login that nobody has, and `Conflict` if the two cannot be
    advocate and friend.
    """
    return engine.retrying(lambda: _make(pair, action))


def _make(pair: LoginPair, action: StaffAction) -> Edge:
    reading = Reading()
    advocate, friend = _load_pair(reading, pair)
    chain = [advocate, *attribution.load_upline(reading, advocate)]
    _check(friend, chain)

    referral = Referral(secrets.token_urlsafe(ID_BYTES), advocate.id, action.at, by_staff=True)
    after = replace(
        friend,
        referral=referral,
        upline=tuple(member.id for member in chain[:LONGEST_CHAIN]),
        signed_up_at=friend.signed_up_at or action.at,
    )

    edge_writes = put_edge(friend.id, referral, {"kind": BY_STAFF, "advocate": advocate.id})
    audit_line = put_audit_line(
        action, _subject(referral.id, advocate, friend), None, {"state": "open"}
    )
    upline_check = attribution.put_upline_as_read(chain)
    engine.write([members.put_member(after), *upline_check, *edge_writes, audit_line])
    return Edge(referral.id, advocate.id, friend.id, action.at)


def _load_pair(reading: Reading, pair: LoginPair) -> tuple[Member, Member]:
    """The advocate and the friend. Raises `InvalidDocument` that names each login that nobody has."""
    reading.fetch(*map(login_key, pair))
    found = {field: find_login(reading, login) for field, login in pair._asdict().items()}
    unknown = [
        FieldError(field, "is not a member's login; check the spelling")
        for field, member_id in found.items()
        if member_id is None
    ]
    if unknown:
        raise InvalidDocument(unknown)
    member_ids = [member_id for member_id in found.values() if member_id]
    reading.fetch(*attribution.member_keys(member_ids))
    advocate, friend = (require_member(reading, member_id) for member_id in member_ids)
    return advocate, friend


def _check(friend: Member, chain: Sequence[Member]) -> None:
    """Raises `Conflict` if the two cannot be advocate and friend.

    `chain` is the advocate and everybody above them.
    """
    advocate = chain[0]
    if friend.id == advocate.id or (friend.email_hash and friend.email_hash == advocate.email_hash):
        raise Conflict("self_referral", "Advocate and friend are the same person.")
    if friend.referral:
        raise Conflict(
            "second_advocate",
            "The friend already has an advocate. End that referral first.",
            referral=friend.referral.id,
        )
    if friend.id in (member.id for member in chain):
        raise Conflict(
            "circle",
            "The friend is already above the advocate, so this referral would form a circle.",
        )


def end_referral(referral_id: str, take_back: str, action: StaffAction) -> Edge:
    """Ends a referral and returns its edge. With `take_back` `NOTHING` the advocate keeps all
    credit that the referral earned; with `UNSPENT` the part that is not spent is taken back.

    If the referral has ended already, its end is not changed, and an unfinished clawback is
    continued. One request takes back only a part of many rewards. The orders queue takes back the
    rest: it receives the bus event of the end. Raises `NotFound`.
    """
    engine.retrying(lambda: _end(referral_id, take_back, action))
    finish_clawback(referral_id, action.at, AT_ONCE)
    _, edge = _require_edge(Reading(), referral_id)
    return edge


def _end(referral_id: str, take_back: str, action: StaffAction) -> None:
    reading = Reading()
    item, edge = _require_edge(reading, referral_id)
    if edge.ended_at:
        return
    bound, friend_item = _load_bound(reading, edge)
    volume = _volume(edge, bound)
    rewarded = RewardedOrders([], {})
    if take_back == UNSPENT:
        rewarded = list_rewarded_orders(edge, action.at)
    lots, orders = rewarded.lots, load_orders(Reading(), edge, rewarded.ids)
    accounts = load_accounts(reading, edge, orders, volume)

    takes = unspent_amounts(orders, edge, lots, accounts, action.at)
    first = orders[: referral_clawback.MOST_ORDERS]
    after, clawback_writes, left = claw_back_some(first, edge, lots, accounts, takes, action.at)
    left = left if len(orders) > len(first) else {}
    after = _without_volume(after, volume)

    advocate = require_member(reading, edge.advocate)
    audit_line = put_audit_line(
        action,
        _subject(edge.id, advocate, bound[0].member),
        {"state": "open"},
        {"state": "ended", "taken_back": takes},
    )
    end_writes = [
        *put_end(item, friend_item, action.at, left),
        *(put_purchases(one.purchases.without(edge.id)) for one in bound),
        *(write for one in bound for write in _unbind(one.member, edge)),
    ]
    engine.write(
        [*end_writes, *clawback_writes, *put_changed_accounts(accounts, after), audit_line]
    )


def _require_edge(reading: Reading, referral_id: str) -> tuple[ReferralItem, Edge]:
    """The stored item of a referral, and its edge. Raises `NotFound`."""
    item = reading.item(ReferralItem, keys.referral(referral_id))
    edge = edge_of(referral_id, item)
    if item is None or edge is None:
        raise unknown_referral()
    return item, edge


class BoundFriend(NamedTuple):
    """A member whom a referral binds, and what they bought."""

    member: Member
    purchases: Purchases


def _load_bound(reading: Reading, edge: Edge) -> tuple[list[BoundFriend], FriendItem | None]:
    """The friend, then the members who are the same person and bound by the same referral, and the
    friend's item in the advocate's list.

    The advocate is fetched into `reading` in the same round trip.
    """
    friend_key, purchases_key = keys.friend(edge.advocate, edge.friend), keys.purchases(edge.friend)
    reading.fetch(
        (FriendItem, friend_key),
        (PurchasesItem, purchases_key),
        *attribution.member_keys((edge.friend, edge.advocate)),
    )
    friend = require_stored_member(reading, edge.friend)
    bound = [friend, *_list_continuing(reading, friend, edge)]
    bought = {one.id: reading.item(PurchasesItem, keys.purchases(one.id)) for one in bound}
    found = [BoundFriend(one, purchases_of(one.id, bought[one.id])) for one in bound]
    return found, reading.item(FriendItem, friend_key)


def _list_continuing(reading: Reading, friend: Member, edge: Edge) -> list[Member]:
    """The members for whom the referral of a closed friend goes on (specification: merge)."""
    if not friend.merged_into:
        return []
    kept = require_member(reading, friend.id)
    people = [kept, *(require_stored_member(reading, name) for name in kept.absorbed)]
    return [
        one for one in people if one.id != friend.id and one.referral and one.referral.id == edge.id
    ]


def _volume(edge: Edge, bound: Sequence[BoundFriend]) -> Mapping[str, int]:
    """What the friend's orders added to the advocate's volume under this referral, by currency."""
    volume: Counter[str] = Counter()
    for _, purchases in bound:
        if purchases.referral == edge.id:
            volume.update(purchases.given)
    return volume


def _without_volume(accounts: Accounts, volume: Mapping[str, int]) -> dict[str, Account]:
    return {
        currency: replace(account, volume=account.volume - volume.get(currency, 0))
        for currency, account in accounts.items()
    }


def _unbind(friend: Member, edge: Edge) -> list[Write]:
    """A write that takes the advocate from the friend. Empty if another referral binds the friend
    now.
    """
    if friend.referral is None or friend.referral.id != edge.id:
        return []
    return [members.put_member(replace(friend, referral=None, upline=()))]


def preview_end(referral_id: str, at: datetime) -> ReferralEndPreview:
    """What the end of a referral at an instant would change. Writes nothing. Raises `NotFound`."""
    reading = Reading()
    _, edge = _require_edge(reading, referral_id)
    bound, _ = _load_bound(reading, edge)
    volume = _volume(edge, bound)
    rewarded = list_rewarded_orders(edge, at)
    orders = load_orders(Reading(), edge, rewarded.ids)
    accounts = load_accounts(reading, edge, orders, volume)
    return ReferralEndPreview(
        edge,
        require_member(reading, edge.advocate),
        bound[0].member,
        volume,
        unspent_amounts(orders, edge, rewarded.lots, accounts, at),
    )


def _subject(referral_id: str, advocate: Member, friend: Member) -> dict[str, str]:
    """The subject of the action for the audit log."""
    return {"referral": referral_id, "advocate": advocate.public_id, "friend": friend.public_id}


def unknown_referral() -> NotFound:
    return NotFound(
        "unknown_referral",
        "There is no such referral. GET /v1/members/{id}/friends lists an advocate's referrals.",
    )
