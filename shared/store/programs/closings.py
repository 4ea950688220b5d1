"""The trial balance at the end of each closed day, in the programs table (decision 150)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.domain.ledger.entry import CREDIT
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.trial_balance import ShopAccount, TrialBalance
from shared.store import keys
from shared.store.codec import Form
from shared.store.engine import Write, retrying, write
from shared.store.items import JsonAttribute, ProgramsItem
from shared.store.ledger.accounts import LONG_ACCOUNTS, OWN_ACCOUNT, SHORT_ACCOUNTS

type StoredSums = dict[str, dict[str, int]]
"""Sums by currency, and in each currency by the stored name of an account or by a member's id."""


def _encode(balance: TrialBalance) -> Mapping[str, Any]:
    shop: StoredSums = {}
    for (currency, account), amount in balance.shop.items():
        shop.setdefault(currency, {})[SHORT_ACCOUNTS.get(account, OWN_ACCOUNT)] = amount
    if balance.members is None:
        return {"s": shop}
    members: StoredSums = {}
    for owner, amount in balance.members.items():
        members.setdefault(owner.currency, {})[owner.member] = amount
    return {"s": shop, "m": members}


def _decode(stored: Mapping[str, Any]) -> TrialBalance:
    shop = {
        ShopAccount(currency, LONG_ACCOUNTS.get(short, CREDIT)): amount
        for currency, sums in stored["s"].items()
        for short, amount in sums.items()
    }
    if "m" not in stored:
        return TrialBalance(shop, None)
    members = {
        Owner(member, currency): amount
        for currency, sums in stored["m"].items()
        for member, amount in sums.items()
    }
    return TrialBalance(shop, members)


class ClosingItem(ProgramsItem):
    """The trial balance at the end of a closed day; at most a quarter of a megabyte."""

    balance = JsonAttribute(Form(_encode, _decode))


class Closing(NamedTuple):
    """The trial balance at the end of a day, such as `2026-03-01`."""

    day: str
    balance: TrialBalance


def find_last_closing(before: str) -> Closing | None:
    """The closing of the last closed day before the day `before`; `None` if there is none."""
    items = ClosingItem.query(
        keys.CLOSINGS,
        ClosingItem.sk < before,
        scan_index_forward=False,
        limit=1,
        consistent_read=True,
    )
    item = next(iter(items), None)
    return Closing(item.sk, item.balance) if item else None


def put_closing(closing: Closing) -> None:
    """Closes a day. No entry can be added to it any more, so several callers that close it write
    the same closing.
    """
    item = ClosingItem(*keys.closing(closing.day), balance=closing.balance)
    retrying(lambda: write([Write(item)]))
