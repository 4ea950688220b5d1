"""Who is in which group, and who would move if the thresholds were others; nothing is changed by looking."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from shared.console.listing import Column, ListPage
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.money import minor_units
from shared.domain.programs.program import Group, Program
from shared.orders import attribution
from shared.store import keys
from shared.store.filtered_scan import ScanFilter, scan_filtered
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.reading import Reading

MOVING = "moving"


class AdvocateRow(NamedTuple):
    """An advocate with their volume, the group that applies now and the one that would under the thresholds tried."""

    member: Member
    account: Account
    now: Group | None
    then: Group | None


COLUMNS: list[Column[AdvocateRow]] = [
    ("id", lambda row: row.member.public_id),
    ("login", lambda row: row.member.login),
    ("volume_minor", lambda row: row.account.volume),
    ("group", lambda row: row.now and row.now.id),
    ("would_be", lambda row: row.then and row.then.id),
]


def field_of(group: Group) -> str:
    """The name of the field in which another threshold of a group is tried."""
    return f"from-{group.id}"


def tried(program: Program, filters: Mapping[str, str]) -> Program:
    """The program with the thresholds of the address, in major units; raises `InvalidDocument`."""
    return replace(
        program,
        groups=tuple(
            _tried(program, group, filters.get(field_of(group), "")) for group in program.groups
        ),
    )


def _tried(program: Program, group: Group, text: str) -> Group:
    if not text:
        return group
    try:
        return replace(group, min_volume=minor_units(text.replace(",", "."), program.currency))
    except ValueError:
        raise InvalidDocument(
            [FieldError(field_of(group), f"must be an amount in {program.currency}, such as 1000")]
        ) from None


def advocates(
    program: Program, tried: Program, who: str, limit: int, after: str
) -> ListPage[AdvocateRow]:
    """A part of those whose friends have bought anything; those who would move, a group's, or all."""

    def row_of(item: AccountItem) -> Account | None:
        return (
            account_of(item.pk.partition("#")[2], item.sk, item)
            if item.sk == program.currency and item.volume > 0
            else None
        )

    found, last = scan_filtered(
        AccountItem, ScanFilter(keys.accounts(""), {}), row_of, limit, after
    )
    return ListPage([row for row in _rows(found, program, tried) if _wanted(row, who)], last)


def _rows(accounts: Sequence[Account], program: Program, tried: Program) -> list[AdvocateRow]:
    reading = Reading()
    reading.fetch(*attribution.members_wanted(account.member for account in accounts))
    known = [
        (member, account)
        for account in accounts
        if (member := attribution.member(reading, account.member))
    ]
    return [
        AdvocateRow(
            member,
            account,
            *(terms.group(member.group, account.volume) for terms in (program, tried)),
        )
        for member, account in known
    ]


def _wanted(row: AdvocateRow, who: str) -> bool:
    if who == MOVING:
        return _id(row.now) != _id(row.then)
    return who in ("", _id(row.now))


def _id(group: Group | None) -> str | None:
    return group.id if group else None
