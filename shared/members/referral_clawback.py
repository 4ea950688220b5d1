"""What the end of a referral takes back from the advocate (specification: referral-end)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from shared.domain.evaluation.deductions import list_clawbacks
from shared.domain.ledger.entry import ADJUSTMENT, CLAWBACK, FORFEIT, REWARD
from shared.domain.ledger.ledger import Account, Lapse, PostedReward
from shared.domain.ledger.lots import Lots, lapse_of
from shared.domain.ledger.reason import REFERRAL_ENDED
from shared.orders.deductions import DeductionCause, EarnedOrder, commit_deductions, load_earned
from shared.store import engine, keys
from shared.store.attributions.referrals import Edge, ReferralItem, edge_of, put_take_back
from shared.store.engine import Write
from shared.store.ledger.accounts import AccountItem, account_of, put_account, whole_history
from shared.store.reading import Reading

OF_REWARDS = (REWARD, CLAWBACK, FORFEIT, ADJUSTMENT)
MOST_TRANSACTIONS = 25
"""Transactions of one page. One invocation has time for that many."""
MOST_ORDERS = 40
"""Orders in one transaction. A transaction holds 100 items: two for each order, and the items of
the referral, the friend and the accounts.
"""
Accounts = Mapping[str, Account]
"""The advocate's accounts by currency."""


class RewardedOrders(NamedTuple):
    """The friend's orders that still give the advocate credit. Orders with pending credit come
    first.

    `lots` are the advocate's, by currency; they say what expired unspent.
    """

    ids: list[str]
    lots: Mapping[str, Lots]


def list_rewarded_orders(edge: Edge, at: datetime) -> RewardedOrders:
    """The friend's orders for which the advocate still has a reward, found in the advocate's
    history.
    """
    net: dict[str, int] = {}
    available: dict[str, bool] = {}
    lots: dict[str, Lots] = {}
    for entry in whole_history(edge.advocate):
        lots.setdefault(entry.currency, Lots()).enter(entry)
        inputs = entry.reason["inputs"]
        about_friend = inputs.get("friend") == edge.friend and inputs.get("level") == 1
        if entry.order is not None and about_friend and entry.kind in OF_REWARDS:
            net[entry.order] = net.get(entry.order, 0) + entry.amount
            date = entry.available_on
            available[entry.order] = date is not None and date <= at
    rewarded = [order for order, amount in net.items() if amount > 0]
    return RewardedOrders(sorted(rewarded, key=lambda order: available[order]), lots)


def load_orders(reading: Reading, edge: Edge, order_ids: Sequence[str]) -> list[EarnedOrder]:
    """Those of the orders that were made under this referral."""
    return [
        order for order in load_earned(reading, order_ids) if order.posted.terms.referral == edge.id
    ]


def load_accounts(
    reading: Reading, edge: Edge, orders: Iterable[EarnedOrder], currencies: Iterable[str]
) -> dict[str, Account]:
    """The advocate's accounts in the currencies of the orders and in `currencies`, by currency."""
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
    """Writes of the accounts that differ from `before`."""
    return [
        put_account(account) for currency, account in after.items() if account != before[currency]
    ]


def unspent_amounts(
    orders: Iterable[EarnedOrder],
    edge: Edge,
    lots: Mapping[str, Lots],
    accounts: Accounts,
    at: datetime,
) -> dict[str, int]:
    """What these orders earned the advocate, by currency, limited to the credit that the advocate
    has not spent.
    """
    totals: dict[str, int] = {}
    for order in orders:
        currency = order.program.currency
        earned = sum(left for _, left in _own(order, edge, lots))
        totals[currency] = totals.get(currency, 0) + earned
    return limit_to_unspent(totals, accounts, at)


def limit_to_unspent(
    amounts: Mapping[str, int], accounts: Accounts, at: datetime
) -> dict[str, int]:
    """Amounts by currency, limited to the credit that is neither spent nor held. Currencies with 0
    are left out.
    """
    limited = {
        currency: min(amount, accounts[currency].balance - accounts[currency].held(at))
        for currency, amount in amounts.items()
    }
    return {currency: amount for currency, amount in limited.items() if amount > 0}


def claw_back_some(
    orders: Iterable[EarnedOrder],
    edge: Edge,
    lots: Mapping[str, Lots],
    accounts: Accounts,
    left: Mapping[str, int],
    at: datetime,
) -> tuple[dict[str, Account], list[Write], dict[str, int]]:
    """Takes amounts, by currency, out of orders that fit into one transaction.

    Returns the changed accounts, the other writes, and the amounts that are still to be taken out
    of further orders.
    """
    after, rest = dict(accounts), dict(left)
    writes: list[Write] = []
    for order in orders:
        currency = order.program.currency
        clawbacks = list_clawbacks(_own(order, edge, lots), rest.get(currency, 0))
        if clawbacks:
            after[currency], order_writes = commit_deductions(
                order, after[currency], clawbacks, DeductionCause(CLAWBACK, REFERRAL_ENDED, at)
            )
            rest[currency] -= sum(clawback.amount for clawback in clawbacks)
            writes += order_writes
    return after, writes, {currency: amount for currency, amount in rest.items() if amount}


def _own(
    order: EarnedOrder, edge: Edge, lots: Mapping[str, Lots]
) -> list[tuple[PostedReward, int]]:
    """The advocate's level 1 reward for the order, with the part of the reward that has not expired
    unspent.
    """
    own = lots.get(order.program.currency, Lots())
    return [
        (reward, reward.net - _expired(reward, lapse_of(own, order.id, reward)))
        for reward in order.posted.rewards
        if reward.member == edge.advocate and reward.level == 1
    ]


def _expired(reward: PostedReward, lapse: Lapse | None) -> int:
    """The part of a reward that expired unspent and that the reward still contains."""
    return max(0, lapse.expired - reward.lapsed) if lapse else 0


def finish_clawback(referral_id: str, at: datetime, most: int = MOST_TRANSACTIONS) -> bool:
    """Takes back what is still to be taken back after a referral ended, in at most `most`
    transactions. Returns whether nothing is left; what is missing after all orders were read is
    given up.
    """
    edge = edge_of(referral_id, Reading().item(ReferralItem, keys.referral(referral_id)))
    if edge is None or not edge.take_back:
        return True
    rewarded = list_rewarded_orders(edge, at)
    for start in range(0, len(rewarded.ids), MOST_ORDERS):
        if not most:
            return False
        batch = rewarded._replace(ids=rewarded.ids[start : start + MOST_ORDERS])
        wrote, left = engine.retrying(partial(_continue_clawback, edge, batch, at))
        if not left:
            return True
        most -= wrote
    engine.retrying(partial(_give_up_clawback, referral_id))
    return True


def _continue_clawback(
    known: Edge, batch: RewardedOrders, at: datetime
) -> tuple[bool, Mapping[str, int]]:
    """Takes back from some orders, in two requests. Returns whether anything was taken, and what is
    still to be taken.
    """
    reading, referral_key = Reading(), keys.referral(known.id)
    accounts_to_read = (keys.account(known.advocate, currency) for currency in known.take_back)
    load_earned(
        reading,
        batch.ids,
        (ReferralItem, referral_key),
        *((AccountItem, key) for key in accounts_to_read),
    )
    item = reading.item(ReferralItem, referral_key)
    edge = edge_of(known.id, item)
    if item is None or edge is None or not edge.take_back:
        return False, {}
    orders = load_orders(reading, edge, batch.ids)
    accounts = load_accounts(reading, edge, orders, edge.take_back)

    takes = limit_to_unspent(edge.take_back, accounts, at)
    after, clawback_writes, left = claw_back_some(orders, edge, batch.lots, accounts, takes, at)

    if left != edge.take_back:
        changed = put_changed_accounts(accounts, after)
        engine.write([put_take_back(item, left), *clawback_writes, *changed])
    return bool(clawback_writes), left


def _give_up_clawback(referral_id: str) -> None:
    """Sets what is still to be taken to nothing. Called when all orders were read."""
    item = Reading().item(ReferralItem, keys.referral(referral_id))
    if item is not None and item.take_back:
        engine.write([put_take_back(item, {})])
