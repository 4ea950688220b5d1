"""The program document: versioned terms by which advocates and friends are rewarded.

The classes declare the document: the name, the shape and the meaning of each field (specification:
program-document).
"""

from dataclasses import dataclass, field
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.document import LONGEST_TEXT, parse_text
from shared.domain.kinds import Amount, Currency, Flag, Identifier, Text, choice, count
from shared.domain.money import PERCENT, Grant
from shared.domain.programs.credit import CREDIT, Credit, RecursiveCredit
from shared.domain.programs.group import GROUP, Group
from shared.domain.programs.review_terms import LONGEST_HOLD_DAYS, REVIEW, ReviewTerms
from shared.domain.programs.reward_fields import (
    BONUS_SHAPE,
    DISCOUNT_SHAPE,
    LONGEST_CHAIN,
    SHARE,
    Bonus,
    Discount,
)
from shared.domain.programs.window import ACTIVE, ADVOCATE_LIMIT, AdvocateLimit, Window
from shared.domain.record import NULL_COUNTS, Record
from shared.domain.shape import Kind, ObjectList
from shared.domain.shop_path import PAYMENT_LINK, is_payment_link, leads_to_shop

BASES = ("items_net", "items_list", "paid_total")
MOMENTS = ("paid", "completed")
TOUCHES = ("first", "last")
MASKED, LOGIN, NAME = "masked", "login", "name"
LONGEST_LANDING = 512
MOST_GROUPS = 50
MOST_HELD_LEVELS = 20
"""The most levels of a program that holds rewards for review.

An approval gives all held rewards of an order their date; their entries must fit one transaction of
100 items.
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits of rewards. Amounts are minor units of the program's currency; `None` means no limit."""

    total_days: Annotated[
        int | None, count(), "Days after sign-up in which a friend's orders count"
    ] = None
    payment_minimum: Annotated[Amount | None, "The least that an order must keep"] = None
    max_bonus: Annotated[Amount | None, "The most one advocate earns from one order"] = None
    min_bonus: Annotated[
        Amount | None, "The least one advocate earns of an order, never above what is kept"
    ] = None
    max_per_advocate: Annotated[
        AdvocateLimit | None, ADVOCATE_LIMIT, "The most one advocate can earn in total"
    ] = None
    total_payments: Annotated[
        int | None, count(most=1_000_000), "How many orders of one friend are rewarded"
    ] = None


RULES = Record(Rules, "rules")


@dataclass(frozen=True, slots=True)
class FriendTerms:
    """What a friend gets."""

    bonus: Annotated[
        Bonus | None, BONUS_SHAPE, "Credited to the friend on each order that is not refused"
    ] = None
    discount: Annotated[Discount | None, DISCOUNT_SHAPE, "Taken off at checkout"] = None
    new_customers_only: Flag = True


FRIEND = Record(FriendTerms, "friend")


@dataclass(frozen=True, slots=True)
class AttributionTerms:
    """Which click counts: the first or the last (`touch`), and for how many days (`window_days`;
    `None` means without limit).
    """

    touch: Annotated[str, choice(*TOUCHES)] = "first"
    window_days: Annotated[int | None, count(1)] = None


ATTRIBUTION = Record(AttributionTerms, "attribution")


@dataclass(frozen=True, slots=True)
class WalletTerms:
    """How credit is spent and expires. `max_percent_of_order` is in parts of 1,000,000."""

    max_percent_of_order: Annotated[int, SHARE] = PERCENT
    expires_after_days: Annotated[int | None, count(1)] = None
    expiry_notice_days: Annotated[
        int | None,
        count(1),
        NULL_COUNTS,
        "Days before credit expires on which its owner is mailed; null for no mail",
    ] = 14
    credit_reduces_base: Flag = True


WALLET = Record(WalletTerms, "wallet")


def _parse_time_zone(value: object) -> str:
    name = parse_text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('must be an IANA time zone, such as "Europe/Berlin"') from None
    return name


def _parse_landing(value: object) -> str:
    path = parse_text(value, LONGEST_LANDING)
    if not leads_to_shop(path) and not is_payment_link(path):
        raise ValueError('must be a path on the shop that begins with a slash, such as "/register"')
    return path


_LANDING = Kind(
    _parse_landing,
    {"type": "string", "maxLength": LONGEST_LANDING, "pattern": f"^/|^{PAYMENT_LINK.pattern}$"},
)
_TIME_ZONE = Kind(_parse_time_zone, {"type": "string", "maxLength": LONGEST_TEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One version of the terms. `version` is 0 until it is published."""

    id: Annotated[Identifier, "By default that of the active program"]
    name: Text
    currency: Currency
    time_zone: Annotated[str, _TIME_ZONE, "IANA zone in which months are computed"] = "UTC"
    base: Annotated[str, choice(*BASES), "What rewards are computed on"] = "items_net"
    earn_on: Annotated[str, choice(*MOMENTS), "The earning moment"] = "completed"
    hold_days: Annotated[
        int,
        count(most=LONGEST_HOLD_DAYS),
        "Days after the earning moment until credit can be spent",
    ] = 0
    credit: Annotated[Credit, CREDIT, "How the base is shared out"]
    groups: Annotated[tuple[Group, ...], ObjectList(GROUP, MOST_GROUPS)] = ()
    rules: Annotated[Rules, RULES] = field(default_factory=Rules)
    friend: Annotated[FriendTerms, FRIEND] = field(default_factory=FriendTerms)
    attribution: Annotated[AttributionTerms, ATTRIBUTION] = field(default_factory=AttributionTerms)
    wallet: Annotated[WalletTerms, WALLET] = field(default_factory=WalletTerms)
    active: Annotated[Window, ACTIVE] = field(default_factory=Window)
    landing: Annotated[
        str,
        _LANDING,
        "The path on the shop that links lead to where they name none, or a Payment Link at Stripe",
    ] = "/"
    friends_shown_as: Annotated[
        str, choice(MASKED, LOGIN, NAME), "What an advocate sees of a friend"
    ] = MASKED
    review: Annotated[ReviewTerms, REVIEW] = field(default_factory=ReviewTerms)
    version: int = 0
    _depth: int = field(init=False, repr=False, compare=False, default=0)
    _grants: dict[str | None, tuple[Grant | None, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_depth", self._deepest())
        for group in (None, *self.groups):
            rewards = tuple(self.reward_at(level, group) for level in range(1, self._depth + 1))
            self._grants[group.id if group else None] = rewards

    def group(self, assigned: str | None, volume: int) -> Group | None:
        """The group of an advocate; `None` if there is none (specification: groups).

        A group that staff `assigned` comes first. If there is none, it is the group with the
        greatest `min_volume` that the volume has reached.
        """
        reached, highest = None, -1
        for group in self.groups:
            if group.min_volume is None:
                if group.id == assigned:
                    return group
            elif highest < group.min_volume <= volume:
                reached, highest = group, group.min_volume
        return reached

    def group_named(self, name: str | None) -> Group | None:
        return next((group for group in self.groups if group.id == name), None)

    def reward_at(self, level: int, group: Group | None) -> Grant | None:
        """What an advocate of a group earns at a level; `None` if the program has no reward there.

        Level 1 is the buyer's advocate.
        """
        credit = self.credit
        if isinstance(credit, RecursiveCredit):
            own = group.levels if group and level == 1 else ()
            return own[0] if own else Grant(credit.percent)
        if group and level <= len(group.levels):
            return group.levels[level - 1]
        return credit.levels[level - 1] if level <= len(credit.levels) else None

    def grants(self, group: str | None) -> tuple[Grant | None, ...]:
        """What an advocate earns at each level, from level 1 on; `None` at a level without a
        reward. `group` is the id of the advocate's group; an unknown id counts as no group.
        """
        return self._grants.get(group) or self._grants[None]

    def depth(self) -> int:
        """The number of levels above the buyer that can earn."""
        return self._depth

    def _deepest(self) -> int:
        credit = self.credit
        if isinstance(credit, RecursiveCredit):
            return min(credit.max_levels or LONGEST_CHAIN, LONGEST_CHAIN)
        return max([len(credit.levels), *(len(group.levels) for group in self.groups)])
