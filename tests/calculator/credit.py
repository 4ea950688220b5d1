"""Credit of members: posted, spent, given back, lapsed.

Rules: `posting`, `return`, `expiry`, `order-share`, `available-on`, `lapsed`.
"""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.calculator.books import Entry, wallet
from tests.calculator.shop import Order, Shop, Skipped

DAY = timedelta(days=1)
SPENT = "spent"
FIGURES = {
    "reward": "earned",
    "clawback": "clawed_back",
    "forfeit": "forfeited",
    "capture": "redeemed",
    "return": "returned",
    "expiry": "expired",
}
SIGNS = {"reward": 1, "clawback": -1, "forfeit": -1, "capture": -1, "return": 1, "expiry": -1}


def spent_on(order_id: str) -> tuple[str, int, str]:
    return (order_id, 0, SPENT)


class Credit(Shop):
    """A shop with the entries of its members and the sums of each month."""

    def __init__(self, program: dict[str, Any]) -> None:
        super().__init__(program)
        self.zone = ZoneInfo(program["time_zone"])
        self.months: dict[str, Counter[str]] = {}

    def month(self, at: datetime) -> Counter[str]:
        """The sums of a month of the program's zone."""
        return self.months.setdefault(at.astimezone(self.zone).strftime("%Y-%m"), Counter())

    def tell_redeemed(self, line: dict[str, Any], now: datetime) -> None:
        member, order_id = line["member"], line["order"]
        if self.known(member).blocked:
            raise Skipped("member_blocked")
        order = self.orders.get(order_id)
        if order and order.facts.undone():
            raise Skipped("order_undone")
        self.bound_by_share(order, line)
        if line["amount"] > self.available(member, now):
            raise Skipped("insufficient_credit")
        self.post(Entry(now, member, "capture", -line["amount"], spent_on(order_id), now))
        if order:
            self.give_credit_back(order_id, order, now)

    def available(self, member: str, now: datetime) -> int:
        """What can be spent at an instant; without a hold all can, from the line that brought it."""
        mine = [entry for entry in self.entries if entry.member == member]
        at_once = self.program["hold_days"] == 0
        return sum(entry.amount for entry in mine if at_once or entry.available_on <= now)

    def bound_by_share(self, order: Order | None, line: dict[str, Any]) -> None:
        """All that is spent on an order is at most a share of it (`order-share`)."""
        percent = Fraction(self.program["wallet"].get("max_percent_of_order") or "100")
        total: Fraction | int | None = line.get("items_total")
        if order:
            rate = self.rate_of(order.facts)
            total = order.facts.paid_total() * rate if rate else total
        if total is None:
            if percent < 100:
                raise Skipped("order_unknown")
            return
        spent = -sum(e.amount for e in self.entries if e.lot == spent_on(line["order"]))
        if spent + line["amount"] > total * percent / 100:
            raise Skipped("above_order_share")

    def lapsed(self, member: str, lot: tuple[str, int, str]) -> tuple[int, int]:
        """What expired of a reward, and how much of it was posted when it last did."""
        lapsed = posted = stood = 0
        for entry in self.entries:
            if (entry.member, entry.lot) != (member, lot):
                continue
            if entry.kind == "expiry":
                lapsed -= entry.amount
                stood = posted
            else:
                posted += entry.amount
        return lapsed, stood

    def available_on(self, moment: datetime, now: datetime) -> datetime:
        """At once without a hold, else the first UTC midnight at or after moment + hold days."""
        days = self.program["hold_days"]
        if days == 0:
            return now
        end = moment + days * DAY
        midnight = datetime.combine(end.date(), time(), UTC)
        return midnight if midnight == end else midnight + DAY

    def expires_at(self, available_on: datetime) -> datetime | None:
        """The end of the day, in the program's zone, on which credit expires."""
        days = self.program["wallet"].get("expires_after_days")
        if days is None:
            return None
        day = (available_on + days * DAY).astimezone(self.zone).date()
        return datetime.combine(day + DAY, time(), self.zone).astimezone(UTC)

    def post(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.month(entry.at)[FIGURES[entry.kind]] += SIGNS[entry.kind] * entry.amount

    def give_credit_back(self, order_id: str, order: Order, now: datetime) -> None:
        """Post credit due back for an order less what was given back, the last payer first."""
        spent: dict[str, int] = {}
        for entry in self.entries:
            if entry.kind in ("capture", "return") and entry.order == order_id:
                spent[entry.member] = spent.get(entry.member, 0) - entry.amount
        captured = -sum(
            e.amount for e in self.entries if e.kind == "capture" and e.order == order_id
        )
        back = captured - sum(spent.values())
        rate = self.rate_of(order.facts)
        change = order.facts.credit_back(captured, rate) - back
        for member in spent:
            part = min(change, spent[member]) if change > 0 else change
            change -= part
            if part:
                self.post(Entry(now, member, "return", part, spent_on(order_id), now))
        self.expire(now)

    def expire(self, now: datetime) -> None:
        """Post what lapsed unspent up to an instant, each at its own or when it came too late."""
        while True:
            due = [
                (lot.expires_at, member, lot)
                for member, person in self.members.items()
                if not person.blocked
                for lot in wallet(self.entries, member, now).lots
                if lot.expires_at and lot.expires_at <= now and lot.left > 0
            ]
            if not due:
                return
            at, member, lot = min(due, key=lambda row: (row[0], row[1], row[2].key))
            came = [e.at for e in self.entries if e.member == member and e.amount > 0]
            at = max([at, *came, *self.members[member].unblocked])
            self.post(Entry(at, member, "expiry", -lot.left, lot.key, lot.available_on))
