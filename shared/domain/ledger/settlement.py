"""The run that closes a month: its state and what it counts (specification: settlement)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.ledger import LastStatement
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.statement import Figures, Statement

MEMBERS_A_SHARD = 5_000
MOST_SHARDS = 256


class AccountSummary(NamedTuple):
    """An account as a scan sees it: enough to tell whether its entries must be read."""

    owner: Owner
    sequence: int
    balance: int
    settled: LastStatement


@dataclass(frozen=True, slots=True)
class SettlementCounts:
    """What a run counts, in accounts.

    `members` were looked at, `idle` of them had no movement, `failed` of them could not be closed,
    `statements` were issued. `unexplained` (minor units) is what balances of idle accounts differ
    from the closing of their last statement. `sums` adds up the figures of all statements by
    currency, `standing` what the accounts without one stood at before the month and still did after
    it.
    """

    members: int = 0
    idle: int = 0
    failed: int = 0
    statements: int = 0
    unexplained: int = 0
    sums: Mapping[str, Figures] = field(default_factory=dict)
    standing: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "SettlementCounts") -> "SettlementCounts":
        sums = {
            currency: self.sums.get(currency, Figures()) + other.sums.get(currency, Figures())
            for currency in sorted({*self.sums, *other.sums})
        }
        standing = {
            currency: self.standing.get(currency, 0) + other.standing.get(currency, 0)
            for currency in sorted({*self.standing, *other.standing})
        }
        numbers = {name: getattr(self, name) + getattr(other, name) for name in NUMBERS}
        return SettlementCounts(**numbers, sums=sums, standing=standing)

    @property
    def shop(self) -> Mapping[str, Figures]:
        """The month of all accounts together, by currency: its closing is what was owed then
        (specification: settlement-of-the-shop).
        """
        return {
            currency: self.sums.get(currency, Figures())
            + Figures(
                opening=self.standing.get(currency, 0), closing=self.standing.get(currency, 0)
            )
            for currency in sorted({*self.sums, *self.standing})
        }

    @property
    def difference(self) -> int:
        """What the run leaves unexplained, in minor units; 0 is the only good answer."""
        return self.unexplained + sum(abs(figures.difference) for figures in self.sums.values())


NUMBERS = ("members", "idle", "failed", "statements", "unexplained")


@dataclass(frozen=True, slots=True)
class _Run:
    """One month's settlement.

    `time_zone` is the program's when the run began, and stays. The ledger is gone through in
    `shards` parts; `expected` members are a guess from the month before.
    """

    month: str
    time_zone: str
    shards: int
    expected: int
    begun_at: datetime
    revision: int = 0


@dataclass(frozen=True, slots=True)
class OpenRun(_Run):
    """A settlement that is under way."""

    def closed(self, at: datetime) -> "ClosedRun":
        return ClosedRun(**asdict(self), closed_at=at)


@dataclass(frozen=True, slots=True)
class ClosedRun(_Run):
    """A settlement that is over: every shard is done."""

    closed_at: datetime = field(kw_only=True)


SettlementRun = OpenRun | ClosedRun


@dataclass(frozen=True, slots=True)
class SettlementShard:
    """How far one part of the ledger is.

    `after` is the key (pk, sk) of the last item of the pages so far, `None` before the first page
    and after the last one. Each page raises `revision`.
    """

    month: str
    number: int
    counts: SettlementCounts = field(default_factory=SettlementCounts)
    after: tuple[str, str] | None = None
    done: bool = False
    revision: int = 0

    def with_page(
        self, counts: SettlementCounts, rest: tuple[str, str] | None
    ) -> "SettlementShard":
        """The shard after one more page; `rest` is where the next begins, `None` after the last."""
        return replace(self, counts=self.counts + counts, after=rest, done=rest is None)


def shards_for(members: int) -> int:
    """In how many parts a ledger of so many members is settled at the same time."""
    return min(MOST_SHARDS, max(1, -(-members // MEMBERS_A_SHARD)))


def is_idle(account: AccountSummary, month: str) -> bool:
    """Whether an account has no entry since a statement of an earlier month."""
    return account.sequence == account.settled.sequence and account.settled.month != month


def idle_counts(account: AccountSummary) -> SettlementCounts:
    """What an account without movement adds to its run.

    If no entry follows its last statement, its balance must be the closing of that statement.
    """
    gap = 0
    if account.sequence == account.settled.sequence:
        gap = account.balance - account.settled.closing
    standing = {account.owner.currency: account.settled.closing}
    return SettlementCounts(members=1, idle=1, unexplained=abs(gap), standing=standing)


def failed_counts(currency: str, opening: int) -> SettlementCounts:
    """What an account that could not be closed adds to its run; it stands where it was."""
    return SettlementCounts(members=1, failed=1, standing={currency: opening})


def counted_as_solved(counts: SettlementCounts, currency: str, opening: int) -> SettlementCounts:
    """The counts of an account that was closed after it failed, less what its failure counted."""
    failure = SettlementCounts(members=-1, failed=-1, standing={currency: -opening})
    return counts + failure


def statement_counts(statement: Statement) -> SettlementCounts:
    """What an account with a statement adds to its run."""
    return SettlementCounts(members=1, statements=1, sums={statement.currency: statement.figures})
