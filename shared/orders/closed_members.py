"""What a person bought, and used of an advocate's room, as members who were merged into them
(specification: merge).
"""

from collections.abc import Sequence

from shared.domain.members.member import Member
from shared.domain.orders.purchases import Purchases
from shared.domain.programs.window import AdvocateLimit
from shared.store import keys
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.ledger.used_room import window_of, with_room
from shared.store.reading import Reading


def load_purchases(reading: Reading, member: Member) -> list[Purchases]:
    """The purchases of a member, then those of each closed member for whom this one goes on."""
    ids = (member.id, *member.absorbed)
    reading.fetch(*((PurchasesItem, keys.purchases(name)) for name in ids))
    return [purchases_of(name, reading.item(PurchasesItem, keys.purchases(name))) for name in ids]


def load_closed_room(
    reading: Reading, chain: Sequence[Member], currency: str, limit: AdvocateLimit
) -> dict[str, int]:
    """What the closed members used of the room under a limit, by the advocate who goes on for them."""
    closed = [name for advocate in chain for name in advocate.absorbed]
    reading.fetch(*((AccountItem, keys.account(name, currency)) for name in closed))

    def used_by(name: str) -> int:
        account = account_of(
            name, currency, reading.item(AccountItem, keys.account(name, currency))
        )
        return with_room(account, limit).used[window_of(limit)]

    return {one.id: sum(map(used_by, one.absorbed)) for one in chain if one.absorbed}
