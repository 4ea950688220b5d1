"""Everything that is stored about a person, page by page (decision 43)."""

from shared.domain.members.member import Member
from shared.members.erasure import tokens_of
from shared.store import keys, personal_data
from shared.store.attributions.links import VisitorItem
from shared.store.reading import Reading


def export_page(member: Member, after: str) -> tuple[list[dict], str | None]:
    """One page of stored items and the cursor of the next; the first page also has the clicks."""
    items, last = personal_data.list_personal_items(member, after)
    return items if after else [*_clicks(member), *items], last


def whole_export(member: Member) -> list[dict]:
    """All pages at once, for a member: a cursor may hold somebody else's key. Raises `OutOfTime`."""
    items, last = export_page(member, "")
    while last:
        more, last = export_page(member, last)
        items += more
    return items


def _clicks(member: Member) -> list[dict]:
    """The clicks of the person's browsers; they are stored by `ref_token`, not by member."""
    reading = Reading()
    visitors = (
        reading.item(VisitorItem, keys.visitor(token)) for token in tokens_of(reading, member)
    )
    return [personal_data.spell_out(item.serialize()) for item in visitors if item]
