"""When each advocate's friends signed up, in the attributions table, where a program asks for it. They are forgotten after a while."""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute

from shared.domain.instants import parse_instant
from shared.domain.orders.fraud_signals import HOUR
from shared.domain.rewards.reward import Referral
from shared.store import keys
from shared.store.engine import AttributionsItem, Write

KEPT_DAYS = 400
MOST_LOOKED_AT = 2_000


class SignUpItem(AttributionsItem):
    """One sign-up, listed by its instant; `expires_at` (epoch seconds) is the table's time to live."""

    expires_at = NumberAttribute()


def put_sign_up(friend_id: str, referral: Referral) -> Write:
    """That a friend signed up, written with the edge."""
    expires_at = int((referral.made_at + timedelta(days=KEPT_DAYS)).timestamp())
    return Write(
        SignUpItem(
            *keys.sign_up(referral.advocate, f"{_place(referral.made_at)}#{friend_id}"),
            expires_at=expires_at,
        )
    )


def around(advocate_id: str, at: datetime) -> list[datetime]:
    """When friends of an advocate signed up in the hours before and after an instant."""
    between = SignUpItem.sk.between(_place(at - HOUR), _place(at + HOUR))
    rows = SignUpItem.query(
        keys.sign_ups(advocate_id), between, consistent_read=True, limit=MOST_LOOKED_AT
    )
    return [parse_instant(row.sk.partition("#")[0]) for row in rows]


def _place(at: datetime) -> str:
    """Instants whose texts are in their order, whatever part of a second they tell."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
