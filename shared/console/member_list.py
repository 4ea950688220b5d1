"""The list of members: found by one of their names, or looked through (decision 102)."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from shared.console.listing import Column, RowPage
from shared.domain.ledger.ledger import Account
from shared.domain.members.code import normalize_code
from shared.domain.members.member import Member
from shared.domain.programs.program import Program
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.attributions.members import MemberItem, PointerItem, member_of
from shared.store.filtered_scan import ScanFilter, scan_filtered
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT
from shared.store.reading import Reading

STATUSES = ("active", "guest", "blocked", "erased")


class MemberRow(NamedTuple):
    """A member, their account in the active program's currency, and the id of their group."""

    member: Member
    account: Account
    group: str | None


COLUMNS: list[Column[MemberRow]] = [
    ("id", lambda row: row.member.public_id),
    ("login", lambda row: row.member.login),
    ("status", lambda row: row.member.status),
    ("code", lambda row: row.member.code),
    ("group", lambda row: row.group),
    ("balance_minor", lambda row: row.account.balance),
    ("volume_minor", lambda row: row.account.volume),
    ("currency", lambda row: row.account.currency),
    ("signed_up_at", lambda row: row.member.signed_up_at and row.member.signed_up_at.isoformat()),
]
"""The file has no names and no addresses; those stand on the members' own pages."""


def list_members(
    filters: Mapping[str, str], hash_email: Callable[[str], str], limit: int, after: str
) -> RowPage[MemberRow]:
    """Members with the status and the assigned group of the filters.

    With a text in `q` these are the members whose id, login, code or e-mail is exactly that text.
    """
    program = programs.active_program_of(programs.load_active_item(DEFAULT))
    if filters["q"]:
        named = find_members(filters["q"], hash_email)
        matching = [member for member in named if _matches(member, filters)]
        return RowPage(_with_credit(matching, program), None)
    fields = {"group": filters["group"]} if filters["group"] else {}
    members, last = scan_filtered(
        MemberItem,
        ScanFilter(keys.member("").pk, fields),
        lambda item: _member_in(item, filters),
        limit,
        after,
    )
    return RowPage(_with_credit(members, program), last)


def find_members(name: str, hash_email: Callable[[str], str]) -> list[Member]:
    """The members that have this id, login, code or e-mail; each once."""
    reading, code = Reading(), keys.code(normalize_code(name))
    pointers = [keys.login(name), *([keys.email(hash_email(name))] if "@" in name else [])]
    reading.fetch(
        (CodeItem, code),
        *((PointerItem, pointer) for pointer in pointers),
        *attribution.member_keys([name]),
    )
    items = [
        reading.item(CodeItem, code),
        *(reading.item(PointerItem, pointer) for pointer in pointers),
    ]
    ids = dict.fromkeys([name, *(item.member for item in items if item)])
    members = [attribution.find_member(reading, member_id) for member_id in ids]
    return list({member.id: member for member in members if member}.values())


def _member_in(item: MemberItem, filters: Mapping[str, str]) -> Member | None:
    """The member of an item; `None` where it does not match, or is only another id of a member."""
    member = None if item.same_as else member_of(item)
    return member if member and _matches(member, filters) else None


def _matches(member: Member, filters: Mapping[str, str]) -> bool:
    return filters["status"] in ("", member.status) and filters["group"] in ("", member.group)


def _with_credit(members: Sequence[Member], program: Program) -> list[MemberRow]:
    reading = Reading()
    account_keys = {member.id: keys.account(member.id, program.currency) for member in members}
    reading.fetch(*((AccountItem, key) for key in account_keys.values()))
    rows = []
    for member in members:
        item = reading.item(AccountItem, account_keys[member.id])
        account = account_of(member.id, program.currency, item)
        group = program.group(member.group, account.volume)
        rows.append(MemberRow(member, account, group.id if group else None))
    return rows
