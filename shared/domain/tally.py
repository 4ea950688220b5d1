"""Sums of a backtest by month, in constant memory."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.reward import Outcome

COUNTED = ("orders", "kept", "rewards", "refusals")
MOVED = ("earned", "clawed_back", "forfeited", "redeemed", "returned", "expired")


class Months:
    """What each month added, by the time of the line that brought it, in the program's time zone; the months sum up to the totals."""

    def __init__(self, time_zone: str):
        self._zone = None if time_zone == "UTC" else ZoneInfo(time_zone)
        self._months: dict[tuple[int, int], dict[str, int]] = {}

    def month(self, at: datetime) -> dict[str, int]:
        """The sums of the month that an instant falls in."""
        if self._zone is not None:
            at = at.astimezone(self._zone)
        key = at.year, at.month
        found = self._months.get(key)
        if found is None:
            found = self._months[key] = dict.fromkeys(COUNTED + MOVED, 0)
        return found

    def ordered(self, at: datetime) -> None:
        self.month(at)["orders"] += 1

    def evaluated(self, at: datetime, before: Outcome | None, after: Outcome, earned: int, clawed_back: int) -> None:
        """One evaluation of an order, as the difference to the one before it."""
        month = self.month(at)
        month["kept"] += after.kept
        month["refusals"] += len(after.refusals)
        if before is not None:
            month["kept"] -= before.kept
            month["refusals"] -= len(before.refusals)
        month["rewards"] += earned - clawed_back
        month["earned"] += earned
        month["clawed_back"] += clawed_back

    def moved(self, at: datetime, kind: str, amount: int) -> None:
        if amount:
            month = self.month(at)
            month[kind] += amount
            if kind == "forfeited":
                month["rewards"] -= amount

    def totals(self) -> dict[str, int]:
        return {name: sum(month[name] for month in self._months.values()) for name in COUNTED}

    def rows(self) -> list[dict]:
        return [{"month": f"{year:04d}-{month:02d}", **sums} for (year, month), sums in sorted(self._months.items())]
