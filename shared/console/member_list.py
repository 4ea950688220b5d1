"""The list of members, as a page and as a file."""

from collections.abc import Callable, Mapping

from shared.console.listing import SORT, Column, RowPage
from shared.members.directory import ListedMember, list_members
from shared.members.member_search import STATUSES, MemberSearch
from shared.store.attributions.directory import JOINED

FILTERS = ("q", "status", "group", SORT)
COLUMNS: list[Column[ListedMember]] = [
    ("id", lambda row: row.member.public_id),
    ("login", lambda row: row.member.login),
    ("status", lambda row: row.member.status),
    ("code", lambda row: row.member.code),
    ("group", lambda row: row.group and row.group.id),
    ("balance_minor", lambda row: row.account.balance),
    ("volume_minor", lambda row: row.account.volume),
    ("currency", lambda row: row.account.currency),
    ("signed_up_at", lambda row: row.member.signed_up_at and row.member.signed_up_at.isoformat()),
]
"""The file contains no names and no addresses; they are on the members' own pages."""


def load_members(
    filters: Mapping[str, str], hash_email: Callable[[str], str], limit: int, after: str = ""
) -> RowPage[ListedMember]:
    """A page of members. Raises `InvalidDocument` for an unknown value of a filter."""
    search = MemberSearch(
        filters["q"], filters["group"], filters["status"], filters[SORT] or JOINED
    )
    found = list_members(search, hash_email, limit, after)
    values = {
        "sort": search.sort,
        "statuses": STATUSES,
        "groups": found.program.groups,
        "zone": found.program.time_zone,
    }
    return RowPage(found.members, found.last, found.total, values)
