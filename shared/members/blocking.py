"""A member is blocked: no new rewards, nothing to spend, what is pending is forfeited; unblocking brings nothing back (design, section 6).

The block itself is one transaction. What was pending at that instant is then forfeited order by order; whoever comes next goes on where
another died: the same call again, an unblock, or the event that the block puts on the bus.
"""

from dataclasses import replace
from datetime import datetime

from shared.domain.evaluation.decision import forfeits
from shared.domain.evaluation.reasons import BLOCKED
from shared.domain.ledger.ledger import FORFEIT, REWARD, Account
from shared.domain.members.member import Member
from shared.domain.staff_action import StaffAction
from shared.members.profile import living_member
from shared.orders import attribution
from shared.orders.deductions import DeductionCause, commit_deductions, earned
from shared.store import engine, keys
from shared.store.attributions import members
from shared.store.engine import Write
from shared.store.ledger.accounts import (
    AccountItem,
    account_of,
    accounts_of,
    put_account,
    whole_history,
)
from shared.store.programs import programs
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.programs import DEFAULT, ProgramItem
from shared.store.reading import Reading


def block(member_id: str, act: StaffAction) -> None:
    """Raises `NotFound`, `Conflict` for an erased member; a blocked one is blocked already."""
    blocked = engine.retrying(lambda: _block(member_id, act))
    _forfeit_pending(blocked, act.at)


def unblock(member_id: str, act: StaffAction) -> None:
    """Raises `NotFound`, `Conflict` for an erased member. What the block still had to forfeit is forfeited first."""
    _forfeit_pending(living_member(Reading(), member_id), act.at)
    engine.retrying(lambda: _unblock(member_id, act))


def go_on(member_id: str, at: datetime) -> None:
    """Forfeit what is left of what a block has to; nothing where the member is unknown or blocked no more."""
    member = attribution.member(Reading(), member_id)
    if member is not None:
        _forfeit_pending(member, at)


def _block(member_id: str, act: StaffAction) -> Member:
    reading = Reading()
    member = living_member(reading, member_id)
    if member.blocked:
        return member

    after = replace(member, blocked=True, blocked_at=act.at, forfeiting=True)
    accounts = [replace(account, blocked_at=act.at) for account in _accounts(reading, member)]

    told = put_audit_line(
        act, {"member": member.public_id}, {"status": member.status}, {"status": after.status}
    )
    engine.write([*_as_they_become(after, accounts), told])
    return after


def _unblock(member_id: str, act: StaffAction) -> None:
    member = living_member(Reading(), member_id)
    if not member.blocked:
        return

    after = replace(member, blocked=False, blocked_at=None, forfeiting=False)
    accounts = [
        replace(account, blocked_at=None)
        for account in accounts_of(member.id)
        if account.blocked_at
    ]

    told = put_audit_line(
        act, {"member": member.public_id}, {"status": member.status}, {"status": after.status}
    )
    engine.write([*_as_they_become(after, accounts), told])


def _accounts(reading: Reading, member: Member) -> list[Account]:
    """Every account there is, and the one that the program in force would make: an order under way must meet the block there."""
    program = programs.active_from(reading.item(ProgramItem, keys.active_program(DEFAULT)))
    found = {account.currency: account for account in accounts_of(member.id)}
    return list(({program.currency: Account(member.id, program.currency)} | found).values())


def _as_they_become(after: Member, accounts: list[Account]) -> list[Write]:
    """The member, their link, and their accounts."""
    code = [members.put_code(after)] if after.code else []
    return [members.put_member(after), *code, *(put_account(account) for account in accounts)]


def _forfeit_pending(member: Member, at: datetime) -> None:
    """What was pending at the instant of a block, in a transaction for each order; done again, it finds nothing."""
    if not member.forfeiting:
        return
    for order_id in _pending_orders(member.id, member.blocked_at):
        engine.retrying(lambda name=order_id: _forfeit(member, name, at))
    engine.retrying(lambda: _finish(member))


def _pending_orders(member_id: str, at: datetime) -> list[str]:
    rewards = (entry for entry in whole_history(member_id) if entry.kind == REWARD)
    return list(
        dict.fromkeys(
            entry.order
            for entry in rewards
            if entry.available_on is None or entry.available_on > at
        )
    )


def _finish(blocked: Member) -> None:
    """What is posted from now on is none of this block's."""
    member = attribution.member(Reading(), blocked.id)
    if member.forfeiting and member.blocked_at == blocked.blocked_at:
        engine.write([members.put_member(replace(member, forfeiting=False))])


def _forfeit(member: Member, order_id: str, at: datetime) -> None:
    reading, since = Reading(), member.blocked_at
    for found in earned(reading, [order_id]):
        key = keys.account(member.id, found.program.currency)
        account = account_of(member.id, found.program.currency, reading.item(AccountItem, key))
        taken = (
            forfeits(found.order.posted.standings, member.id, since)
            if account.blocked_at == since
            else []
        )
        if taken:
            after, writes = commit_deductions(
                found, account, taken, DeductionCause(FORFEIT, BLOCKED, at)
            )
            engine.write([*writes, put_account(after)])
