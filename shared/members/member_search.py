"""The conditions of a list of members, and finding members by a whole id, login, code or e-mail
address.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from shared.domain.document import LONGEST_TEXT, FieldError, InvalidDocument
from shared.domain.members.code import normalize_code
from shared.domain.members.member import MERGED
from shared.domain.programs.program import Program
from shared.store import keys
from shared.store.attributions.directory import ERASED, GUEST, JOINED, SORTS
from shared.store.attributions.links import CodeItem
from shared.store.attributions.members import MemberItem, PointerItem
from shared.store.engine import ItemRequest
from shared.store.reading import Reading

STATUSES = ("active", "blocked", GUEST, MERGED, ERASED)
type HashEmail = Callable[[str], str]


class MemberSearch(NamedTuple):
    """The conditions of a list. An empty text is no condition."""

    query: str = ""
    group: str = ""
    status: str = ""
    sort: str = JOINED


def check_search(search: MemberSearch, program: Program) -> None:
    """Raises `InvalidDocument` for an unknown sort, status or group."""
    offered = {
        "sort": (search.sort, SORTS),
        "status": (search.status, ("", *STATUSES)),
        "group": (search.group, ("", *(group.id for group in program.groups))),
    }
    faults = [
        FieldError(name, f"must be one of: {', '.join(filter(None, values)) or 'none so far'}")
        for name, (value, values) in offered.items()
        if value not in values
    ]
    if faults:
        raise InvalidDocument(faults)


def names_to_read(query: str, hash_email: HashEmail) -> list[ItemRequest]:
    """The items that find a member, also a guest, if the query is a whole id, login, code or e-mail
    address. Raises `InvalidDocument` if the query is too long.
    """
    if len(query) > LONGEST_TEXT:
        raise InvalidDocument([FieldError("query", f"must be at most {LONGEST_TEXT} characters")])
    found: list[ItemRequest] = [
        (MemberItem, keys.member(query)),
        (PointerItem, keys.login(query)),
        (CodeItem, keys.code(normalize_code(query))),
    ]
    return [*found, (PointerItem, keys.email(hash_email(query)))] if "@" in query else found


def ids_named(reading: Reading, query: str, named: Iterable[ItemRequest]) -> list[str]:
    """The ids of the members that the items in `named` (from `names_to_read`) belong to, each once."""
    ids: list[str] = []
    for kind, key in named:
        item = reading.item(kind, key)
        if isinstance(item, MemberItem):
            ids.append(item.same_as or query)
        elif isinstance(item, PointerItem | CodeItem):
            ids.append(item.member)
    return list(dict.fromkeys(ids))
