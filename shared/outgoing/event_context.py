"""What events need beside the stream records: the program, and the people that they name."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared import base64url
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.ledger.ledger import Account
from shared.domain.members.member import GUEST, Member, guest_id
from shared.domain.programs.program import Program
from shared.domain.rewards.terms import Terms
from shared.orders import attribution
from shared.store import keys
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.orders import KnownOrder
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading
from shared.store.stream_records import (
    ACCOUNT,
    ENTRY,
    MEMBER,
    ORDER,
    REFERRAL,
    STATEMENT,
    StreamRecord,
)

HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class EventContext:
    """`members` are those whose public id or group is asked for, by their ids.

    `accounts` are those of members whose own record was written, in the program's currency.
    """

    program: Program
    members: Mapping[str, Member]
    accounts: Mapping[str, Account]

    def public_id(self, member_id: str | None) -> str | None:
        """The id by which others know a member."""
        return public_id(member_id, self.members.get(member_id)) if member_id else None

    def group(self, member: Member | None, volume: int) -> str | None:
        """The id of the group that a member with this volume is in."""
        group = self.program.group(member.group if member else None, volume)
        return group.id if group else None


def public_id(member_id: str, member: Member | None) -> str:
    """The shop's own id of a member.

    A guest who is known by a browser's `ref_token` alone gets its hash, because the token opens
    quotes.
    """
    shown = member.public_id if member else member_id
    if not shown.startswith(GUEST):
        return shown
    if member and member.email_hash and shown == guest_id(member.email_hash):
        return shown
    return GUEST + base64url.encode(hashlib.sha256(shown.encode()).digest()[:HASH_BYTES])


def load_event_context(records: Sequence[StreamRecord[Any]]) -> EventContext:
    """Takes one round trip, and another one where groups may have changed.

    Registered members have the shop's own ids; only guests have to be looked up for theirs.
    """
    guests = sorted(name for name in list_people(records) if name.startswith(GUEST))
    reading, active = Reading(), keys.active_program(DEFAULT)
    reading.fetch((ProgramItem, active), *attribution.member_keys(guests))
    program = programs.active_program_of(reading.item(ProgramItem, active))
    with_volume = (
        [record.after.member for record in records if record.kind == ACCOUNT]
        if program.groups
        else []
    )
    account_keys = {
        record.name: keys.account(record.name, program.currency)
        for record in records
        if record.kind == MEMBER
    }
    reading.fetch(
        *attribution.member_keys(with_volume),
        *((AccountItem, key) for key in account_keys.values()),
    )
    members = {
        name: member
        for name in (*guests, *with_volume)
        if (member := attribution.find_member(reading, name))
    }
    accounts = {
        name: account_of(name, program.currency, reading.item(AccountItem, key))
        for name, key in account_keys.items()
    }
    return EventContext(program, members, accounts)


def list_people(records: Iterable[StreamRecord[Any]]) -> set[str]:
    """The ids of everybody whom the events of these records may name."""
    return {name for record in records for name in _PEOPLE[record.kind](record) if name}


def frozen_terms(order: KnownOrder) -> Terms | None:
    return order.posted.terms if isinstance(order.posted, FrozenOrder) else None


def refused_member(terms: Terms | None, level: int | None) -> str | None:
    """Who was refused: the buyer at level 0, from 1 on an advocate; `None` without a referral."""
    if terms is None or level is None:
        return None
    return terms.buyer if level == 0 else terms.chain[level - 1].member


def _people_of_order(record: StreamRecord[KnownOrder]) -> list[str | None]:
    terms = frozen_terms(record.after)
    if terms is None:
        return []
    return [terms.buyer, *(refused_member(terms, level) for _, level in record.after.refused)]


_PEOPLE: dict[str, Callable[[StreamRecord[Any]], list[str | None]]] = {
    ENTRY: lambda record: [
        record.after.member,
        record.after.reason.get("inputs", {}).get("friend"),
    ],
    ORDER: _people_of_order,
    ACCOUNT: lambda record: [record.after.member],
    MEMBER: lambda record: [record.name],
    REFERRAL: lambda record: [record.after.advocate, record.after.friend],
    STATEMENT: lambda record: [record.after.member],
}
