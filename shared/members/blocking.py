"""Blocking a member: no new rewards, no spending, pending credit forfeited (specification: block).

The block itself is one transaction. After it, the credit that was pending at that instant is
forfeited in pages. What does not fit into the request is finished by the orders queue, which
receives the bus event of the block or of the unblocking. Unblocking gives nothing back.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.domain.ledger.ledger import Account
from shared.domain.members.member import Member
from shared.domain.staff_action import StaffAction
from shared.members.forfeiting import MOST_TRANSACTIONS, forfeit_page
from shared.members.profile import require_living_member, require_stored_member
from shared.orders import attribution
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.attributions.directory import change_member
from shared.store.engine import Write
from shared.store.ledger.accounts import list_accounts, put_account
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading

AT_ONCE, MOST_ENTRIES_AT_ONCE = 2, 500
"""A request forfeits in at most 2 transactions, and only if the member has at most 500 entries. The
orders queue does what remains.
"""


def block_member(member_id: str, action: StaffAction) -> bool:
    """Blocks a member, or continues an earlier block. Returns whether everything is forfeited
    when this returns; if not, the orders queue forfeits the rest.

    Raises `NotFound`, and `Conflict` for an erased member.
    """
    ids = _ids_of_person(member_id)
    blocked = [engine.retrying(partial(_block, name, action)) for name in ids]
    finished = [_is_short(one) and _finish_block(one, action.at, AT_ONCE) for one in blocked]
    return all(finished)


def unblock_member(member_id: str, action: StaffAction) -> bool:
    """Finishes the forfeits of the block, then unblocks the member. Returns whether the member is
    unblocked when this returns.

    A long history is forfeited in parts: then the request to unblock is stored, and the member is
    unblocked after the last part.
    Raises `NotFound`, and `Conflict` for an erased member.
    """
    finished = [_unblock_one(name, action) for name in _ids_of_person(member_id)]
    return all(finished)


def _ids_of_person(member_id: str) -> tuple[str, ...]:
    """The member and the closed ones for whom they go on: a block is about the person. Raises
    `NotFound`, and `Conflict` for an erased member.
    """
    member = require_living_member(Reading(), member_id)
    return (member.id, *member.absorbed)


def _unblock_one(member_id: str, action: StaffAction) -> bool:
    member = require_stored_member(Reading(), member_id)
    finished = not member.finishing or (
        _is_short(member) and forfeit_page(member, action.at, AT_ONCE)
    )
    engine.retrying(lambda: _unblock(member_id, action, finished))
    return finished


def finish_block(member_id: str, at: datetime) -> bool:
    """Forfeits one more page of a block; after the last page, marks the block as finished or, if
    staff asked for that, unblocks the member. Returns whether nothing is left to forfeit.

    Does nothing for an unknown or unblocked member.
    """
    member = attribution.find_member(Reading(), member_id)
    return member is None or _finish_block(member, at, MOST_TRANSACTIONS)


def _is_short(member: Member) -> bool:
    """Whether a member's history is short enough to be read while the caller waits."""
    entries = sum(account.sequence for account in list_accounts(member.id))
    return entries <= MOST_ENTRIES_AT_ONCE


def _finish_block(member: Member, at: datetime, most: int) -> bool:
    if not forfeit_page(member, at, most):
        return False
    if member.finishing and member.blocked_at:
        engine.retrying(partial(_finish, member.id, member.blocked_at))
    return True


def _block(member_id: str, action: StaffAction) -> Member:
    reading = Reading()
    member = require_stored_member(reading, member_id)
    if member.blocked and not member.unblocking:
        return member
    if member.blocked:
        return _keep_blocked(member, action)

    after = replace(member, blocked=True, blocked_at=action.at, forfeiting=True)
    accounts = [
        replace(account, blocked_at=action.at) for account in _accounts_to_block(reading, member)
    ]

    engine.write([*_put_all(member, after, accounts), _audit_line(action, member, after)])
    return after


def _keep_blocked(member: Member, action: StaffAction) -> Member:
    """Blocks a member whose unblocking waits for the last forfeit. The member stays blocked, and
    the wish to unblock is deleted.
    """
    after = replace(member, unblocking=False)
    engine.write([members.put_member(after), _audit_line(action, member, after)])
    return replace(after, revision=after.revision + 1)


def _unblock(member_id: str, action: StaffAction, finished: bool) -> None:
    member = require_stored_member(Reading(), member_id)
    if not member.blocked:
        return
    if finished:
        after = _as_unblocked(member)
        engine.write([*_put_unblocked(member), _audit_line(action, member, after)])
    elif not member.unblocking:
        after = replace(member, unblocking=True)
        engine.write([members.put_member(after), _audit_line(action, member, after)])


def _as_unblocked(member: Member) -> Member:
    return replace(member, blocked=False, blocked_at=None, forfeiting=False, unblocking=False)


def _put_unblocked(before: Member) -> list[Write]:
    accounts = list_accounts(before.id)
    return _put_all(
        before,
        _as_unblocked(before),
        [replace(account, blocked_at=None) for account in accounts if account.blocked_at],
    )


def _audit_line(action: StaffAction, before: Member, after: Member) -> Write:
    return put_audit_line(
        action, {"member": before.public_id}, {"status": before.status}, {"status": after.status}
    )


def _accounts_to_block(reading: Reading, member: Member) -> list[Account]:
    """All accounts of a member, and always one in the program's currency, even if it is not stored
    yet.

    The block writes that account too, so that it conflicts with the evaluation of an order that
    runs at the same time.
    """
    program = programs.active_program_of(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    stored = {account.currency: account for account in list_accounts(member.id)}
    return list(({program.currency: Account(member.id, program.currency)} | stored).values())


def _put_all(before: Member, after: Member, accounts: list[Account]) -> list[Write]:
    owner = replace(after, id=after.merged_into or after.id)
    code = [members.put_code(owner, after.code)] if after.code else []
    return [*change_member(before, after), *code, *(put_account(account) for account in accounts)]


def _finish(member_id: str, blocked_at: datetime) -> None:
    """Marks the block as finished, or unblocks the member if staff asked for that.

    Does nothing if this block was ended or replaced by a newer block in the meantime.
    """
    member = attribution.find_member(Reading(), member_id)
    if member and member.finishing and member.blocked_at == blocked_at:
        if member.unblocking:
            engine.write(_put_unblocked(member))
        else:
            engine.write([members.put_member(replace(member, forfeiting=False))])
