"""The program document: versioned terms by which advocates and friends are rewarded.

The classes are the document: each field says what it is called, what it may hold and what it means
(specification: program-document).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.document import LONGEST_TEXT, SourceDocument, parse_text
from shared.domain.kinds import Amount, Currency, Flag, Identifier, Instant, Text, choice, count
from shared.domain.money import PERCENT, Grant
from shared.domain.programs.credit import CREDIT, Credit, RecursiveCredit
from shared.domain.programs.group import GROUP, Group
from shared.domain.programs.reward_fields import (
    DISCOUNT_SHAPE,
    LONGEST_CHAIN,
    REWARD_SHAPE,
    SHARE,
    Discount,
)
from shared.domain.programs.signal_codes import APPROVE, GRADED, REFUSE
from shared.domain.record import Named, Record
from shared.domain.shape import Kind, ObjectList

BASES = ("items_net", "items_list", "paid_total")
MOMENTS = ("paid", "completed")
TOUCHES = ("first", "last")
MOST_GROUPS = 50
LONGEST_HOLD_DAYS = 365
MOST_HELD_LEVELS = 20
"""An approval moves every reward of an order from no date to its date.

They fit one transaction of 100 items.
"""


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that one advocate earns of orders earned in `[since, until)`.

    The document calls it `max_per_advocate`.
    """

    amount: Amount
    since: Annotated[Instant | None, Named("from")] = None
    until: Instant | None = None

    def covers(self, earned_at: datetime) -> bool:
        return (self.since is None or self.since <= earned_at) and (
            self.until is None or earned_at < self.until
        )


def _check_cap(cap: Cap, source: SourceDocument) -> None:
    if cap.since and cap.until and cap.until <= cap.since:
        source.fault("until", 'must be later than "from"; no order could earn')


CAP = Record(Cap, "limit", _check_cap)


@dataclass(frozen=True, slots=True)
class Rules:
    """What bounds rewards, in minor units of the program's currency; `None` is no bound."""

    total_days: Annotated[
        int | None, count(), "Days after sign-up in which a friend's orders count"
    ] = None
    payment_minimum: Annotated[Amount | None, "The least that an order must keep"] = None
    max_bonus: Annotated[Amount | None, "The most one advocate earns of an order"] = None
    min_bonus: Annotated[
        Amount | None, "The least one advocate earns of an order, never above what is kept"
    ] = None
    max_per_advocate: Annotated[Cap | None, CAP, "The most one advocate earns in all"] = None
    total_payments: Annotated[
        int | None, count(most=1_000_000), "How many orders of one friend are rewarded"
    ] = None


RULES = Record(Rules, "rules")


@dataclass(frozen=True, slots=True)
class FriendTerms:
    """What a friend gets."""

    bonus: Annotated[
        Grant | None, REWARD_SHAPE, "Credited to the friend on each order that is not refused"
    ] = None
    discount: Annotated[Discount | None, DISCOUNT_SHAPE, "Taken off at checkout"] = None
    new_customers_only: Flag = True


FRIEND = Record(FriendTerms, "friend")


@dataclass(frozen=True, slots=True)
class AttributionTerms:
    """Which click counts, and for how many days; `None` is without end."""

    touch: Annotated[str, choice(*TOUCHES)] = "first"
    window_days: Annotated[int | None, count(1)] = None


ATTRIBUTION = Record(AttributionTerms, "attribution")


@dataclass(frozen=True, slots=True)
class WalletTerms:
    """How credit is spent; `max_percent_of_order` in parts of 1,000,000."""

    max_percent_of_order: Annotated[int, SHARE] = PERCENT
    expires_after_days: Annotated[int | None, count(1)] = None
    credit_reduces_base: Flag = True


WALLET = Record(WalletTerms, "wallet")


def _parse_signals(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(code, str) and code in GRADED for code in value
    ):
        raise ValueError("must be a list of: " + ", ".join(GRADED))
    return tuple(code for code in GRADED if code in value)


_SIGNALS = Kind(_parse_signals, {"type": "array", "items": {"enum": list(GRADED)}}, list)


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """Which fraud signals hold an order's rewards for staff, which refuse them.

    Signals that are not named are only shown. `many_sign_ups` are at least `sign_ups_an_hour`.
    """

    hold: Annotated[
        tuple[str, ...], _SIGNALS, "These hold an order's rewards until staff decides"
    ] = ()
    refuse: Annotated[tuple[str, ...], _SIGNALS, "These refuse the rewards at once"] = ()
    sign_ups_an_hour: Annotated[
        int,
        count(2, 1_000),
        "From so many on, the sign-ups of one advocate's friends within an hour are many_sign_ups",
    ] = 20
    deadline_days: Annotated[int, count(1, LONGEST_HOLD_DAYS)] = 14
    at_deadline: Annotated[
        str, choice(APPROVE, REFUSE), "What happens to rewards that nobody decided on by then"
    ] = APPROVE


def _check_review(review: ReviewTerms, source: SourceDocument) -> None:
    for code in sorted({*review.hold} & {*review.refuse}):
        source.fault("refuse", f"names {code}, which hold names too; choose one")


def _not_both(code: str) -> dict[str, object]:
    named = {"type": "array", "contains": {"const": code}}
    both = {"required": ["hold", "refuse"], "properties": {"hold": named, "refuse": named}}
    return {"not": both}


REVIEW = Record(
    ReviewTerms,
    "review",
    _check_review,
    {
        "description": "What is done about signs that friend and advocate are one person."
        " Signals that are not named are only shown",
        "allOf": [_not_both(code) for code in GRADED],
    },
)


def _parse_time_zone(value: object) -> str:
    name = parse_text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('must be a zone of the IANA database, such as "Europe/Berlin"') from None
    return name


_TIME_ZONE = Kind(_parse_time_zone, {"type": "string", "maxLength": LONGEST_TEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One version of the terms; `version` is 0 until published."""

    id: Annotated[Identifier, "The active program's is default"]
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
        """The group of an advocate (specification: groups).

        It is the assigned one, else the greatest `min_volume` that the volume has reached.
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
        """What an advocate of a group earns at a level, `None` where the program names nothing.

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
        """What an advocate of a group, by its id, earns at each level."""
        return self._grants.get(group) or self._grants[None]

    def depth(self) -> int:
        """How many levels above the buyer can earn at all."""
        return self._depth

    def _deepest(self) -> int:
        credit = self.credit
        if isinstance(credit, RecursiveCredit):
            return min(credit.max_levels or LONGEST_CHAIN, LONGEST_CHAIN)
        return max([len(credit.levels), *(len(group.levels) for group in self.groups)])
