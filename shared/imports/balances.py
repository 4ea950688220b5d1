"""Imports balances: what each member owned in the previous program."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from shared.domain.kinds import Currency, Identifier, Text
from shared.domain.record import Record
from shared.imports.members import BALANCE
from shared.imports.sequence import TableRow
from shared.wallet.opening_balances import OpeningBalance, post_opening_balance


@dataclass(frozen=True, slots=True)
class ImportedBalance:
    """The balance of a member, as a row of an import tells it. A member has at most one balance for
    each `reason` (decision 197).
    """

    member: Identifier
    amount: Annotated[int, BALANCE]
    currency: Currency
    reason: Annotated[Text | None, "Where it comes from, where a member has several"] = None


IMPORTED_BALANCE = Record(ImportedBalance, "ImportedBalance")


def import_balance(row: TableRow, at: datetime) -> bool:
    """Posts the balance of a row. Returns false if it was posted before.

    Raises `InvalidDocument`, `Conflict` and `NotFound`.
    """
    told = IMPORTED_BALANCE.parse(row)
    balance = OpeningBalance(told.member, told.amount, told.currency)
    if told.reason and told.reason.strip():
        balance = balance._replace(name=told.reason.strip())
    return post_opening_balance(balance, at)
