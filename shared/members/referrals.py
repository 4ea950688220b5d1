"""Referrals by hand: staff makes an edge, and ends one (design, section 7)."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.program import LONGEST_CHAIN
from shared.domain.rewards.reward import Referral
from shared.domain.staff_action import StaffAction
from shared.members.referral_clawback import Accounts, orders_over, still_there, take_some, unspent
from shared.orders import attribution
from shared.problem import Conflict, NotFound
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.members import FriendItem, PointerItem, ReferralItem
from shared.store.attributions.referrals import Edge, edge_of, put_end, put_left
from shared.store.engine import Write
from shared.store.ledger.accounts import AccountItem, account_of, put_account
from shared.store.ledger.purchases import PurchasesItem, purchases_of, put_purchases
from shared.store.programs.audit_log import put_audit_line
from shared.store.reading import Reading

BY_STAFF = "staff"
NOTHING, UNSPENT = "nothing", "unspent"


class LoginPair(NamedTuple):
    """Two members by their logins."""

    advocate_login: str
    friend_login: str


def refer(pair: LoginPair, act: StaffAction) -> Edge:
    """A new edge. Raises `InvalidDocument` for a login nobody has, `Conflict` for an edge that may not be."""
    return engine.retrying(lambda: _refer(pair, act))


def _refer(pair: LoginPair, act: StaffAction) -> Edge:
    reading = Reading()
    advocate, friend = _named(reading, pair)
    line = [advocate, *attribution.line_above(reading, advocate)]
    _check(friend, line)

    referral = Referral(secrets.token_urlsafe(12), advocate.id, act.at, by_staff=True)
    upline = tuple(member.id for member in line[:LONGEST_CHAIN])
    after = replace(
        friend, referral=referral, upline=upline, signed_up_at=friend.signed_up_at or act.at
    )

    made = members.put_edge(friend.id, referral, {"kind": BY_STAFF, "advocate": advocate.id})
    told = put_audit_line(act, _subject(referral.id, advocate, friend), None, {"state": "open"})
    engine.write([members.put_member(after), *attribution.line_as_read(line), *made, told])
    return Edge(referral.id, advocate.id, friend.id, act.at)


def _named(reading: Reading, pair: LoginPair) -> tuple[Member, Member]:
    reading.fetch(*((PointerItem, keys.login(name)) for name in pair))
    pointers = {
        field: reading.item(PointerItem, keys.login(name)) for field, name in pair._asdict().items()
    }
    unknown = [
        FieldError(field, "is no member's login; correct it")
        for field, pointer in pointers.items()
        if pointer is None
    ]
    if unknown:
        raise InvalidDocument(unknown)
    reading.fetch(*attribution.members_wanted(pointer.member for pointer in pointers.values()))
    return tuple(attribution.member(reading, pointer.member) for pointer in pointers.values())


def _check(friend: Member, line: list[Member]) -> None:
    """`line` is the advocate and everybody above."""
    advocate = line[0]
    if friend.id == advocate.id or (friend.email_hash and friend.email_hash == advocate.email_hash):
        raise Conflict("self_referral", "Advocate and friend are the same person.")
    if friend.referral:
        raise Conflict(
            "second_advocate",
            "The friend has an advocate; end that referral first.",
            referral=friend.referral.id,
        )
    if friend.id in (member.id for member in line):
        raise Conflict(
            "circle", "The friend stands above the advocate; this referral would close a circle."
        )


def end(referral_id: str, take_back: str, act: StaffAction) -> Edge:
    """The edge end-dated. Raises `NotFound`. Ended again, it goes on with what it still had to take, and nothing else."""
    engine.retrying(lambda: _end(referral_id, take_back, act))
    go_on(referral_id, act.at)
    return edge_of(referral_id, Reading().item(ReferralItem, keys.referral(referral_id)))


def _end(referral_id: str, take_back: str, act: StaffAction) -> None:
    reading = Reading()
    item = reading.item(ReferralItem, keys.referral(referral_id))
    edge = edge_of(referral_id, item)
    if edge is None:
        raise unknown_referral()
    if edge.ended_at:
        return
    friend, purchases, line = _friend_of(reading, edge)
    orders = orders_over(edge) if take_back == UNSPENT else []
    accounts = _accounts(
        reading, edge, {order.program.currency for order in orders} | purchases.given.keys()
    )

    takes = unspent(orders, edge, accounts, act.at)
    after, taken, left = take_some(orders, edge, accounts, takes, act.at)
    after = _without_volume(after, edge, purchases)

    advocate = attribution.member(reading, edge.advocate)
    told = put_audit_line(
        act,
        _subject(edge.id, advocate, friend),
        {"state": "open"},
        {"state": "ended", "taken_back": takes},
    )
    ended = [
        *put_end(item, line, act.at, left),
        put_purchases(purchases.without(edge.id)),
        *_unbound(friend, edge),
    ]
    engine.write([*ended, *taken, *_changed(accounts, after), told])


def _friend_of(reading: Reading, edge: Edge) -> tuple[Member, Purchases, FriendItem | None]:
    """The friend, what they bought, and their line in the advocate's list."""
    line, bought = keys.friend(edge.advocate, edge.friend), keys.purchases(edge.friend)
    reading.fetch(
        (FriendItem, line),
        (PurchasesItem, bought),
        *attribution.members_wanted((edge.friend, edge.advocate)),
    )
    purchases = purchases_of(edge.friend, reading.item(PurchasesItem, bought))
    return attribution.member(reading, edge.friend), purchases, reading.item(FriendItem, line)


def _accounts(reading: Reading, edge: Edge, currencies: Iterable[str]) -> dict[str, Account]:
    """The advocate's, by currency."""
    places = {name: keys.account(edge.advocate, name) for name in currencies}
    reading.fetch(*((AccountItem, place) for place in places.values()))
    return {
        name: account_of(edge.advocate, name, reading.item(AccountItem, place))
        for name, place in places.items()
    }


def _changed(before: Accounts, after: Accounts) -> list[Write]:
    return [
        put_account(account) for currency, account in after.items() if account != before[currency]
    ]


def _without_volume(accounts: Accounts, edge: Edge, purchases: Purchases) -> dict[str, Account]:
    """What the friend bought counts for the advocate no more."""
    given = purchases.given if purchases.referral == edge.id else {}
    return {
        name: replace(account, volume=account.volume - given.get(name, 0))
        for name, account in accounts.items()
    }


def _unbound(friend: Member, edge: Edge) -> list[Write]:
    bound = friend.referral is not None and friend.referral.id == edge.id
    return [members.put_member(replace(friend, referral=None, upline=()))] if bound else []


def go_on(referral_id: str, at: datetime) -> None:
    """Take what an ended referral has still to take, as many orders at a time as a transaction holds; done again, it finds nothing."""
    while engine.retrying(lambda: _go_on(referral_id, at)):
        pass


def _go_on(referral_id: str, at: datetime) -> bool:
    """Whether there may be more."""
    reading = Reading()
    item = reading.item(ReferralItem, keys.referral(referral_id))
    edge = edge_of(referral_id, item)
    if edge is None or not edge.take_back:
        return False
    orders = orders_over(edge)
    accounts = _accounts(
        reading, edge, {order.program.currency for order in orders} | edge.take_back.keys()
    )

    takes = still_there(edge.take_back, accounts, at)
    after, taken, left = take_some(orders, edge, accounts, takes, at)

    engine.write([put_left(item, left), *taken, *_changed(accounts, after)])
    return bool(left)


def _subject(referral_id: str, advocate: Member, friend: Member) -> dict:
    return {"referral": referral_id, "advocate": advocate.public_id, "friend": friend.public_id}


class ReferralEnding(NamedTuple):
    """What the end of a referral would change: who, the volume that the advocate loses, and what `unspent` would take; by currency."""

    edge: Edge
    advocate: Member
    friend: Member
    volume: Mapping[str, int]
    unspent: Mapping[str, int]


def ending(referral_id: str, at: datetime) -> ReferralEnding:
    """As it would be now; nothing is written. Raises `NotFound`."""
    reading = Reading()
    edge = edge_of(referral_id, reading.item(ReferralItem, keys.referral(referral_id)))
    if edge is None:
        raise unknown_referral()
    friend, purchases, _ = _friend_of(reading, edge)
    given = purchases.given if purchases.referral == edge.id else {}
    orders = orders_over(edge)
    accounts = _accounts(reading, edge, {order.program.currency for order in orders} | given.keys())
    return ReferralEnding(
        edge,
        attribution.member(reading, edge.advocate),
        friend,
        given,
        unspent(orders, edge, accounts, at),
    )


def unknown_referral() -> NotFound:
    return NotFound(
        "unknown_referral",
        "There is no such referral; GET /v1/members/{id}/friends lists those of an advocate.",
    )
