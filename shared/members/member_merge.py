"""Merging two members who are one person: one goes on, the other is closed (specification: merge).

The merge itself is one transaction. After it, the closed member's credit and friends move to the
one who goes on, in pages. What does not fit into the request is finished by the orders queue, which
receives a bus event; every night all merges get one (decision 290).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.ledger import Account
from shared.domain.members.code import normalize_code
from shared.domain.members.member import MERGED, Member
from shared.domain.members.one_person import MERGES, as_closed, as_kept, find_objection
from shared.domain.staff_action import StaffAction
from shared.members.merged_credit import move_credit
from shared.members.merged_friends import AT_ONCE, MOST_FRIENDS, move_friends
from shared.orders import attribution
from shared.problem import Conflict, unknown_member
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.directory import change_member
from shared.store.attributions.links import CodeItem, move_code
from shared.store.attributions.members import PointerItem
from shared.store.attributions.referrals import list_friend_items
from shared.store.engine import Write
from shared.store.ledger.accounts import list_accounts, put_account
from shared.store.ledger.merges import find_merged, put_merge
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading

MOST_COUNTED = 100
"""A preview counts at most this many friends."""


class MergePreview(NamedTuple):
    """What a merge would change.

    * `accounts`: those of the closed member that are not empty, one for each currency.
    * `friends`: how many friends the closed member has; `more` says that there are more than that.
    * `continues`: whether the closed member's referral goes on for the one who goes on.
    * `objection`: why the two cannot be merged; `None` if they can.
    """

    kept: Member
    closed: Member
    accounts: Sequence[Account]
    friends: int
    more: bool
    continues: bool
    objection: str | None

    @property
    def refusal(self) -> str | None:
        """The sentence for the objection."""
        return MERGES[self.objection] if self.objection else None


def merge_members(kept_id: str, closed_id: str, action: StaffAction) -> bool:
    """Merges two members, or continues their merge. Returns whether everything has moved when this
    returns; if not, the orders queue moves the rest.

    Raises `NotFound`, and `Conflict` for two who cannot be merged.
    """
    closed = engine.retrying(lambda: _merge(kept_id, closed_id, action))
    return finish_merge(closed, action.at, AT_ONCE)


def finish_merge(closed_id: str, at: datetime, most: int = MOST_FRIENDS) -> bool:
    """Moves the closed member's credit, and at most `most` friends. Returns whether nothing is left.

    Safe to repeat. Does nothing for a member who is not closed.
    """
    kept = find_merged(closed_id)
    if kept is None:
        return True
    move_credit(closed_id, kept, at)
    return move_friends(closed_id, kept, most)


def preview_merge(kept_id: str, closed_id: str) -> MergePreview:
    """What a merge would change. Writes nothing. Raises `NotFound`."""
    reading = Reading()
    kept, closed = _load_pair(reading, kept_id, closed_id)
    friends, more = list_friend_items(closed.id, MOST_COUNTED)
    return MergePreview(
        kept,
        closed,
        [account for account in list_accounts(closed.id) if account.balance or account.volume],
        len(friends),
        more is not None,
        kept.referral is None and closed.referral is not None,
        _objection(reading, kept, closed),
    )


def _merge(kept_id: str, closed_id: str, action: StaffAction) -> str:
    """Closes one of the two. Returns the internal id of the closed member."""
    reading = Reading()
    kept, closed = _load_pair(reading, kept_id, closed_id)
    if closed.merged_into == kept.id:
        return closed.id
    if objection := _objection(reading, kept, closed):
        raise Conflict(objection, MERGES[objection])
    audit_line = put_audit_line(
        action,
        {"member": kept.public_id, "closed": closed.public_id},
        {"status": closed.status},
        {"status": MERGED, "merged_into": kept.public_id},
    )
    engine.write(
        [
            *change_member(kept, as_kept(kept, closed)),
            *change_member(closed, as_closed(closed, kept)),
            *_lead_names(reading, kept, closed),
            *_lead_earlier(reading, kept, closed),
            *_mark_accounts(reading, kept, closed),
            put_merge(closed.id, kept.id),
            audit_line,
        ]
    )
    return closed.id


def _load_pair(reading: Reading, kept_id: str, closed_id: str) -> tuple[Member, Member]:
    """The two members as they are stored. Raises `NotFound`."""
    reading.fetch(*attribution.member_keys([kept_id, closed_id]))
    kept, closed = (attribution.find_member(reading, name) for name in (kept_id, closed_id))
    if kept is None or closed is None:
        raise unknown_member()
    return kept, closed


def _objection(reading: Reading, kept: Member, closed: Member) -> str | None:
    above = [
        [member.id for member in attribution.load_upline(reading, one)] for one in (kept, closed)
    ]
    return find_objection(kept, closed, *above)


def _people(reading: Reading, closed: Member) -> Iterator[Member]:
    """The member who is closed now, and those who were merged into them before."""
    yield closed
    for name in closed.absorbed:
        if earlier := attribution.find_member(reading, name):
            yield earlier


def _lead_names(reading: Reading, kept: Member, closed: Member) -> list[Write]:
    """Writes by which the logins, addresses and codes of the closed member find the other one."""
    people = list(_people(reading, closed))
    writes: list[Write] = []
    for login in {one.login for one in people if one.login and one.registered}:
        writes.append(members.put_login(login, kept.id, instead_of=closed.id))
        writes.append(members.put_spelling(login, kept.id, instead_of=closed.id))
    for email_hash in {one.email_hash for one in people if one.email_hash}:
        pointer = reading.item(PointerItem, keys.email(email_hash))
        if pointer is None or pointer.member == closed.id:
            writes.append(members.put_email(email_hash, kept.id, instead_of=closed.id))
    for code in {normalize_code(one.code) for one in people if one.code}:
        item = reading.item(CodeItem, keys.code(code))
        if item is not None and item.member == closed.id:
            writes.append(move_code(item, kept.id))
    return writes


def _lead_earlier(reading: Reading, kept: Member, closed: Member) -> Iterator[Write]:
    """Writes by which members who were merged into the closed one lead to the other one at once."""
    for earlier in _people(reading, closed):
        if earlier.id != closed.id:
            yield members.put_member(replace(earlier, merged_into=kept.id))
            yield put_merge(earlier.id, kept.id, instead_of=closed.id)


def _mark_accounts(reading: Reading, kept: Member, closed: Member) -> Iterator[Write]:
    """Writes that mark the closed member's accounts, always one in the program's currency, even if
    it is not stored yet: so the merge conflicts with an order that is evaluated at the same time.
    """
    program = programs.active_program_of(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    stored: Mapping[str, Account] = {one.currency: one for one in list_accounts(closed.id)}
    accounts = {program.currency: Account(closed.id, program.currency), **stored}
    return (put_account(replace(one, merged_into=kept.id)) for one in accounts.values())
