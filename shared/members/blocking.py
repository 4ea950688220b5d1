"""Blocking a member: no new rewards, no spending, pending credit forfeited (specification: block).

The block is one transaction. Then the credit that was pending at that instant is forfeited order by
order. If that is cut off, the next block or unblock of the member finishes it, or the bus event of
the block. Unblocking restores nothing.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.domain.evaluation.deductions import list_forfeits
from shared.domain.evaluation.reasons import BLOCKED
from shared.domain.ledger.ledger import FORFEIT, REWARD, Account
from shared.domain.members.member import Member
from shared.domain.staff_action import StaffAction
from shared.members.profile import require_living_member
from shared.orders import attribution
from shared.orders.deductions import DeductionCause, commit_deductions, load_earned
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.engine import Write
from shared.store.ledger.accounts import (
    AccountItem,
    account_of,
    list_accounts,
    put_account,
    whole_history,
)
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


def block_member(member_id: str, action: StaffAction) -> None:
    """Block a member, or finish an earlier block.

    Raises `NotFound`, and `Conflict` for an erased member.
    """
    blocked = engine.retrying(lambda: _block(member_id, action))
    _forfeit_pending(blocked, action.at)


def unblock_member(member_id: str, action: StaffAction) -> None:
    """Finish the forfeits of the block, then unblock the member.

    Raises `NotFound`, and `Conflict` for an erased member.
    """
    _forfeit_pending(require_living_member(Reading(), member_id), action.at)
    engine.retrying(lambda: _unblock(member_id, action))


def finish_block(member_id: str, at: datetime) -> None:
    """Finish the forfeits of a block; do nothing for an unknown or unblocked member."""
    member = attribution.find_member(Reading(), member_id)
    if member is not None:
        _forfeit_pending(member, at)


def _block(member_id: str, action: StaffAction) -> Member:
    reading = Reading()
    member = require_living_member(reading, member_id)
    if member.blocked:
        return member

    after = replace(member, blocked=True, blocked_at=action.at, forfeiting=True)
    accounts = [
        replace(account, blocked_at=action.at) for account in _accounts_to_block(reading, member)
    ]

    audit_line = put_audit_line(
        action, {"member": member.public_id}, {"status": member.status}, {"status": after.status}
    )
    engine.write([*_put_all(after, accounts), audit_line])
    return after


def _unblock(member_id: str, action: StaffAction) -> None:
    member = require_living_member(Reading(), member_id)
    if not member.blocked:
        return

    after = replace(member, blocked=False, blocked_at=None, forfeiting=False)
    accounts = [
        replace(account, blocked_at=None)
        for account in list_accounts(member.id)
        if account.blocked_at
    ]

    audit_line = put_audit_line(
        action, {"member": member.public_id}, {"status": member.status}, {"status": after.status}
    )
    engine.write([*_put_all(after, accounts), audit_line])


def _accounts_to_block(reading: Reading, member: Member) -> list[Account]:
    """Every account of a member, and one in the program's currency even where none is stored yet.

    The block writes that one too, so that it conflicts with an order that is being evaluated.
    """
    program = programs.active_program_of(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    stored = {account.currency: account for account in list_accounts(member.id)}
    return list(({program.currency: Account(member.id, program.currency)} | stored).values())


def _put_all(after: Member, accounts: list[Account]) -> list[Write]:
    code = [members.put_code(after, after.code)] if after.code else []
    return [members.put_member(after), *code, *(put_account(account) for account in accounts)]


def _forfeit_pending(member: Member, at: datetime) -> None:
    """Forfeit what was pending at the block, in one transaction for each order; safe to repeat."""
    blocked_at = member.blocked_at
    if not member.forfeiting or blocked_at is None:
        return
    for order_id in _list_pending_orders(member.id, blocked_at):
        engine.retrying(partial(_forfeit, member.id, blocked_at, order_id, at))
    engine.retrying(partial(_finish, member.id, blocked_at))


def _list_pending_orders(member_id: str, at: datetime) -> list[str]:
    """The orders whose reward for the member is pending at an instant, each once."""
    return list(
        dict.fromkeys(
            entry.order
            for entry in whole_history(member_id)
            if entry.kind == REWARD
            and entry.order is not None
            and (entry.available_on is None or entry.available_on > at)
        )
    )


def _forfeit(member_id: str, blocked_at: datetime, order_id: str, at: datetime) -> None:
    """Forfeit the member's pending rewards of one order, unless the account is unblocked by now."""
    reading = Reading()
    for order in load_earned(reading, [order_id]):
        currency = order.program.currency
        item = reading.item(AccountItem, keys.account(member_id, currency))
        account = account_of(member_id, currency, item)
        forfeits = list_forfeits(order.posted.rewards, member_id, blocked_at)
        if forfeits and account.blocked_at == blocked_at:
            cause = DeductionCause(FORFEIT, BLOCKED, at)
            after, writes = commit_deductions(order, account, forfeits, cause)
            engine.write([*writes, put_account(after)])


def _finish(member_id: str, blocked_at: datetime) -> None:
    """Mark the block as finished, unless the member was unblocked or blocked again meanwhile."""
    member = attribution.find_member(Reading(), member_id)
    if member and member.forfeiting and member.blocked_at == blocked_at:
        engine.write([members.put_member(replace(member, forfeiting=False))])
