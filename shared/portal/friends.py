"""Each friend's progress, and why a friend has not earned the advocate anything yet.

The progress is derived from the friend's first orders. The advocate sees neither amounts nor dates
of these orders.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.decision import EVALUATED
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.instants import read_instant
from shared.domain.members.member import Member
from shared.domain.members.shown_friend import show_friend
from shared.domain.orders.purchases import Purchases
from shared.members.friends import referral_volume
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.referrals import FriendItem, list_friend_items
from shared.store.ledger.orders import KnownOrder, OrderItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.reading import Reading

ENDED, BOUGHT, SIGNED_UP, ORDERED = "ended", "bought", "signed_up", "ordered"


class FriendProgress(NamedTuple):
    """The progress of one friend.

    * `login`: the friend's name, shown as the program says.
    * `since`: when the referral was made.
    * `state`: `ENDED`, `BOUGHT`, `SIGNED_UP` or `ORDERED`, or the code of the refusal for which the
      friend's newest order earned the advocate nothing.
    * `volume`: what the shop kept of the friend's purchases, in minor units.
    """

    login: str | None
    since: datetime
    state: str
    volume: int


class LoadedFriend(NamedTuple):
    """A friend as staff may see them. `state` and `volume` are those of `FriendProgress`.

    `id` is the friend's internal id; `member` is `None` if there is no such member any more.
    """

    id: str
    member: Member | None
    item: FriendItem
    state: str
    volume: int


def load_friends(
    advocate_id: str, currency: str, limit: int, after: str
) -> tuple[list[LoadedFriend], str | None]:
    """A page of an advocate's friends, ordered by id, and the cursor of the next page.

    Costs three round trips, however many friends are on the page.
    """
    friend_items, last = list_friend_items(advocate_id, limit, after)
    reading = Reading()
    purchases = _load_purchases(reading, [friend_id for friend_id, _ in friend_items])
    friends = []
    for friend_id, item in friend_items:
        volume = referral_volume(purchases[friend_id], item, currency)
        orders = _first_orders(reading, purchases[friend_id])
        state = ENDED if item.ended_at else derive_friend_state(advocate_id, volume, orders)
        friend = attribution.find_member(reading, friend_id)
        friends.append(LoadedFriend(friend_id, friend, item, state, volume))
    return friends, last


def list_friend_progress(
    advocate_id: str, currency: str, shown_as: str, limit: int, after: str
) -> tuple[list[FriendProgress], str | None]:
    """A page of an advocate's friends as the advocate sees them, and the cursor of the next page."""
    friends, last = load_friends(advocate_id, currency, limit, after)
    return [
        FriendProgress(
            show_friend(friend.member, shown_as),
            read_instant(friend.item.made_at),
            friend.state,
            friend.volume,
        )
        for friend in friends
    ], last


def _load_purchases(reading: Reading, friend_ids: Sequence[str]) -> dict[str, Purchases]:
    """What each friend bought. The friends' members and first orders are fetched into `reading`
    too.
    """
    reading.fetch(
        *attribution.member_keys(friend_ids),
        *((PurchasesItem, keys.purchases(friend_id)) for friend_id in friend_ids),
    )
    purchases = {
        friend_id: purchases_of(friend_id, reading.item(PurchasesItem, keys.purchases(friend_id)))
        for friend_id in friend_ids
    }
    placed = [placed for bought in purchases.values() for placed in bought.earliest]
    reading.fetch(*((OrderItem, keys.order(first.order)) for first in placed))
    return purchases


def _first_orders(reading: Reading, purchases: Purchases) -> Iterator[KnownOrder]:
    for placed in purchases.earliest:
        order = known_of(placed.order, reading.item(OrderItem, keys.order(placed.order)))
        if order:
            yield order


def derive_friend_state(advocate_id: str, volume: int, orders: Iterable[KnownOrder]) -> str:
    """The state of a friend with an open referral: `BOUGHT` if there is a `volume`. If not, the
    last of the friend's first `orders` decides (the oldest comes first); `SIGNED_UP` if there is
    none.
    """
    if volume:
        return BOUGHT
    state = SIGNED_UP
    for order in orders:
        state = _find_refusal(advocate_id, order) or ORDERED
    return state


def _find_refusal(advocate_id: str, order: KnownOrder) -> str | None:
    """The code of the refusal of the advocate's own reward for an order; `None` if it was not
    refused.
    """
    posted = order.posted if order.state == EVALUATED else None
    chain = posted.terms.chain if isinstance(posted, FrozenOrder) else ()
    levels = [level for level, advocate in enumerate(chain, 1) if advocate.member == advocate_id]
    return next((code for code, level in order.refused if level in levels), None)
