"""One member as they stand: the person, their credit, the people in their history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.domain.ledger.holds import held_then
from shared.domain.ledger.ledger import Account, Entry
from shared.domain.members.member import Member
from shared.domain.members.names import Names
from shared.domain.programs.program import Program
from shared.orders import attribution
from shared.problem import member_erased, unknown_member
from shared.store import keys
from shared.store.ledger.accounts import AccountItem, account_of, all_entries
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


@dataclass(frozen=True, slots=True)
class Profile:
    member: Member
    account: Account
    program: Program
    names: Names


def known_member(reading: Reading, member_id: str) -> Member:
    """A member by any of their ids; raises `NotFound`."""
    member = attribution.member(reading, member_id)
    if member is None:
        raise unknown_member()
    return member


def living_member(reading: Reading, member_id: str) -> Member:
    """The same; raises `Conflict` for somebody who asked to be forgotten."""
    member = known_member(reading, member_id)
    if member.erased:
        raise member_erased()
    return member


def profile(member_id: str) -> Profile:
    """Raises `NotFound`."""
    reading = Reading()
    reading.fetch(
        (ProgramItem, keys.active_program(DEFAULT)), *attribution.members_wanted([member_id])
    )
    member = known_member(reading, member_id)
    program = programs.active_from(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    account_key = keys.account(member.id, program.currency)
    advocate = [member.referral.advocate] if member.referral else []
    reading.fetch((AccountItem, account_key), *attribution.members_wanted(advocate))
    account = account_of(member.id, program.currency, reading.item(AccountItem, account_key))
    return Profile(member, account, program, _names(reading, [member.id, *advocate]))


def people(entries: Iterable[Entry], *others: str) -> Names:
    """Everybody whom the sentences of a history name."""
    ids = [
        name
        for entry in entries
        for role in ("friend", "advocate")
        if (name := entry.reason["inputs"].get(role))
    ]
    reading = Reading()
    wanted = list(dict.fromkeys([*ids, *others]))
    reading.fetch(*attribution.members_wanted(wanted))
    return _names(reading, wanted)


def _names(reading: Reading, ids: Iterable[str]) -> Names:
    return Names([member for name in ids if (member := attribution.member(reading, name))])


def credit(account: Account, at: datetime) -> tuple[int, Mapping[datetime | None, int]]:
    """What is available at an instant and what matures after it; an instant before the account's last posting is added up afresh.

    Credit that waits for a review has no date.
    """
    if account.matured_to is None or at >= account.matured_to:
        waiting = {date: amount for date, amount in account.maturing.items() if date > at}
        return account.available(at), waiting | (
            {None: account.reviewed} if account.reviewed else {}
        )
    entries = _until(account, at)
    waiting: dict[datetime | None, int] = {}
    for entry in entries:
        if entry.under_review or (entry.available_on and entry.available_on > at):
            waiting[entry.available_on] = waiting.get(entry.available_on, 0) + entry.amount
    waiting = {date: amount for date, amount in waiting.items() if amount}
    return sum(entry.amount for entry in entries) - sum(waiting.values()) - held_then(
        entries, at
    ), waiting


def held(account: Account, at: datetime) -> int:
    """What is set aside at an instant; one before the account's last posting is asked of the history."""
    return (
        account.held(at)
        if account.matured_to is None or at >= account.matured_to
        else held_then(_until(account, at), at)
    )


def _until(account: Account, at: datetime) -> list[Entry]:
    return [entry for entry in all_entries(account.member, account.currency) if entry.at <= at]
