"""What events need in addition to the stream records: the program, and the people whom they name."""

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
    """What is loaded for the events of some stream records.

    * `members`: members whose public id or group the events need, by id.
    * `accounts`: the accounts, in the program's currency, of members whose own item was written.
    """

    program: Program
    members: Mapping[str, Member]
    accounts: Mapping[str, Account]

    def public_id(self, member_id: str | None) -> str | None:
        """The shop's own id of a member, as events show it (a hash for a guest known only by a
        `ref_token`); `None` without a member.
        """
        return public_id(member_id, self.members.get(member_id)) if member_id else None

    def group(self, member: Member | None, volume: int) -> str | None:
        """The id of the group of a member with this volume; `None` for no group."""
        group = self.program.group(member.group if member else None, volume)
        return group.id if group else None


def public_id(member_id: str, member: Member | None) -> str:
    """The shop's own id of a member.

    A guest who is known only by a browser's `ref_token` gets a hash of it, because whoever has the
    token can ask for quotes.
    """
    shown = member.public_id if member else member_id
    if not shown.startswith(GUEST):
        return shown
    if member and member.email_hash and shown == guest_id(member.email_hash):
        return shown
    return GUEST + base64url.encode(hashlib.sha256(shown.encode()).digest()[:HASH_BYTES])


def load_event_context(records: Sequence[StreamRecord[Any]]) -> EventContext:
    """Loads the context of some records: one round trip, and a second one if groups may have
    changed.

    The id of a registered member is the shop's own id. Only guests must be read to find their
    public ids.
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
    """The ids of all members whom the events of these records may name."""
    return {name for record in records for name in _PEOPLE[record.kind](record) if name}


def frozen_terms(order: KnownOrder) -> Terms | None:
    return order.posted.terms if isinstance(order.posted, FrozenOrder) else None


def refused_member(terms: Terms | None, level: int | None) -> str | None:
    """The id of the member who was refused: the buyer at level 0, an advocate from level 1. `None`
    if the order has no frozen terms or the refusal has no level.
    """
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
