"""The times at which an advocate's friends signed up, in the attributions table. Stored only if the
program uses them.
"""

from datetime import datetime, timedelta

from shared.domain.instants import read_instant
from shared.domain.orders.fraud_signals import HOUR
from shared.domain.rewards.terms import Referral
from shared.store import keys
from shared.store.engine import Write
from shared.store.items import AttributionsItem, IntegerAttribute

KEPT_DAYS = 400
MOST_LOOKED_AT = 2_000


class SignUpItem(AttributionsItem):
    """A sign-up, sorted by its instant. The table deletes it after `expires_at` (epoch seconds)."""

    expires_at = IntegerAttribute()


def put_sign_up(friend_id: str, referral: Referral) -> Write:
    """The write that records a friend's sign-up. It belongs in the transaction of the referral."""
    expires_at = int((referral.made_at + timedelta(days=KEPT_DAYS)).timestamp())
    place = _place(friend_id, referral)
    return Write(SignUpItem(*keys.sign_up(referral.advocate, place), expires_at=expires_at))


def list_sign_ups_around(friend_id: str, referral: Referral) -> list[datetime]:
    """The times at which friends of an advocate signed up, from one hour before this referral to one
    hour after it; at most `MOST_LOOKED_AT`, and the friend's own, whether it is stored yet or not.
    """
    at = referral.made_at
    between = SignUpItem.sk.between(_sortable(at - HOUR), _sortable(at + HOUR))
    rows = SignUpItem.query(
        keys.sign_ups(referral.advocate), between, consistent_read=True, limit=MOST_LOOKED_AT
    )
    places = {row.sk for row in rows} | {_place(friend_id, referral)}
    return sorted(read_instant(place.partition("#")[0]) for place in places)


def _place(friend_id: str, referral: Referral) -> str:
    return f"{_sortable(referral.made_at)}#{friend_id}"


def _sortable(at: datetime) -> str:
    """An instant as text of fixed width, so that texts sort like instants."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
