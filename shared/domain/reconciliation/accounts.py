"""Compares an account with its entries: balance, dates, reviews, room (specification: verify)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from shared.domain.evaluation.reasons import amount_from
from shared.domain.instants import read_instant
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.owner import Owner
from shared.domain.programs.window import AdvocateLimit
from shared.domain.reconciliation.books import BookedEntry, Difference


def compare_account(
    owner: Owner, account: Account, history: Sequence[BookedEntry]
) -> Iterator[Difference]:
    """The differences of an account. `history` is its whole history, sorted by sequence number."""
    yield from _compare_entries(owner, history)
    balance = sum(entry.amount for entry, _ in history)
    if (account.balance, account.sequence) != (balance, len(history)):
        yield Difference(
            "balance of an account, and number of its entries",
            str(owner),
            [balance, len(history)],
            [account.balance, account.sequence],
        )
    yield from _compare_pending(owner, account, history)
    yield from _compare_room(owner, account, history)


def _compare_entries(owner: Owner, history: Sequence[BookedEntry]) -> Iterator[Difference]:
    balance = 0
    for sequence, (entry, _) in enumerate(history, 1):
        balance += entry.amount
        if (entry.sequence, entry.balance_after) != (sequence, balance):
            yield Difference(
                "number of an entry, and the balance after it",
                str(owner),
                [sequence, balance],
                [entry.sequence, entry.balance_after],
            )
        inputs = entry.reason["inputs"]
        if "kept" in inputs and amount_from(inputs) != entry.amount:
            yield Difference(
                "amount of an entry, by its reason",
                f"{owner}/{sequence}",
                amount_from(inputs),
                entry.amount,
            )


def _compare_pending(
    owner: Owner, account: Account, history: Sequence[BookedEntry]
) -> Iterator[Difference]:
    maturing: defaultdict[datetime, int] = defaultdict(int)
    for entry, _ in history:
        if entry.available_on and account.matured_to and entry.available_on > account.matured_to:
            maturing[entry.available_on] += entry.amount
    if {date: amount for date, amount in maturing.items() if amount} != dict(account.maturing):
        yield Difference(
            "pending credit by date",
            str(owner),
            {str(date): amount for date, amount in maturing.items()},
            {str(date): amount for date, amount in account.maturing.items()},
        )
    reviewed = sum(entry.amount for entry, _ in history if entry.under_review)
    if account.reviewed != reviewed:
        yield Difference("credit under review", str(owner), reviewed, account.reviewed)


def _compare_room(
    owner: Owner, account: Account, history: Sequence[BookedEntry]
) -> Iterator[Difference]:
    """Compares the used room of each window that is stored in the account."""
    for window, stored in account.used.items():
        since, _, until = window.partition("|")
        limit = AdvocateLimit(
            0, read_instant(since) if since else None, read_instant(until) if until else None
        )
        used = sum(
            entry.amount for entry, earned_at in history if earned_at and limit.covers(earned_at)
        )
        if used != stored:
            yield Difference("earned under the maximum per advocate", str(owner), used, stored)
