"""Whom an advocate brought, as the advocate may see it: logins masked, what each bought summed up."""

from collections.abc import Sequence

from shared.domain.members.member import Member
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.members import FriendItem
from shared.store.attributions.referrals import friends
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading

MASK = "***"


def friends_page(
    advocate_id: str, currency: str, limit: int, after: str
) -> tuple[list[dict], str | None]:
    """A page of an advocate's friends by their ids, and where the next page begins."""
    rows, last = friends(advocate_id, limit, after)
    return _shown(rows, currency), last


def _shown(rows: Sequence[tuple[str, FriendItem]], currency: str) -> list[dict]:
    reading = Reading()
    reading.fetch(
        *attribution.members_wanted(name for name, _ in rows),
        *((PurchasesItem, keys.purchases(name)) for name, _ in rows),
    )
    return [
        _row(line, attribution.member(reading, name), _volume(reading, name, line, currency))
        for name, line in rows
    ]


def _row(line: FriendItem, friend: Member | None, volume: int) -> dict:
    return {
        "referral": line.referral,
        "login": masked(friend.login if friend else None),
        "state": "ended" if line.ended_at else "open",
        "since": line.made_at,
        "ended_at": line.ended_at,
        "volume": volume,
    }


def _volume(reading: Reading, friend_id: str, line: FriendItem, currency: str) -> int:
    """What is kept of the friend's purchases over this referral."""
    bought = purchases_of(friend_id, reading.item(PurchasesItem, keys.purchases(friend_id)))
    return bought.given.get(currency, 0) if bought.referral == line.referral else 0


def masked(login: str | None) -> str | None:
    """`ines` as `i***s`; of one or two letters nothing is shown, of guests and erased members there is nothing."""
    if login is None:
        return None
    return MASK if len(login) < 3 else f"{login[0]}{MASK}{login[-1]}"
