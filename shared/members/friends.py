"""An advocate's friends: their names, as the program lets the reader see them, and the sum of their
purchases.
"""

from collections.abc import Sequence

from shared.domain.members.shown_friend import show_friend
from shared.domain.orders.purchases import Purchases
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.referrals import FriendItem, list_friend_items
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading


def list_friends(
    advocate_id: str, currency: str, shown_as: str, limit: int, after: str
) -> tuple[list[dict[str, object]], str | None]:
    """One page of an advocate's friends, ordered by id, and the cursor of the next page; `None`
    after the last page. Raises `InvalidCursor`.

    `shown_as` is the program's `friends_shown_as`.
    """
    friend_items, last = list_friend_items(advocate_id, limit, after)
    return _friend_documents(friend_items, currency, shown_as), last


def _friend_documents(
    friend_items: Sequence[tuple[str, FriendItem]], currency: str, shown_as: str
) -> list[dict[str, object]]:
    reading = Reading()
    reading.fetch(
        *attribution.member_keys(friend_id for friend_id, _ in friend_items),
        *((PurchasesItem, keys.purchases(friend_id)) for friend_id, _ in friend_items),
    )
    documents = []
    for friend_id, item in friend_items:
        friend = attribution.find_member(reading, friend_id)
        bought = reading.item(PurchasesItem, keys.purchases(friend_id))
        volume = referral_volume(purchases_of(friend_id, bought), item, currency)
        documents.append(_friend_document(item, show_friend(friend, shown_as), volume))
    return documents


def _friend_document(item: FriendItem, login: str | None, volume: int) -> dict[str, object]:
    return {
        "referral": item.referral,
        "login": login,
        "state": "ended" if item.ended_at else "open",
        "since": item.made_at,
        "ended_at": item.ended_at,
        "volume": volume,
    }


def referral_volume(purchases: Purchases, item: FriendItem, currency: str) -> int:
    """What the shop kept of a friend's orders under one referral, in minor units; 0 if the friend's
    orders count under another referral.
    """
    return purchases.given.get(currency, 0) if purchases.referral == item.referral else 0
