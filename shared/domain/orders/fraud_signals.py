"""Fraud signals: signs that friend and advocate may be one person, and how a program grades them
(decision 60).
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.programs.review_terms import ReviewTerms
from shared.domain.programs.signal_codes import (
    ALLOW,
    GRADED,
    HOLD,
    INSTANT_CLICK,
    MANY_SIGN_UPS,
    OWN_BROWSER,
    REFUSE,
    SAME_EMAIL,
    SAME_MEMBER,
    SAME_PAYMENT,
)

INSTANT = timedelta(seconds=5)
HOUR = timedelta(hours=1)
MOST_TRACES = 10


class BuyerTraces(NamedTuple):
    """Traces of one member's orders: browsers (by `ref_token`) and cards or bank accounts (by
    fingerprint).

    At most `MOST_TRACES` of each. When they are full, later ones are ignored.
    """

    browsers: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()

    def seen(self, browser: str | None, payment: str | None) -> "BuyerTraces":
        """These traces with one more browser and payment, if there is room."""
        return BuyerTraces(_added(self.browsers, browser), _added(self.payments, payment))


NO_TRACES = BuyerTraces()


def _added(known: tuple[str, ...], new: str | None) -> tuple[str, ...]:
    return known if new is None or new in known or len(known) >= MOST_TRACES else (*known, new)


class FriendAndAdvocate(NamedTuple):
    """What is known of a friend and their advocate when an order is evaluated.

    * `clicks`: clicks that led to the order.
    * `met_at`: when the friend signed up.
    * `sign_ups`: when each of the advocate's friends signed up.
    """

    friend: BuyerTraces
    advocate: BuyerTraces
    placed_at: datetime | None = None
    clicks: tuple[datetime, ...] = ()
    met_at: datetime | None = None
    sign_ups: tuple[datetime, ...] = ()


def detect_signals(pair: FriendAndAdvocate, review: ReviewTerms) -> tuple[str, ...]:
    """The codes of all signals that a friend and an advocate show, in the order of `GRADED`."""
    many = pair.met_at is not None and (
        busiest_hour(pair.sign_ups, pair.met_at) >= review.sign_ups_an_hour
    )
    shown = {
        SAME_PAYMENT: not set(pair.friend.payments).isdisjoint(pair.advocate.payments),
        OWN_BROWSER: not set(pair.friend.browsers).isdisjoint(pair.advocate.browsers),
        INSTANT_CLICK: any(_is_instant(click, pair.placed_at) for click in pair.clicks),
        MANY_SIGN_UPS: many,
    }
    return tuple(code for code in GRADED if shown[code])


def _is_instant(clicked_at: datetime, placed_at: datetime | None) -> bool:
    """Whether the order was placed at or after the click, and less than 5 seconds after it."""
    return placed_at is not None and timedelta(0) <= placed_at - clicked_at < INSTANT


def busiest_hour(instants: Iterable[datetime], around: datetime) -> int:
    """The highest number of instants in any 60 minutes that contain `around`."""
    near = sorted(instant for instant in instants if abs(instant - around) < HOUR)
    return max((_count_hour_from(first, near) for first in near if first <= around), default=0)


def _count_hour_from(first: datetime, instants: Iterable[datetime]) -> int:
    return sum(first <= instant < first + HOUR for instant in instants)


def grade_of(code: str, review: ReviewTerms) -> str:
    """What a program does about a signal: `ALLOW`, `HOLD` or `REFUSE`."""
    if code in (SAME_MEMBER, SAME_EMAIL) or code in review.refuse:
        return REFUSE
    return HOLD if code in review.hold else ALLOW


def find_with_grade(codes: Collection[str], review: ReviewTerms, grade: str) -> str | None:
    """The first of these signals to which the program gives this grade; `None` if there is none."""
    return next((code for code in codes if grade_of(code, review) == grade), None)


def review_deadline(review: ReviewTerms, held_at: datetime) -> datetime:
    """When a review that began at `held_at` is decided by the program, if staff has not decided it
    before.
    """
    return held_at + timedelta(days=review.deadline_days)
