"""The run that closes a month: what it plans, and what it counts as it goes (design, section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.ledger import LastStatement
from shared.domain.ledger.statement import Figures, Statement

MEMBERS_A_SHARD = 5_000
MOST_SHARDS = 256


class AccountSummary(NamedTuple):
    """An account as the run comes upon it."""

    member: str
    currency: str
    sequence: int
    balance: int
    settled: LastStatement

    @property
    def owner(self) -> tuple[str, str]:
        return self.member, self.currency


@dataclass(frozen=True, slots=True)
class SettlementCounts:
    """Of accounts: `members` were looked at, in `idle` ones nothing moved; `unexplained` is what balances say beyond statements."""

    members: int = 0
    idle: int = 0
    failed: int = 0
    statements: int = 0
    unexplained: int = 0
    sums: Mapping[str, Figures] = field(default_factory=dict)

    def __add__(self, other: "SettlementCounts") -> "SettlementCounts":
        currencies = sorted({*self.sums, *other.sums})
        sums = {
            name: self.sums.get(name, Figures()) + other.sums.get(name, Figures())
            for name in currencies
        }
        numbers = {name: getattr(self, name) + getattr(other, name) for name in NUMBERS}
        return SettlementCounts(**numbers, sums=sums)

    @property
    def difference(self) -> int:
        """0 where openings, movements and closings add up, and balances are where statements closed."""
        return self.unexplained + sum(abs(figures.difference) for figures in self.sums.values())


NUMBERS = ("members", "idle", "failed", "statements", "unexplained")
FAILED = SettlementCounts(members=1, failed=1)


@dataclass(frozen=True, slots=True)
class SettlementRun:
    """One month's settlement. The zone is that of the program when it began; `expected` members are a guess by those before."""

    month: str
    time_zone: str
    shards: int
    expected: int
    begun_at: datetime
    closed_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class SettlementShard:
    """A part of the ledger as far as it was looked through: `after` is where its next page begins, as text of its key."""

    month: str
    number: int
    counts: SettlementCounts = field(default_factory=SettlementCounts)
    after: tuple[str, str] | None = None
    done: bool = False
    revision: int = 0

    def turned(self, page: SettlementCounts, rest: tuple[str, str] | None) -> "SettlementShard":
        """After one more page; without a rest it was the last."""
        return replace(self, counts=self.counts + page, after=rest, done=rest is None)


def shards_for(members: int) -> int:
    """In how many parts as many members are settled at once."""
    return min(MOST_SHARDS, max(1, -(-members // MEMBERS_A_SHARD)))


def is_idle(seen: AccountSummary, month: str) -> bool:
    """Whether an account needs no look at its entries: it has none since a statement of an earlier month."""
    return seen.sequence == seen.settled.sequence and seen.settled.month != month


def idle(seen: AccountSummary) -> SettlementCounts:
    """An account in which nothing moved; where nothing follows its statement, its balance is where that one closed."""
    gap = seen.balance - seen.settled.closing if seen.sequence == seen.settled.sequence else 0
    return SettlementCounts(members=1, idle=1, unexplained=abs(gap))


def issued(statement: Statement) -> SettlementCounts:
    return SettlementCounts(members=1, statements=1, sums={statement.currency: statement.figures})
