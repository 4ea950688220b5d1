"""Members as staff looks for them: by any name exactly, or looked through (decision 102)."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from shared.console.listing import Column, ListPage
from shared.domain.ledger.ledger import Account
from shared.domain.members.code import normal_code
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
    """A member with the credit of the active program's currency; `group` is the id of the one that applies now."""

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
"""Of the file: ids and figures; names and addresses are on the members' own pages."""


def members_of(
    filters: Mapping[str, str], hash_email: Callable[[str], str], limit: int, after: str
) -> ListPage[MemberRow]:
    """Whoever has exactly this id, login, code or e-mail; without a search a part of everybody."""
    program = programs.active_from(programs.active_item(DEFAULT))
    if filters["q"]:
        found, last = (
            [member for member in named(filters["q"], hash_email) if _matches(member, filters)],
            None,
        )
    else:
        wanted = ScanFilter(
            keys.member("").pk, {"group": filters["group"]} if filters["group"] else {}
        )
        found, last = scan_filtered(
            MemberItem, wanted, lambda item: _row_of(item, filters), limit, after
        )
    return ListPage(_with_credit(found, program), last)


def named(name: str, hash_email: Callable[[str], str]) -> list[Member]:
    """By any of the names that lead to one member."""
    reading, code = Reading(), keys.code(normal_code(name))
    pointers = [keys.login(name), *([keys.email(hash_email(name))] if "@" in name else [])]
    reading.fetch(
        (CodeItem, code),
        *((PointerItem, key) for key in pointers),
        *attribution.members_wanted([name]),
    )
    found = [
        item.member
        for item in (
            reading.item(CodeItem, code),
            *(reading.item(PointerItem, key) for key in pointers),
        )
        if item
    ]
    members = [
        member
        for member_id in dict.fromkeys([name, *found])
        if (member := attribution.member(reading, member_id))
    ]
    return list({member.id: member for member in members}.values())


def _row_of(item: MemberItem, filters: Mapping[str, str]) -> Member | None:
    """Another id of somebody is nobody's row."""
    member = None if item.same_as else member_of(item)
    return member if member and _matches(member, filters) else None


def _matches(member: Member, filters: Mapping[str, str]) -> bool:
    return filters["status"] in ("", member.status) and filters["group"] in ("", member.group)


def _with_credit(members: Sequence[Member], program: Program) -> list[MemberRow]:
    reading = Reading()
    places = {member.id: keys.account(member.id, program.currency) for member in members}
    reading.fetch(*((AccountItem, place) for place in places.values()))
    accounts = {
        name: account_of(name, program.currency, reading.item(AccountItem, place))
        for name, place in places.items()
    }
    return [
        MemberRow(member, accounts[member.id], _group(program, member, accounts[member.id]))
        for member in members
    ]


def _group(program: Program, member: Member, account: Account) -> str | None:
    group = program.group(member.group, account.volume)
    return group.id if group else None
