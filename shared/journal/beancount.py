"""The journal as a beancount file, which `bean-check` accepts unchanged.

The file opens every account on the day before the period with its balance, and ends with the
balances that the accounts must have after it. Debits are positive, as in the books.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from shared.domain.instants import DAY, instant_text
from shared.domain.ledger.entry import CREDIT
from shared.domain.money import minor_digits
from shared.journal.rows import AccountRow, JournalRow

_NAMES = {
    CREDIT: "Liabilities:Credit",
    "expense:rewards": "Expenses:Rewards",
    "expense:friend_bonus": "Expenses:FriendBonus",
    "expense:adjustments": "Expenses:Adjustments",
    "income:breakage": "Income:Breakage",
    "income:forfeited": "Income:Forfeited",
    "clearing:redemptions": "Assets:Clearing:Redemptions",
}
OPENED_BY_USE = 'plugin "beancount.plugins.auto_accounts"\n'
_PLAIN = re.compile(r"[A-Z0-9][A-Za-z0-9]*")
_OTHER = re.compile(r"[^A-Za-z0-9]")


class PartEnds(NamedTuple):
    """Whether a text has the beginning and the end of its file."""

    first: bool = True
    last: bool = True


WHOLE = PartEnds()


def beancount_text(
    rows: Sequence[JournalRow],
    accounts: Sequence[AccountRow],
    first: date,
    last: date,
    zone: str,
    ends: PartEnds = WHOLE,
) -> str:
    """The rows of the days `first` to `last`; `accounts` must contain every account of the rows.

    A large file comes in parts, which are joined one after the other. The first part does not know
    which accounts later parts use, so in such a file beancount's plugin opens accounts by itself.
    """
    parts: list[str] = []
    if ends.first:
        names = [row.account for row in accounts]
        names += [name for row in rows for name in (row.debit, row.credit)]
        parts += [_head(first, last, zone)]
        parts += [_opens(names, first - DAY)] if ends.last else [OPENED_BY_USE]
        parts += _openings(accounts, first - DAY)
    parts += [_transaction(row, zone) for row in rows]
    parts += [_balances(accounts, last + DAY)] if ends.last else [""]
    return "\n".join(parts)


def account_name(account: str) -> str:
    """An account's name in the characters that beancount allows; different members get different
    names.
    """
    if account in _NAMES:
        return _NAMES[account]
    member = account.removeprefix(f"{CREDIT}:")
    plain = member if _PLAIN.fullmatch(member) else f"X{_OTHER.sub(_escaped, member)}"
    return f"{_NAMES[CREDIT]}:{plain}"


def amount_text(amount: int, currency: str) -> str:
    """An amount in minor units as a decimal number with a full stop."""
    digits = minor_digits(currency)
    whole, fraction = divmod(abs(amount), 10**digits)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{fraction:0{digits}d}" if digits else f"{sign}{whole}"


def _escaped(character: re.Match[str]) -> str:
    return f"-{ord(character[0]):x}-"


def _head(first: date, last: date, zone: str) -> str:
    return f'option "title" "Word-of-mouth credit, {first} to {last} ({zone})"\n'


def _opens(accounts: Iterable[str], day: date) -> str:
    names = dict.fromkeys(map(account_name, accounts))
    return "".join(f"{day} open {name}\n" for name in names)


def _openings(accounts: Iterable[AccountRow], day: date) -> Iterator[str]:
    """One transaction with all opening balances; their sum is 0."""
    legs = [_leg(row.account, row.opening, row.currency) for row in accounts if row.opening]
    if legs:
        yield f'{day} * "Opening"\n{"".join(legs)}'


def _transaction(row: JournalRow, zone: str) -> str:
    meta = [("entry", row.entry), ("at", instant_text(row.at)), ("kind", row.kind)]
    meta += [("order", row.order)] if row.order else []
    lines = "".join(f"  {name}: {_quoted(value)}\n" for name, value in meta)
    legs = _leg(row.debit, row.amount, row.currency) + _leg(row.credit, -row.amount, row.currency)
    return f"{row.day(zone)} * {_quoted(row.member)} {_quoted(row.text)}\n{lines}{legs}"


def _leg(account: str, amount: int, currency: str) -> str:
    return f"  {account_name(account)}  {amount_text(amount, currency)} {currency}\n"


def _balances(accounts: Iterable[AccountRow], day: date) -> str:
    """The balances at the start of a day, which is when beancount checks them."""
    return "".join(
        f"{day} balance {account_name(row.account)}"
        f"  {amount_text(row.closing, row.currency)} {row.currency}\n"
        for row in accounts
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'
