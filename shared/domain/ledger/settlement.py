"""The run that closes a month: its state and its counts (specification: settlement)."""

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
    """The fields of an account that a scan returns. They are enough to decide whether its entries
    must be read.
    """

    owner: Owner
    sequence: int
    balance: int
    settled: LastStatement


@dataclass(frozen=True, slots=True)
class SettlementCounts:
    """What a run counts. `members` to `statements` are numbers of accounts; amounts are minor
    units.

    * `members`: accounts that were looked at.
    * `idle`: those without movement.
    * `failed`: those that could not be settled.
    * `statements`: statements that were issued.
    * `unexplained`: sum of the differences between the balance of an idle account and the closing
      balance of its last statement; should be 0.
    * `sums`: by currency, the sum of the figures of all statements.
    * `standing`: by currency, the balances of accounts without a statement in this run. They were
      the same before and after the month.
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
        """The figures of the whole shop, by currency: all statements, plus the accounts without
        one. `closing` is what the shop owed at the end of the month (specification:
        settlement-of-the-shop).
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
        """What the run leaves unexplained, in minor units. Anything but 0 is an error."""
        return self.unexplained + sum(abs(figures.difference) for figures in self.sums.values())


NUMBERS = ("members", "idle", "failed", "statements", "unexplained")


@dataclass(frozen=True, slots=True)
class _Run:
    """One month's settlement.

    * `time_zone`: the program's time zone when the run began; it stays the same for the whole run.
    * `shards`: the number of parts into which the ledger is divided.
    * `expected`: an estimate of the number of members, from the month before.
    """

    month: str
    time_zone: str
    shards: int
    expected: int
    begun_at: datetime
    revision: int = 0


@dataclass(frozen=True, slots=True)
class OpenRun(_Run):
    """A settlement that has not finished."""

    def closed(self, at: datetime) -> "ClosedRun":
        return ClosedRun(**asdict(self), closed_at=at)


@dataclass(frozen=True, slots=True)
class ClosedRun(_Run):
    """A settlement that has finished: all its shards are done."""

    closed_at: datetime = field(kw_only=True)


SettlementRun = OpenRun | ClosedRun


@dataclass(frozen=True, slots=True)
class SettlementShard:
    """The progress of a run in one part of the ledger.

    * `after`: the key (pk, sk) of the last item read; `None` before the first page and after the
      last.
    * `revision`: raised by each page.
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
        """The shard after one more page. `rest` is the key after which the next page begins; `None`
        if there is none.
        """
        return replace(self, counts=self.counts + counts, after=rest, done=rest is None)


def shards_for(members: int) -> int:
    """The number of parts into which a ledger with so many members is divided. The parts are
    settled at the same time.
    """
    return min(MOST_SHARDS, max(1, -(-members // MEMBERS_A_SHARD)))


def is_idle(account: AccountSummary, month: str) -> bool:
    """Whether an account has no entry since its last statement. False if that statement is already
    of this month.
    """
    return account.sequence == account.settled.sequence and account.settled.month != month


def idle_counts(account: AccountSummary) -> SettlementCounts:
    """What an account without movement adds to the counts of its run.

    If no entry follows its last statement, the balance must be the closing balance of that
    statement; a difference is counted as unexplained.
    """
    gap = 0
    if account.sequence == account.settled.sequence:
        gap = account.balance - account.settled.closing
    standing = {account.owner.currency: account.settled.closing}
    return SettlementCounts(members=1, idle=1, unexplained=abs(gap), standing=standing)


def failed_counts(currency: str, opening: int) -> SettlementCounts:
    """What an account that could not be settled adds to the counts of its run. Its opening balance
    is added to `standing`.
    """
    return SettlementCounts(members=1, failed=1, standing={currency: opening})


def counted_as_solved(counts: SettlementCounts, currency: str, opening: int) -> SettlementCounts:
    """The counts of an account that failed first and was settled later: its own counts, minus what
    `failed_counts` added.
    """
    failure = SettlementCounts(members=-1, failed=-1, standing={currency: -opening})
    return counts + failure


def statement_counts(statement: Statement) -> SettlementCounts:
    """What an account with a statement adds to the counts of its run."""
    return SettlementCounts(members=1, statements=1, sums={statement.currency: statement.figures})
