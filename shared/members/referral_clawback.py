"""What the end of a referral takes back from the advocate (specification: referral-end)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.domain.evaluation.deductions import list_clawbacks
from shared.domain.evaluation.reasons import REFERRAL_ENDED
from shared.domain.ledger.ledger import CLAWBACK, REWARD, Account, PostedReward
from shared.orders.deductions import DeductionCause, EarnedOrder, commit_deductions, load_earned
from shared.store import keys
from shared.store.attributions.referrals import Edge
from shared.store.engine import Write
from shared.store.ledger.accounts import AccountItem, account_of, put_account, whole_history
from shared.store.reading import Reading

MOST_ORDERS = 40
"""Orders in one transaction. It holds 100 items: two for each order, and those of the referral, the
friend and the accounts.
"""
Accounts = Mapping[str, Account]
"""The advocate's accounts by currency."""


def load_rewarded_orders(edge: Edge) -> list[EarnedOrder]:
    """The friend's orders under a referral of which the advocate still has a reward."""
    order_ids = dict.fromkeys(
        entry.order
        for entry in whole_history(edge.advocate)
        if entry.kind == REWARD
        and entry.order is not None
        and entry.reason["inputs"]["friend"] == edge.friend
    )
    return [
        order
        for order in load_earned(Reading(), list(order_ids))
        if order.posted.terms.referral == edge.id and _net(_own(order, edge))
    ]


def load_accounts(
    reading: Reading, edge: Edge, orders: Iterable[EarnedOrder], currencies: Iterable[str]
) -> dict[str, Account]:
    """The advocate's accounts by currency, in those of the orders and in `currencies`."""
    account_keys = {
        currency: keys.account(edge.advocate, currency)
        for currency in {order.program.currency for order in orders} | set(currencies)
    }
    reading.fetch(*((AccountItem, key) for key in account_keys.values()))
    return {
        currency: account_of(edge.advocate, currency, reading.item(AccountItem, key))
        for currency, key in account_keys.items()
    }


def put_changed_accounts(before: Accounts, after: Accounts) -> list[Write]:
    """The accounts that are not as they were before."""
    return [
        put_account(account) for currency, account in after.items() if account != before[currency]
    ]


def unspent_amounts(
    orders: Iterable[EarnedOrder], edge: Edge, accounts: Accounts, at: datetime
) -> dict[str, int]:
    """What these orders earned the advocate, by currency, cut to the credit that is unspent."""
    totals: dict[str, int] = {}
    for order in orders:
        currency = order.program.currency
        totals[currency] = totals.get(currency, 0) + _net(_own(order, edge))
    return limit_to_unspent(totals, accounts, at)


def limit_to_unspent(
    amounts: Mapping[str, int], accounts: Accounts, at: datetime
) -> dict[str, int]:
    """Amounts by currency, cut to the credit that is neither spent nor held; without those of 0."""
    limited = {
        currency: min(amount, accounts[currency].balance - accounts[currency].held(at))
        for currency, amount in amounts.items()
    }
    return {currency: amount for currency, amount in limited.items() if amount > 0}


def claw_back_some(
    orders: Sequence[EarnedOrder],
    edge: Edge,
    accounts: Accounts,
    left: Mapping[str, int],
    at: datetime,
) -> tuple[dict[str, Account], list[Write], dict[str, int]]:
    """Take amounts by currency out of as many orders as one transaction holds.

    Returns the accounts after it, the other writes, and by currency what is left to take from
    further orders. Pending rewards are taken first, so that credit that was spent already does not
    push the available credit below zero.
    """
    after, rest = dict(accounts), dict(left)
    writes: list[Write] = []
    for order in sorted(orders, key=lambda order: not _is_pending(order, edge, at))[:MOST_ORDERS]:
        currency = order.program.currency
        clawbacks = list_clawbacks(_own(order, edge), rest.get(currency, 0))
        if clawbacks:
            after[currency], order_writes = commit_deductions(
                order, after[currency], clawbacks, DeductionCause(CLAWBACK, REFERRAL_ENDED, at)
            )
            rest[currency] -= sum(clawback.amount for clawback in clawbacks)
            writes += order_writes
    more = len(orders) > MOST_ORDERS
    return after, writes, {currency: amount for currency, amount in rest.items() if amount and more}


def _own(order: EarnedOrder, edge: Edge) -> list[PostedReward]:
    """The advocate's level 1 reward for the order."""
    return [
        reward
        for reward in order.posted.rewards
        if reward.member == edge.advocate and reward.level == 1
    ]


def _is_pending(order: EarnedOrder, edge: Edge, at: datetime) -> bool:
    return any(
        reward.available_on is None or reward.available_on > at for reward in _own(order, edge)
    )


def _net(rewards: Iterable[PostedReward]) -> int:
    return sum(reward.net for reward in rewards)
