"""What the end of a referral takes back of what its friend's orders earned the advocate (design, section 7)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.domain.evaluation.decision import deductions
from shared.domain.evaluation.reasons import REFERRAL_ENDED
from shared.domain.ledger.ledger import CLAWBACK, REWARD, Account, PostedReward
from shared.orders.deductions import DeductionCause, Earned, commit_deductions, earned
from shared.store.attributions.referrals import Edge
from shared.store.engine import Write
from shared.store.ledger.accounts import whole_history
from shared.store.reading import Reading

MOST_ORDERS = 40
"""Orders of one transaction: each is two of the 100 items that it holds, and the referral, friend and accounts want room too."""
Accounts = Mapping[str, Account]
"""The advocate's, by currency."""


def orders_over(edge: Edge) -> list[Earned]:
    """The friend's orders under a referral whose reward for the advocate stands."""
    rewards = (
        entry
        for entry in whole_history(edge.advocate)
        if entry.kind == REWARD and entry.reason["inputs"]["friend"] == edge.friend
    )
    found = earned(Reading(), list(dict.fromkeys(entry.order for entry in rewards)))
    return [
        order
        for order in found
        if order.order.posted.terms.referral == edge.id and _net(_own(order, edge))
    ]


def unspent(
    orders: Iterable[Earned], edge: Edge, accounts: Accounts, at: datetime
) -> dict[str, int]:
    """By currency, the smaller of what these orders earned and what is available and pending."""
    totals: dict[str, int] = {}
    for order in orders:
        totals[order.program.currency] = totals.get(order.program.currency, 0) + _net(
            _own(order, edge)
        )
    return still_there(totals, accounts, at)


def still_there(amounts: Mapping[str, int], accounts: Accounts, at: datetime) -> dict[str, int]:
    """No more of each than is neither spent nor set aside."""
    found = {
        name: min(amount, accounts[name].balance - accounts[name].held(at))
        for name, amount in amounts.items()
    }
    return {name: amount for name, amount in found.items() if amount > 0}


def take_some(
    orders: Sequence[Earned], edge: Edge, accounts: Accounts, left: Mapping[str, int], at: datetime
) -> tuple[dict[str, Account], list[Write], dict[str, int]]:
    """The accounts, what is written beside them, and what is left to take from orders that did not fit.

    What is still pending goes first: whatever of the others was spent, what is available is then not taken below zero for it.
    """
    after, rest, writes = dict(accounts), dict(left), []
    for order in sorted(orders, key=lambda order: not _pending(order, edge, at))[:MOST_ORDERS]:
        currency = order.program.currency
        taken = deductions(_own(order, edge), rest.get(currency, 0))
        if taken:
            after[currency], found = commit_deductions(
                order, after[currency], taken, DeductionCause(CLAWBACK, REFERRAL_ENDED, at)
            )
            rest[currency] -= sum(taking.amount for taking in taken)
            writes += found
    more = len(orders) > MOST_ORDERS
    return after, writes, {name: amount for name, amount in rest.items() if amount and more}


def _own(order: Earned, edge: Edge) -> list[PostedReward]:
    """The advocate's reward as the one who recommended; what others earned from the order is theirs."""
    return [
        row
        for row in order.order.posted.standings
        if row.member == edge.advocate and row.level == 1
    ]


def _pending(order: Earned, edge: Edge, at: datetime) -> bool:
    return any(row.available_on is None or row.available_on > at for row in _own(order, edge))


def _net(rows: Iterable[PostedReward]) -> int:
    return sum(row.net for row in rows)
