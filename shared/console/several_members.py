"""Blocks several members of a list, or puts them into a group, after a preview (decision 248)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.members.member import Member
from shared.domain.programs.program import Program
from shared.domain.staff_action import StaffAction
from shared.members.blocking import block_member
from shared.members.group_assignment import assign_group
from shared.members.profile import credit_at
from shared.orders import attribution
from shared.problem import EXPECTED, refusal_of
from shared.store import keys
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.programs.programs import DEFAULT, active_program_of, load_active_item
from shared.store.reading import Reading

BLOCK, GROUP = "block", "group"
DEEDS = (BLOCK, GROUP)
MOST_AT_ONCE = 50
CHOSEN = "member."
"""How the name of a ticked box begins; the rest is the member's public id."""


class ChosenMember(NamedTuple):
    """A chosen member. `pending` is what a block would forfeit, in minor units."""

    member: Member
    pending: int


class ChosenMembers(NamedTuple):
    """The members of a form and what is to be done with them. `group` is `None` for no group."""

    deed: str
    group: str | None
    members: Sequence[ChosenMember]
    program: Program


class SeveralChanged(NamedTuple):
    """How many members were changed, and the reason for each who was not, by public id."""

    done: int
    refused: Mapping[str, str]


def load_chosen(form: Mapping[str, str], now: datetime) -> ChosenMembers:
    """The members that a form names, and what is to be done with them. Ids of no member are left
    out. Raises `InvalidDocument` for no id, more than `MOST_AT_ONCE`, or a group that staff does
    not assign.
    """
    ids = [name.removeprefix(CHOSEN) for name in form if name.startswith(CHOSEN)]
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise InvalidDocument([FieldError("members", f"choose 1 to {MOST_AT_ONCE} members")])
    program = active_program_of(load_active_item(DEFAULT))
    group = form.get("group") or None
    assigned = [one.id for one in program.groups if one.assigned]
    if form["deed"] == GROUP and group not in (None, *assigned):
        raise InvalidDocument([FieldError("group", "must be a group that staff assigns")])
    return ChosenMembers(form["deed"], group, _load(ids, program.currency, now), program)


def _load(ids: Sequence[str], currency: str, now: datetime) -> list[ChosenMember]:
    reading = Reading()
    reading.fetch(*attribution.member_keys(ids))
    found = (attribution.find_member(reading, name) for name in ids)
    members = [one for one in found if one and not one.merged_into]
    reading.fetch(*((AccountItem, keys.account(one.id, currency)) for one in members))
    chosen = []
    for one in members:
        item = reading.item(AccountItem, keys.account(one.id, currency))
        _, waiting = credit_at(account_of(one.id, currency, item), now)
        chosen.append(ChosenMember(one, sum(waiting.values())))
    return chosen


def change_several(chosen: ChosenMembers, action: StaffAction) -> SeveralChanged:
    """Changes the members one by one and returns how many were changed, and why others were not. A
    member who cannot be changed stops no other.
    """
    done, refused = 0, {}
    for one in chosen.members:
        try:
            _change(one.member.public_id, chosen, action)
            done += 1
        except EXPECTED as error:
            refused[one.member.public_id] = refusal_of(error).detail
    return SeveralChanged(done, refused)


def _change(member_id: str, chosen: ChosenMembers, action: StaffAction) -> None:
    if chosen.deed == BLOCK:
        block_member(member_id, action)
    else:
        assign_group(member_id, chosen.group, action)
