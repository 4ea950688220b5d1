"""The program document: versioned terms by which advocates and friends are rewarded (design, section 3)."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.money import PERCENT, Reward

LONGEST_CHAIN = 40
"""Advocates above a buyer that an order looks at: with the order itself they fit one transaction of 100 items."""


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """How the base is shared out: by `levels`, or recursively by `percent` parts of the amount one level below."""

    system: str = "levels"
    levels: tuple[Reward, ...] = ()
    customer: Reward | None = None
    percent: int = 0
    max_levels: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Advocates with rewards of their own, reached by `min_volume` minor units or `assigned` by staff."""

    id: str
    name: str
    description: str
    levels: tuple[Reward, ...]
    min_volume: int | None = None
    assigned: bool = False


@dataclass(frozen=True, slots=True)
class Cap:
    """`max_per_advocate`: the room for an advocate's rewards of orders earned in `[since, until)`."""

    amount: int
    since: datetime | None = None
    until: datetime | None = None

    def covers(self, earned_at: datetime) -> bool:
        return (self.since is None or self.since <= earned_at) and (
            self.until is None or earned_at < self.until
        )


@dataclass(frozen=True, slots=True)
class Rules:
    total_days: int | None = None
    payment_minimum: int | None = None
    max_bonus: int | None = None
    min_bonus: int | None = None
    max_per_advocate: Cap | None = None
    total_payments: int | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """Taken off a friend's order at checkout: `reward` of the items, at most `most`, from `minimum_order` on."""

    reward: Reward
    most: int | None = None
    minimum_order: int | None = None


@dataclass(frozen=True, slots=True)
class FriendTerms:
    bonus: Reward | None = None
    discount: Discount | None = None
    new_customers_only: bool = True


@dataclass(frozen=True, slots=True)
class AttributionTerms:
    touch: str = "first"
    window_days: int | None = None


@dataclass(frozen=True, slots=True)
class WalletTerms:
    max_percent_of_order: int = PERCENT
    expires_after_days: int | None = None
    credit_reduces_base: bool = True


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """Which signals (`shared.domain.orders.fraud_signals`) hold an order's rewards for staff, which refuse them; the others are only shown.

    What nobody decided within `deadline_days` is decided by `at_deadline`. `many_sign_ups` are at least `sign_ups_an_hour`.
    """

    hold: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    sign_ups_an_hour: int = 20
    deadline_days: int = 14
    at_deadline: str = "approve"


@dataclass(frozen=True, slots=True)
class Program:
    """One version of the terms; `version` is 0 until published."""

    id: str
    name: str
    currency: str
    credit: CreditTerms
    time_zone: str = "UTC"
    base: str = "items_net"
    earn_on: str = "completed"
    hold_days: int = 0
    groups: tuple[Group, ...] = ()
    rules: Rules = field(default_factory=Rules)
    friend: FriendTerms = field(default_factory=FriendTerms)
    attribution: AttributionTerms = field(default_factory=AttributionTerms)
    wallet: WalletTerms = field(default_factory=WalletTerms)
    review: ReviewTerms = field(default_factory=ReviewTerms)
    version: int = 0
    _depth: int = field(init=False, repr=False, compare=False, default=0)
    _grants: dict = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "_depth", self._deepest())
        for group in (None, *self.groups):
            rewards = tuple(self.reward_at(level, group) for level in range(1, self._depth + 1))
            self._grants[group.id if group else None] = rewards

    def group(self, assigned: str | None, volume: int) -> Group | None:
        """The group of an advocate: the assigned one, else the greatest `min_volume` that the volume has reached."""
        reached = None
        for group in self.groups:
            if group.assigned:
                if group.id == assigned:
                    return group
            elif group.min_volume <= volume and (
                reached is None or group.min_volume > reached.min_volume
            ):
                reached = group
        return reached

    def group_named(self, name: str | None) -> Group | None:
        return next((group for group in self.groups if group.id == name), None)

    def reward_at(self, level: int, group: Group | None) -> Reward | None:
        """What an advocate of a group earns at a level (1 is the buyer's advocate), `None` where the program names nothing."""
        if self.credit.system == "recursive":
            return (
                group.levels[0]
                if level == 1 and group and group.levels
                else Reward(self.credit.percent)
            )
        if group and level <= len(group.levels):
            return group.levels[level - 1]
        return self.credit.levels[level - 1] if level <= len(self.credit.levels) else None

    def grants(self, group: str | None) -> tuple[Reward | None, ...]:
        """What an advocate of a group, by its id, earns at each level."""
        return self._grants.get(group) or self._grants[None]

    def depth(self) -> int:
        """How many levels above the buyer can earn at all."""
        return self._depth

    def _deepest(self) -> int:
        if self.credit.system == "recursive":
            return min(self.credit.max_levels or LONGEST_CHAIN, LONGEST_CHAIN)
        return max([len(self.credit.levels), *(len(group.levels) for group in self.groups)])
