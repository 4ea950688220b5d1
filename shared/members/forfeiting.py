"""Forfeits what a block takes, in pages. Each transaction is complete in itself, so any later page
can continue (specification: block, pages).
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import batched
from typing import NamedTuple

from shared.domain.evaluation.deductions import list_forfeits
from shared.domain.evaluation.reasons import BLOCKED
from shared.domain.ledger.entry import ADJUSTMENT, CLAWBACK, FORFEIT, REWARD, Entry
from shared.domain.members.member import Member
from shared.orders.deductions import DeductionCause, commit_deductions, load_earned
from shared.store import engine, keys
from shared.store.engine import MOST_WRITES, Write
from shared.store.ledger.accounts import AccountItem, account_of, put_account, whole_history
from shared.store.reading import Reading

MOST_ORDERS = 40
"""Orders in one transaction. A transaction holds 100 items: two for each order, and the accounts.
"""
MOST_TRANSACTIONS = 25
"""Transactions of one page. One invocation has time for that many."""
OF_REWARDS = (REWARD, CLAWBACK, FORFEIT, ADJUSTMENT)


class PendingOrder(NamedTuple):
    """An order's id, and the currency of its rewards."""

    id: str
    currency: str


def forfeit_page(member: Member, at: datetime, most: int = MOST_TRANSACTIONS) -> bool:
    """Forfeits what was pending when the member was blocked, in at most `most` transactions.

    Returns whether everything is forfeited now. Safe to repeat.
    """
    blocked_at = member.blocked_at
    if not member.forfeiting or blocked_at is None:
        return True
    pending = _list_pending_orders(member.id, blocked_at)
    for orders in batched(pending, MOST_ORDERS, strict=False):
        if not most:
            return False
        most -= engine.retrying(partial(_forfeit, member.id, blocked_at, orders, at))
    return True


def _list_pending_orders(member_id: str, at: datetime) -> list[PendingOrder]:
    """The orders from which the member still has credit that was pending at an instant.

    Forfeits count too, so that an order that was forfeited already is not read again.
    """
    pending: dict[PendingOrder, int] = {}
    for entry in whole_history(member_id):
        if entry.order is not None and entry.kind in OF_REWARDS and _was_pending(entry, at):
            order = PendingOrder(entry.order, entry.currency)
            pending[order] = pending.get(order, 0) + entry.amount
    return [order for order, amount in pending.items() if amount]


def _was_pending(entry: Entry, at: datetime) -> bool:
    return entry.available_on is None or entry.available_on > at


def _forfeit(
    member_id: str, blocked_at: datetime, pending: Sequence[PendingOrder], at: datetime
) -> bool:
    """Forfeits the member's pending rewards of some orders, unless the block has ended in the
    meantime. Takes two requests: everything is read in one and written in one.

    Returns whether anything was written. If the writes do not fit into one transaction, because the
    member has several rewards of an order, the orders are split in two halves.
    """
    reading, writes = Reading(), list[Write]()
    account_keys = {one.currency: keys.account(member_id, one.currency) for one in pending}
    orders = load_earned(
        reading, [one.id for one in pending], *((AccountItem, key) for key in account_keys.values())
    )
    accounts = {
        currency: account_of(member_id, currency, reading.item(AccountItem, key))
        for currency, key in account_keys.items()
    }
    after = dict(accounts)
    for order in orders:
        currency = order.program.currency
        forfeits = list_forfeits(order.posted.rewards, member_id, blocked_at)
        if forfeits and accounts[currency].blocked_at == blocked_at:
            cause = DeductionCause(FORFEIT, BLOCKED, at)
            after[currency], changes = commit_deductions(order, after[currency], forfeits, cause)
            writes += changes
    changed = [put_account(account) for name, account in after.items() if account != accounts[name]]
    if len(writes) + len(changed) > MOST_WRITES:
        middle = len(pending) // 2
        for half in (pending[:middle], pending[middle:]):
            engine.retrying(partial(_forfeit, member_id, blocked_at, half, at))
    else:
        engine.write([*writes, *changed])
    return bool(writes)
