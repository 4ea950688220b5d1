"""The sums of each month in a backtest."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.rewards.reward import RewardOutcome

TOTALLED = ("orders", "kept", "rewards", "refusals")


class MonthSums:
    """The sums of one month. Amounts are minor units of the program's currency."""

    __slots__ = (
        "clawed_back",
        "earned",
        "expired",
        "forfeited",
        "kept",
        "orders",
        "redeemed",
        "refusals",
        "returned",
    )

    def __init__(self) -> None:
        self.orders = 0
        self.kept = 0
        self.refusals = 0
        self.earned = 0
        self.clawed_back = 0
        self.forfeited = 0
        self.redeemed = 0
        self.returned = 0
        self.expired = 0

    def add_evaluation(
        self,
        before: RewardOutcome | None,
        after: RewardOutcome | None,
        earned: int,
        clawed_back: int,
    ) -> None:
        """Counts the change of what an order earns, from one evaluation (`before`) to the next
        (`after`). `before` is `None` for the first one, `after` if the order was withdrawn or left
        its buyer; the one that follows then has no `before`.

        `earned` and `clawed_back` are what the change posted, both 0 or above.
        """
        if after is not None:
            self.kept += after.kept
            self.refusals += len(after.refusals)
        if before is not None:
            self.kept -= before.kept
            self.refusals -= len(before.refusals)
        self.earned += earned
        self.clawed_back += clawed_back

    def by_name(self) -> dict[str, int]:
        """The sums by name, as the result lists them. `rewards` is `earned` less `clawed_back` and
        `forfeited`.
        """
        return {
            "orders": self.orders,
            "kept": self.kept,
            "rewards": self.earned - self.clawed_back - self.forfeited,
            "refusals": self.refusals,
            "earned": self.earned,
            "clawed_back": self.clawed_back,
            "forfeited": self.forfeited,
            "redeemed": self.redeemed,
            "returned": self.returned,
            "expired": self.expired,
        }


class MonthlySums:
    """The sums of each month, in the program's time zone. The instant of an event decides its
    month.

    Months in which nothing changed are left out.
    """

    def __init__(self, time_zone: str) -> None:
        self._zone = None if time_zone == "UTC" else ZoneInfo(time_zone)
        self._months: dict[tuple[int, int], MonthSums] = {}

    def month_of(self, at: datetime) -> MonthSums:
        """The sums of the month of an instant."""
        if self._zone is not None:
            at = at.astimezone(self._zone)
        key = at.year, at.month
        sums = self._months.get(key)
        if sums is None:
            sums = self._months[key] = MonthSums()
        return sums

    def add_forfeited(self, at: datetime, amount: int) -> None:
        if amount:
            self.month_of(at).forfeited += amount

    def add_redeemed(self, at: datetime, amount: int) -> None:
        if amount:
            self.month_of(at).redeemed += amount

    def add_returned(self, at: datetime, amount: int) -> None:
        if amount:
            self.month_of(at).returned += amount

    def add_expired(self, at: datetime, amount: int) -> None:
        if amount:
            self.month_of(at).expired += amount

    def by_month(self) -> dict[str, dict[str, int]]:
        """The sums by name for each month, such as `2026-03`; the earliest month first."""
        return {
            f"{year:04d}-{month:02d}": sums.by_name()
            for (year, month), sums in sorted(self._months.items())
        }

    def totals(self) -> dict[str, int]:
        months = self.by_month().values()
        return {name: sum(sums[name] for sums in months) for name in TOTALLED}
