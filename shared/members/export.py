"""Everything that is stored about a person, page by page (decision 43)."""

from typing import Any

from shared.domain.members.member import Member
from shared.members.erasure import list_browser_tokens
from shared.store import keys, personal_data
from shared.store.attributions.links import VisitorItem
from shared.store.own_data import read_own_part
from shared.store.reading import Reading

type StoredItem = dict[str, Any]
"""An item of a table in plain JSON."""


def export_page(member: Member, after: str) -> tuple[list[StoredItem], str | None]:
    """One page of stored items and the cursor of the next page, `None` on the last. The first page
    also contains the member's clicks. Raises `InvalidCursor`.
    """
    items, last = personal_data.list_personal_items(member, after)
    return items if after else [*_list_clicks(member), *items], last


def export_own_part(member: Member, after: str) -> tuple[list[StoredItem], str | None]:
    """One part of the items for the member, and the cursor of the next part, `None` on the last.
    Unlike the cursor of `export_page`, this one contains no key of another member's item. Raises
    `InvalidCursor`.
    """
    items, last = read_own_part(member, after)
    return items if after else [*_list_clicks(member), *items], last


def _list_clicks(member: Member) -> list[StoredItem]:
    """The clicks of the member's browsers. They are stored by `ref_token`, not by member."""
    reading = Reading()
    visitors = (
        reading.item(VisitorItem, keys.visitor(token))
        for token in list_browser_tokens(reading, member)
    )
    return [personal_data.spell_out(item.serialize()) for item in visitors if item]
