"""Transfers: what moves between the accounts of two members who are one person (specification:
merge). The closed member's account keeps nothing that can be moved.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.entry import ADJUSTMENT, Entry
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.lots import Lot, Lots, RewardSource
from shared.domain.ledger.reason import MERGED_FROM, MERGED_INTO, Reason, ReasonInputs


class Transfer(NamedTuple):
    """An amount that leaves the closed member's account with its dates. Below 0 it is a debt, which
    the member who goes on takes over.
    """

    amount: int
    available_on: datetime
    expires_at: datetime | None = None
    source: RewardSource | None = None


def amounts_to_move(account: Account, at: datetime) -> dict[datetime, int]:
    """What can leave an account at an instant, by the date from which it can be spent; what can be
    spent now has the date of now. Credit that is held or under review stays.
    """
    now = max(at, account.matured_to) if account.matured_to else at
    amounts = {date: amount for date, amount in account.maturing.items() if date > now}
    amounts[now] = account.available(now)
    return {date: amount for date, amount in sorted(amounts.items()) if amount}


def list_transfers(account: Account, lots: Lots, at: datetime) -> list[Transfer]:
    """The transfers that empty an account, one for each lot, so that credit keeps the day on which
    it expires. `lots` are those of the account.
    """
    now = max(at, account.matured_to) if account.matured_to else at
    found: list[Transfer] = []
    for date, amount in amounts_to_move(account, at).items():
        if amount < 0:
            found.append(Transfer(amount, date))
        elif date > now:
            found += _by_lot(amount, date, (lot for lot in lots.open if lot.available_on == date))
        else:
            matured = [lot for lot in lots.open if lot.available_on <= now]
            found += _by_lot(amount, date, _without_oldest(matured, account.held(now)))
    return found


def _by_lot(amount: int, date: datetime, lots: Iterable[Lot]) -> Iterator[Transfer]:
    """An amount split by its lots. What no lot explains gets the date and no end."""
    for lot in lots:
        part = min(amount, lot.amount)
        if part:
            yield Transfer(part, lot.available_on, lot.expires_at, lot.source)
            amount -= part
    if amount:
        yield Transfer(amount, date)


def _without_oldest(lots: Iterable[Lot], held: int) -> Iterator[Lot]:
    """The lots without the held amount. Held credit is the oldest, as a capture would spend it."""
    for lot in lots:
        part = min(held, lot.amount)
        held -= part
        if lot.amount > part:
            yield replace(lot, amount=lot.amount - part)


def transfer(
    closed: Account, kept: Account, transfers: Sequence[Transfer], at: datetime
) -> tuple[Account, Account, list[Entry]]:
    """Both accounts after the transfers and the closed one's volume moved, and two entries for each
    transfer, which add up to 0.
    """
    entries: list[Entry] = []
    for moved in transfers:
        closed, out = closed.post(
            ADJUSTMENT,
            -moved.amount,
            at,
            moved.available_on,
            None,
            _reason(MERGED_INTO, -moved.amount, kept.member),
            moved.expires_at,
        )
        kept, into = kept.post(
            ADJUSTMENT,
            moved.amount,
            at,
            moved.available_on,
            None,
            _reason(MERGED_FROM, moved.amount, closed.member, moved.source),
            moved.expires_at,
        )
        entries += [out, into]
    return (replace(closed, volume=0), replace(kept, volume=kept.volume + closed.volume), entries)


def _reason(code: str, amount: int, other: str, source: RewardSource | None = None) -> Reason:
    inputs: ReasonInputs = {"amount": amount, "other": other}
    if source:
        order, level, reward = source
        inputs |= {"source_order": order, "source_level": level, "source_reward": reward}
    return {"code": code, "inputs": inputs, "steps": [], "program_version": None}
