"""Which advocate is in which group, and who would move if the thresholds were different.

Trying other thresholds changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from shared.console.listing import Column, RowPage
from shared.console.typed_fields import TypedFields
from shared.domain.document import FieldError
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program
from shared.orders import attribution
from shared.store import keys
from shared.store.filtered_scan import ScanFilter, scan_filtered
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.reading import Reading

MOVING = "moving"
"""Selects the advocates whose group would change."""


class AdvocateRow(NamedTuple):
    """An advocate, the group that applies now, and the group under the thresholds that are tried."""

    member: Member
    account: Account
    now: Group | None
    then: Group | None


COLUMNS: list[Column[AdvocateRow]] = [
    ("id", lambda row: row.member.public_id),
    ("login", lambda row: row.member.login),
    ("currency", lambda row: row.account.currency),
    ("volume_minor", lambda row: row.account.volume),
    ("group", lambda row: _id(row.now)),
    ("would_be", lambda row: _id(row.then)),
]


def threshold_field(group: Group) -> str:
    """The name of the form field for another threshold of a group."""
    return f"from-{group.id}"


class TriedThresholds(NamedTuple):
    """The program with the thresholds that staff tries. If one of the fields has a fault, the
    program is unchanged.
    """

    program: Program
    faults: Sequence[FieldError]


def try_thresholds(program: Program, filters: Mapping[str, str], language: str) -> TriedThresholds:
    """The program with the thresholds in the query of the address. They are in major units."""
    fields = TypedFields(filters, program.currency, language)
    groups = tuple(_with_threshold(group, fields) for group in program.groups)
    if fields.faults:
        return TriedThresholds(program, fields.faults)
    return TriedThresholds(replace(program, groups=groups), ())


def _with_threshold(group: Group, fields: TypedFields) -> Group:
    volume = None if group.assigned else fields.amount(threshold_field(group))
    return group if volume is None else replace(group, min_volume=volume)


def list_advocates(
    program: Program, tried: Program, selection: str, limit: int, after: str
) -> RowPage[AdvocateRow]:
    """One page of the advocates with a volume in the program's currency. `selection` is the id of a
    group, `MOVING`, or empty for all advocates; a page may have fewer than `limit` rows, because it
    leaves out the others.
    """

    def account_in(item: AccountItem) -> Account | None:
        if item.sk != program.currency or item.volume <= 0:
            return None
        return account_of(item.pk.partition("#")[2], item.sk, item)

    accounts, last = scan_filtered(
        AccountItem, ScanFilter(keys.accounts(""), {}), account_in, limit, after
    )
    rows = _rows(accounts, program, tried)
    return RowPage([row for row in rows if _is_selected(row, selection)], last)


def _rows(accounts: Sequence[Account], program: Program, tried: Program) -> list[AdvocateRow]:
    reading = Reading()
    reading.fetch(*attribution.member_keys(account.member for account in accounts))
    rows = []
    for account in accounts:
        member = attribution.find_member(reading, account.member)
        if member:
            now = program.group(member.group, account.volume)
            then = tried.group(member.group, account.volume)
            rows.append(AdvocateRow(member, account, now, then))
    return rows


def _is_selected(row: AdvocateRow, selection: str) -> bool:
    if selection == MOVING:
        return _id(row.now) != _id(row.then)
    return selection in ("", _id(row.now))


def _id(group: Group | None) -> str | None:
    return group.id if group else None
