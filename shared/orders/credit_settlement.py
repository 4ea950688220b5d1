"""Keeps the credit of an order in step with its facts: credit is given back, taken again, or
released (specification: return, hold-of-cancelled).
"""

from collections.abc import Iterable
from datetime import datetime

from shared.domain.ledger.holds import OpenHold, void
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.order_credit import OrderCredit, give_back, return_deltas, with_returns
from shared.domain.ledger.owner import Owner
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.kept import is_undone
from shared.store.engine import Write
from shared.store.ledger.accounts import put_entry
from shared.store.ledger.holds import put_hold, put_order_credit


def settle_credit(
    order: OrderFacts,
    credit: OrderCredit,
    holds_to_void: Iterable[OpenHold],
    accounts: dict[Owner, Account],
    at: datetime,
) -> tuple[OrderCredit, list[Write]]:
    """The credit of an order as its facts require, and the writes of the entries and holds that
    bring it to that state.

    `accounts` must contain every account that changes; they are replaced by their new states.
    """
    after, writes = credit, list[Write]()
    for hold in holds_to_void:
        owner = Owner(hold.member, hold.currency)
        accounts[owner], voided, entry = void(accounts[owner], hold, at)
        after = after.without_hold(hold.id)
        writes += [put_hold(voided), put_entry(entry, None)]
    deltas = return_deltas(order, credit)
    for delta in deltas:
        owner = delta.payer.owner
        accounts[owner], entry = give_back(accounts[owner], delta, order.id, at)
        writes.append(put_entry(entry, None))
    return with_returns(after, deltas), writes


def settlement_writes(
    order: OrderFacts,
    credit: OrderCredit,
    holds_to_void: Iterable[OpenHold],
    accounts: dict[Owner, Account],
    at: datetime,
) -> list[Write]:
    """The writes of `settle_credit`, and one that stores the order's new credit."""
    after, writes = settle_credit(order, credit, holds_to_void, accounts, at)
    return [*writes, put_order_credit(after)] if after != credit else writes


def depends_on_credit(order: OrderFacts) -> bool:
    """Whether credit that is captured from now on would have to be given back at once."""
    gives_back = any(version.value.credit for version in order.refunds.values())
    return is_undone(order) or gives_back
