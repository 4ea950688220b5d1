"""The shop as a history tells it: members, referrals, orders and entries in plain lists.

Rules: `binding`, `no-circle`, `own-code`, `volume`, `payments`, `room-freed`, `refusal-existing_customer`.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.calculator.books import Entry
from tests.calculator.facts import Facts, Telling
from tests.calculator.rewards import Due, Terms


@dataclass(eq=False)
class Edge:
    """A referral."""

    advocate: str
    friend: str
    at: datetime
    ended: bool = False


@dataclass
class Member:
    signed_up: datetime | None = None
    email: str | None = None
    code: str | None = None
    blocked: bool = False
    unblocked: list[datetime] = field(default_factory=list)
    assigned: str | None = None


@dataclass
class Order:
    """`taken` is what blocks forfeited, by beneficiary, level and code."""

    tellings: list[Telling] = field(default_factory=list)
    terms: Terms | None = None
    refusal: str | None = None
    dues: list[Due] = field(default_factory=list)
    taken: dict[tuple[str, int, str], int] = field(default_factory=dict)
    parked: str | None = None
    own_code: bool = False
    limited: bool = False
    dates: dict[tuple[str, tuple[str, int, str]], tuple[datetime, datetime | None]] = field(
        default_factory=dict
    )
    edge_made: Edge | None = None
    codes: list[str] = field(default_factory=list)

    @property
    def facts(self) -> Facts:
        return Facts(self.tellings)

    def standing(self, due: Due) -> int:
        """What is due less what a block forfeited for good (`taken`)."""
        if due.member is None or due.level is None:
            return 0
        return max(0, due.amount - self.taken.get((due.member, due.level, due.code), 0))


class Skipped(Exception):
    """The live system would refuse this line; the argument is the word that it is counted by."""


class Shop:
    """Everything told so far, and what follows from it."""

    def __init__(self, program: dict[str, Any]) -> None:
        self.program = program
        self.members: dict[str, Member] = {}
        self.edges: list[Edge] = []
        self.orders: dict[str, Order] = {}
        self.entries: list[Entry] = []
        self.skipped: Counter[str] = Counter()

    # People

    def member(self, member_id: str, signed_up: datetime | None = None) -> Member:
        """A member, new where need be; the first time known is the sign-up."""
        member = self.members.setdefault(member_id, Member())
        member.signed_up = member.signed_up or signed_up
        return member

    def known(self, member_id: str) -> Member:
        if member_id not in self.members:
            raise Skipped("unknown_member")
        return self.members[member_id]

    def edge_of(self, friend: str) -> Edge | None:
        """The friend's open referral."""
        return next((e for e in self.edges if e.friend == friend and not e.ended), None)

    def advocates_above(self, member_id: str) -> list[str]:
        above: list[str] = []
        while edge := self.edge_of(above[-1] if above else member_id):
            above.append(edge.advocate)
        return above

    def bind(self, friend: str, advocate: str, at: datetime) -> None:
        if friend == advocate:
            raise Skipped("edge_to_oneself")
        edge = self.edge_of(friend)
        if edge and edge.advocate == advocate:
            return
        if edge:
            raise Skipped("second_advocate")
        if friend in self.advocates_above(advocate):
            raise Skipped("circle")
        self.edges.append(Edge(advocate, friend, at))

    # Orders

    def rate_of(self, facts: Facts) -> Fraction | None:
        return facts.rate(self.program["currency"])

    def kept_of(self, order: Order, base: str | None = None) -> int:
        wallet = self.program["wallet"]
        facts = order.facts
        reduces = wallet.get("credit_reduces_base", True)
        return facts.kept(base or self.program["base"], reduces, self.rate_of(facts) or Fraction(0))

    def moment_of(self, order: Order) -> datetime | None:
        """The earning moment, as the facts are now."""
        field_of = {"paid": "paid_at", "completed": "completed_at"}
        return order.facts.earliest(field_of[self.program["earn_on"]])

    def whole_of(self, order: Order) -> int:
        """What would be kept of an order had nothing been given back."""
        reduces = self.program["wallet"]["credit_reduces_base"]
        facts = order.facts
        return facts.whole(self.program["base"], reduces, self.rate_of(facts) or Fraction(0))

    def bought_before(self, member_id: str, other_than: Order, moment: datetime) -> bool:
        """Whether a member had placed another order before an instant."""
        return any(
            order.facts.placed_at < moment
            for order in self.orders.values()
            if order is not other_than
            and order.facts.buyer.get("id") == member_id
            and not order.facts.newest.get("test")
        )

    def volume(self, member_id: str) -> int:
        """What is kept of the friends' orders that no rule refused, of open referrals."""
        base = "items_net" if self.program["base"] == "paid_total" else None
        return sum(
            self.kept_of(order, base)
            for order in self.orders.values()
            if order.terms
            and order.terms.edge
            and order.terms.edge.advocate == member_id
            and not order.terms.edge.ended
            and not order.terms.chain[0].blocked
            and order.refusal is None
        )

    def group(self, member_id: str) -> dict[str, Any] | None:
        """Staff's group, else the greatest threshold that the volume reached."""
        groups = self.program["groups"]
        assigned = self.members[member_id].assigned
        for group in groups:
            if group["id"] == assigned:
                return group  # type: ignore[no-any-return]
        volume = self.volume(member_id)
        reached = [g for g in groups if not g.get("assigned") and g["min_volume"] <= volume]
        return max(reached, key=lambda g: g["min_volume"], default=None)

    def payments(self, friend: str) -> int:
        """Earning orders of a friend that keep something and that no rule refused."""
        of_friend = [o for o in self.orders.values() if o.terms and o.terms.buyer == friend]
        counted = [o for o in of_friend if o.refusal is None and self.kept_of(o) > 0]
        return len(counted)

    def limited(self, moment: datetime) -> bool:
        """Whether an order of this earning moment is under the limit of its advocates."""
        limit = self.program["rules"].get("max_per_advocate")
        return limit is not None and within(limit, moment)

    def room(self, advocate: str, beside: str | None = None) -> int | None:
        """What the limit leaves an advocate, beside one order; None without a limit."""
        limit = self.program["rules"].get("max_per_advocate")
        if limit is None:
            return None
        used = sum(
            entry.amount
            for entry in self.entries
            if entry.member == advocate
            and entry.kind in ("reward", "clawback", "forfeit")
            and entry.lot[1] >= 1
            and entry.order != beside
            and self.orders[entry.order].limited
        )
        return int(limit["amount"]) - used

    def posted(self, order_id: str, member: str, level: int, code: str) -> int:
        return sum(
            entry.amount
            for entry in self.entries
            if entry.member == member
            and entry.lot == (order_id, level, code)
            and entry.kind in ("reward", "clawback", "forfeit")
        )


def within(window: dict[str, Any], moment: datetime) -> bool:
    """`from` is inside and `until` is not; null is no end."""
    start, end = window.get("from"), window.get("until")
    after = start is None or moment >= datetime.fromisoformat(start)
    return after and (end is None or moment < datetime.fromisoformat(end))
