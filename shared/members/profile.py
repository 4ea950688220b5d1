"""One member with their credit, and the names of the people in their history."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.domain.ledger.entry import Entry
from shared.domain.ledger.holds import held_then
from shared.domain.ledger.ledger import Account
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
    """A member with their account in the program's currency. `names` has the member and the
    member's advocate.
    """

    member: Member
    account: Account
    program: Program
    names: Names


def require_member(reading: Reading, member_id: str) -> Member:
    """A member by any of their ids; for a closed member the one who goes on. Raises `NotFound`."""
    member = attribution.find_current_member(reading, member_id)
    if member is None:
        raise unknown_member()
    return member


def require_stored_member(reading: Reading, member_id: str) -> Member:
    """As `require_member`, but a closed member is returned as such."""
    member = attribution.find_member(reading, member_id)
    if member is None:
        raise unknown_member()
    return member


def require_living_member(reading: Reading, member_id: str) -> Member:
    """A member by any of their ids; raises `NotFound`, and `Conflict` for an erased one."""
    member = require_member(reading, member_id)
    if member.erased:
        raise member_erased()
    return member


def load_profile(member_id: str) -> Profile:
    """The profile of a member by any of their ids, in at most three round trips. Raises `NotFound`."""
    return _load_profile(member_id, require_member)


def load_stored_profile(member_id: str) -> Profile:
    """As `load_profile`, but a closed member is returned as such."""
    return _load_profile(member_id, require_stored_member)


def _load_profile(member_id: str, require: Callable[[Reading, str], Member]) -> Profile:
    reading = Reading()
    reading.fetch(
        (ProgramItem, keys.active_program(DEFAULT)), *attribution.member_keys([member_id])
    )
    member = require(reading, member_id)
    program = programs.active_program_of(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    account_key = keys.account(member.id, program.currency)
    advocate = [member.referral.advocate] if member.referral else []
    reading.fetch((AccountItem, account_key), *attribution.member_keys(advocate))
    account = account_of(member.id, program.currency, reading.item(AccountItem, account_key))
    return Profile(member, account, program, _names(reading, [member.id, *advocate]))


def load_names(entries: Iterable[Entry], *others: str) -> Names:
    """The names of the members in the reasons of entries, and of the members with the ids `others`."""
    in_reasons = (member_id for entry in entries for member_id in _named_in(entry))
    member_ids = list(dict.fromkeys([*in_reasons, *others]))
    reading = Reading()
    reading.fetch(*attribution.member_keys(member_ids))
    return _names(reading, member_ids)


def _named_in(entry: Entry) -> list[str]:
    """The ids of the members whom the reason of an entry names."""
    inputs = entry.reason["inputs"]
    named = (inputs.get("friend"), inputs.get("advocate"), inputs.get("other"))
    return [name for name in named if name]


def _names(reading: Reading, member_ids: Iterable[str]) -> Names:
    members = (attribution.find_member(reading, member_id) for member_id in member_ids)
    return Names([member for member in members if member])


def credit_at(account: Account, at: datetime) -> tuple[int, Mapping[datetime | None, int]]:
    """What is available at an instant, and what becomes available later, by date.

    Credit under review has the date `None`. For an instant before the account's last posting, both
    are computed from the entries.
    """
    if _is_current(account, at):
        pending: dict[datetime | None, int] = {
            date: amount for date, amount in account.maturing.items() if date > at
        }
        if account.reviewed:
            pending[None] = account.reviewed
        return account.available(at), pending
    entries = _load_until(account, at)
    pending = _sum_pending(entries, at)
    balance = sum(entry.amount for entry in entries)
    return balance - sum(pending.values()) - held_then(entries, at), pending


def held_at(account: Account, at: datetime) -> int:
    """What is held at an instant. For an instant before the account's last posting it is computed
    from the entries.
    """
    return account.held(at) if _is_current(account, at) else held_then(_load_until(account, at), at)


def _is_current(account: Account, at: datetime) -> bool:
    """Whether the account's sums are right for an instant, because nothing was posted after it."""
    return account.matured_to is None or at >= account.matured_to


def _load_until(account: Account, at: datetime) -> list[Entry]:
    return [entry for entry in all_entries(account.member, account.currency) if entry.at <= at]


def _sum_pending(entries: Iterable[Entry], at: datetime) -> dict[datetime | None, int]:
    """What is not yet available at an instant, by date. Dates with a sum of 0 are left out."""
    pending: dict[datetime | None, int] = {}
    for entry in entries:
        if entry.under_review or (entry.available_on and entry.available_on > at):
            pending[entry.available_on] = pending.get(entry.available_on, 0) + entry.amount
    return {date: amount for date, amount in pending.items() if amount}
