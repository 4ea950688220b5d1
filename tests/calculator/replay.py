"""A history told line by line, and the answer of `grapevine backtest --json` to it.

Rules: `history`, `history-skipped`, `group-assigned`, `referral-end`, `block`, `taken`, `test-order`.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from tests.calculator.books import Entry
from tests.calculator.facts import Telling, instant
from tests.calculator.orders import Orders
from tests.calculator.shop import Order, Skipped


class Replay(Orders):
    """Tells a shop its lines; each posts what is due less what was posted."""

    def __init__(self, program: dict[str, Any]) -> None:
        super().__init__(program)
        self.places = 0

    def tell(self, line: dict[str, Any]) -> None:
        now = instant(line["at"])
        self.places += 1
        self.expire(now)
        before = self.standing()
        try:
            getattr(self, f"tell_{line['type']}")(line, now)
        except Skipped as skipped:
            self.skipped[str(skipped)] += 1
        self.expire(now)
        after = self.standing()
        after.subtract(before)
        self.month(now).update(after)

    def standing(self) -> Counter[str]:
        """Of all orders: how many, what is kept, and how many refusals."""
        orders = self.orders.values()
        return Counter(
            orders=len(orders),
            kept=sum(self.kept_of(order) for order in orders if order.terms),
            refusals=sum(1 for order in orders for due in order.dues if due.refusal),
        )

    # Lines

    def tell_member(self, line: dict[str, Any], now: datetime) -> None:
        member = self.member(line["id"], now)
        member.email = line.get("email") or member.email
        member.code = line.get("code") or member.code
        if line.get("advocate"):
            self.member(line["advocate"])
            self.bind(line["id"], line["advocate"], now)

    def tell_referral_ended(self, line: dict[str, Any], now: datetime) -> None:
        edge = self.edge_of(line["friend"])
        if edge is None:
            raise Skipped("no_referral_to_end")
        edge.ended = True

    def tell_group_assigned(self, line: dict[str, Any], now: datetime) -> None:
        member = self.known(line["member"])
        assignable = [g["id"] for g in self.program["groups"] if g.get("assigned")]
        if line["group"] is not None and line["group"] not in assignable:
            raise Skipped("unknown_group")
        member.assigned = line["group"]

    def tell_blocked(self, line: dict[str, Any], now: datetime) -> None:
        """What is pending is forfeited, and stays taken whatever arrives later."""
        self.known(line["member"]).blocked = True
        if self.program["hold_days"] == 0:
            return
        pending: dict[tuple[tuple[str, int, str], datetime], int] = {}
        for entry in self.entries:
            if entry.member == line["member"] and entry.available_on > now:
                key = entry.lot, entry.available_on
                pending[key] = pending.get(key, 0) + entry.amount
        for (lot, available_on), amount in pending.items():
            if amount > 0:
                taken = self.orders[lot[0]].taken
                key_taken = (line["member"], lot[1], lot[2])
                taken[key_taken] = taken.get(key_taken, 0) + amount
                self.post(Entry(now, line["member"], "forfeit", -amount, lot, available_on))

    def tell_unblocked(self, line: dict[str, Any], now: datetime) -> None:
        member = self.known(line["member"])
        if member.blocked:
            member.blocked = False
            member.unblocked.append(now)
        self.expire(now)

    def tell_order(self, line: dict[str, Any], now: datetime) -> None:
        told = line["order"]
        order = self.orders.setdefault(told["id"], Order())
        buyer = order.tellings and order.facts.buyer["id"]
        order.tellings.append(Telling(now, self.places, told))
        facts = order.facts
        if buyer and buyer != facts.buyer["id"] and not facts.newest.get("test"):
            self.leave(told["id"], order, now)
        if told.get("code") and told["code"] not in order.codes:
            order.codes = sorted([*order.codes, told["code"]])
            if order.terms and not order.terms.chain:
                order.terms = None
        self.give_credit_back(told["id"], order, now)
        if facts.newest.get("test"):
            order.parked = "test_order"
            return
        self.buyer_joins(told, order)
        if self.rate_of(facts) is None and self.moment_of(order):
            order.parked = "no_exchange_rate"
            return
        order.parked = None
        self.evaluate(told["id"], order, now)
