"""Friend and advocate of an order under review, side by side, and what each fraud signal saw."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.instants import read_instant
from shared.domain.ledger.ledger import Account
from shared.domain.members.evidence import REF_TOKEN
from shared.domain.members.member import Member
from shared.domain.orders.fraud_signals import BuyerTraces, busiest_hour
from shared.domain.orders.purchases import Purchases
from shared.orders import attribution
from shared.orders.deductions import EarnedOrder
from shared.store import keys
from shared.store.attributions import sign_ups
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.orders import KnownOrder
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading


class ReviewedPerson(NamedTuple):
    """One of the two people in a review. `browsers` and `payments` are the numbers of browsers and
    of cards or accounts that we know of this person.
    """

    member: Member
    account: Account
    purchases: Purchases
    browsers: int
    payments: int


class SignalEvidence(NamedTuple):
    """The facts that staff sees beside the fraud signals of an order.

    * `payments`, `browsers`: fingerprints and tokens that both people have.
    * `clicked_at`: the click that led to the order; `wait` is the time from it to the order.
    * `sign_ups`: the most sign-ups with the advocate in an hour around the friend's.
    """

    payments: Sequence[str]
    browsers: Sequence[str]
    clicked_at: datetime | None
    wait: timedelta | None
    sign_ups: int


class ReviewedPair(NamedTuple):
    """Friend and advocate of an order under review; `None` for one who is no member any more."""

    friend: ReviewedPerson | None
    advocate: ReviewedPerson | None
    evidence: SignalEvidence


def load_pair(order: EarnedOrder) -> ReviewedPair:
    """Friend and advocate of an order under review. Costs three requests to the tables."""
    terms, currency = order.posted.terms, order.program.currency
    ids = [terms.buyer or "", terms.chain[0].member]
    reading = Reading()
    reading.fetch(
        *attribution.member_keys(ids),
        *((PurchasesItem, keys.purchases(name)) for name in ids),
        *((AccountItem, keys.account(name, currency)) for name in ids),
    )
    friend, advocate = (_person(reading, name, currency) for name in ids)
    return ReviewedPair(friend, advocate, _evidence(reading, order.known, ids))


def _person(reading: Reading, member_id: str, currency: str) -> ReviewedPerson | None:
    member = attribution.find_member(reading, member_id)
    if member is None:
        return None
    purchases = purchases_of(member_id, reading.item(PurchasesItem, keys.purchases(member_id)))
    account_item = reading.item(AccountItem, keys.account(member_id, currency))
    traces = _traces(reading, member_id)
    return ReviewedPerson(
        member,
        account_of(member_id, currency, account_item),
        purchases,
        len(traces.browsers),
        len(traces.payments),
    )


def _traces(reading: Reading, member_id: str) -> BuyerTraces:
    """The browsers with which a member signed up or ordered, and the cards they paid with."""
    member = attribution.find_member(reading, member_id)
    traces = purchases_of(member_id, reading.item(PurchasesItem, keys.purchases(member_id))).traces
    browsers = (*(member.browsers if member else ()), *traces.browsers)
    return BuyerTraces(tuple(dict.fromkeys(browsers)), traces.payments)


def _evidence(reading: Reading, known: KnownOrder, ids: Sequence[str]) -> SignalEvidence:
    friend, advocate = (_traces(reading, name) for name in ids)
    friend = friend.seen(known.order.ref_token, known.order.payment)
    clicked_at, placed_at = _last_click(reading, known, ids[0]), known.order.first_seen
    return SignalEvidence(
        [one for one in friend.payments if one in advocate.payments],
        [one for one in friend.browsers if one in advocate.browsers],
        clicked_at,
        placed_at - clicked_at if clicked_at and placed_at else None,
        _count_sign_ups(reading, ids),
    )


def _last_click(reading: Reading, known: KnownOrder, friend_id: str) -> datetime | None:
    clicks = [
        read_instant(piece["at"])
        for piece in known.evidence
        if piece.get("kind") == REF_TOKEN and piece.get("at")
    ]
    friend = attribution.find_member(reading, friend_id)
    if friend and friend.referral and friend.referral.clicked_at:
        clicks.append(friend.referral.clicked_at)
    return max(clicks, default=None)


def _count_sign_ups(reading: Reading, ids: Sequence[str]) -> int:
    friend = attribution.find_member(reading, ids[0])
    if friend is None or friend.referral is None:
        return 0
    referral = friend.referral
    return busiest_hour(sign_ups.list_sign_ups_around(friend.id, referral), referral.made_at)
