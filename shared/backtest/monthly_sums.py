"""Sums of a backtest by month, in constant memory."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.rewards.reward import RewardOutcome

COUNTED = ("orders", "kept", "rewards", "refusals")


class MonthSums:
    """What one month added; `rewards` are what was earned less what was clawed back and forfeited."""

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

    def __init__(self):
        self.orders = self.kept = self.refusals = 0
        self.earned = self.clawed_back = self.forfeited = self.redeemed = self.returned = (
            self.expired
        ) = 0

    def evaluated(
        self,
        before: RewardOutcome | None,
        after: RewardOutcome | None,
        earned: int,
        clawed_back: int,
    ) -> None:
        """One evaluation of an order, as the difference to the one before it."""
        if after is not None:
            self.kept += after.kept
            self.refusals += len(after.refusals)
        if before is not None:
            self.kept -= before.kept
            self.refusals -= len(before.refusals)
        self.earned += earned
        self.clawed_back += clawed_back

    def row(self) -> dict[str, int]:
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
    """What each month added, by the time of the line that brought it, in the program's time zone; the months sum up to the totals."""

    def __init__(self, time_zone: str):
        self._zone = None if time_zone == "UTC" else ZoneInfo(time_zone)
        self._months: dict[tuple[int, int], MonthSums] = {}

    def month(self, at: datetime) -> MonthSums:
        """The sums of the month that an instant falls in."""
        if self._zone is not None:
            at = at.astimezone(self._zone)
        key = at.year, at.month
        found = self._months.get(key)
        if found is None:
            found = self._months[key] = MonthSums()
        return found

    def forfeited(self, at: datetime, amount: int) -> None:
        if amount:
            self.month(at).forfeited += amount

    def redeemed(self, at: datetime, amount: int) -> None:
        if amount:
            self.month(at).redeemed += amount

    def returned(self, at: datetime, amount: int) -> None:
        if amount:
            self.month(at).returned += amount

    def expired(self, at: datetime, amount: int) -> None:
        self.month(at).expired += amount

    def totals(self) -> dict[str, int]:
        rows = self.rows()
        return {name: sum(row[name] for row in rows) for name in COUNTED}

    def rows(self) -> list[dict]:
        return [
            {"month": f"{year:04d}-{month:02d}", **sums.row()}
            for (year, month), sums in sorted(self._months.items())
        ]
