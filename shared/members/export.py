"""Everything that is kept of a person, in as many pages as it takes (decision 43)."""

from shared.domain.members.member import Member
from shared.members.erasure import tokens_of
from shared.store import keys, personal_data
from shared.store.attributions.links import VisitorItem
from shared.store.reading import Reading


def export_page(member: Member, after: str) -> tuple[list[dict], str | None]:
    """A page of what is kept, and where the next begins; the first tells the links that they followed, too."""
    items, last = personal_data.held(member, after)
    return items if after else [*_clicks(member), *items], last


def whole_export(member: Member) -> list[dict]:
    """Every page of it: where the next one begins is a key of somebody else, which a member is not told. Raises `OutOfTime`."""
    items, last = export_page(member, "")
    while last:
        more, last = export_page(member, last)
        items += more
    return items


def _clicks(member: Member) -> list[dict]:
    """Links that the person followed; they are kept by the browser's token, not by the member."""
    reading = Reading()
    found = (reading.item(VisitorItem, keys.visitor(token)) for token in tokens_of(reading, member))
    return [personal_data.told(item.serialize()) for item in found if item]
