"""Journal lines and accounts for people: with public ids and sentences."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import batched
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.domain.ledger.entry import CREDIT, Entry
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.trial_balance import TrialBalance, account_periods
from shared.domain.members.names import Names
from shared.members.profile import load_names
from shared.store.programs import journal
from shared.store.programs.journal import EPOCH, MILLISECOND, JournalLine
from shared.words import sentence

AT_ONCE = 1_000
"""How many lines are held in memory at a time, with their entries and names."""


class JournalRow(NamedTuple):
    """One posting. `entry` and `member` are public ids, `debit` and `credit` are names of accounts,
    `amount` is in minor units and above 0.
    """

    entry: str
    at: datetime
    member: str
    order: str | None
    kind: str
    debit: str
    credit: str
    amount: int
    currency: str
    text: str

    def day(self, zone: str) -> date:
        """The day of the posting in a time zone."""
        return self.at.astimezone(ZoneInfo(zone)).date()


class AccountRow(NamedTuple):
    """An account's balance at the start and at the end of a period, debits less credits."""

    account: str
    currency: str
    opening: int
    closing: int


def load_rows(lines: Iterable[JournalLine]) -> list[JournalRow]:
    rows: list[JournalRow] = []
    for some in batched(lines, AT_ONCE, strict=False):
        entries = journal.find_entries(some)
        names = load_names(entries, *dict.fromkeys(entry.member for entry in entries))
        by_entry = {(*line.amount.owner, line.sequence): line for line in some}
        rows += [
            _row(entry, by_entry[entry.member, entry.currency, entry.sequence], names)
            for entry in entries
        ]
    return rows


def load_accounts(
    opening: TrialBalance, closing: TrialBalance, moved: Iterable[Owner]
) -> list[AccountRow]:
    """All shop accounts, and the accounts of members whose balance is or was not 0 or that had a
    movement.
    """
    periods = list(account_periods(opening, closing, moved))
    names = load_names((), *dict.fromkeys(one.member for one in periods if one.member))
    return [
        AccountRow(
            f"{one.account}:{names.public(one.member)}" if one.member else one.account,
            one.currency,
            one.opening,
            one.closing,
        )
        for one in periods
    ]


def _row(entry: Entry, line: JournalLine, names: Names) -> JournalRow:
    posting, member = entry.posting, names.public(entry.member) or entry.member
    own = f"{CREDIT}:{member}"
    debit, credit = (own if name.startswith(CREDIT) else name for name in posting[:2])
    is_on_time = (entry.at - EPOCH) // MILLISECOND == (line.at - EPOCH) // MILLISECOND
    return JournalRow(
        f"{member}-{entry.currency}-{entry.sequence}",
        entry.at if is_on_time else line.at,
        member,
        entry.order,
        entry.kind,
        debit,
        credit,
        posting.amount,
        posting.currency,
        sentence(entry.reason, names.login),
    )


def owners_of(lines: Sequence[JournalLine]) -> list[Owner]:
    return list(dict.fromkeys(line.amount.owner for line in lines))
