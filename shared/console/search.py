"""One search for members and orders, by any name or id."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shared.console.orders import OrderRow, find_order_rows, order_requests
from shared.console.site import path_segment
from shared.members.directory import ListedMember, list_members
from shared.members.member_search import MemberSearch, names_to_read
from shared.store import keys
from shared.store.engine import ItemRequest
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading

MOST_SHOWN = 10


class Found(NamedTuple):
    """The first members that a text finds, whether there are more, and the orders that it finds."""

    members: Sequence[ListedMember] = ()
    more: bool = False
    orders: Sequence[OrderRow] = ()

    @property
    def only(self) -> str | None:
        """The address of the only result; `None` if there are no or several results."""
        if len(self.members) + len(self.orders) != 1 or self.more:
            return None
        if self.orders:
            return f"/console/orders/{path_segment(self.orders[0].order.order.id)}"
        return f"/console/members/{path_segment(self.members[0].member.public_id)}"


def search_everything(query: str, hash_email: Callable[[str], str]) -> Found:
    """The members and orders that a text finds. Raises `InvalidDocument` if it is too long."""
    if not query:
        return Found()
    reading = Reading()
    program: ItemRequest = (ProgramItem, keys.active_program(DEFAULT))
    reading.fetch(program, *names_to_read(query, hash_email), *order_requests(query))
    members = list_members(MemberSearch(query), hash_email, MOST_SHOWN, reading=reading)
    return Found(members.members, members.last is not None, find_order_rows(query, reading))
