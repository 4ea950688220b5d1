"""Signs that a friend is the advocate in disguise, and what a program does about each: allow, hold for review, refuse (decision 60)."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.programs.program import ReviewTerms

ALLOW, HOLD, REFUSE = "allow", "hold", "refuse"
APPROVE = "approve"
"""With `REFUSE`, the two ends of a review."""
SAME_MEMBER, SAME_EMAIL = "same_member", "same_email"
"""Always refused, as `self_referral` (design, section 5)."""
SAME_PAYMENT, OWN_BROWSER, INSTANT_CLICK, MANY_SIGN_UPS = (
    "same_payment",
    "own_browser",
    "instant_click",
    "many_sign_ups",
)
GRADED = (SAME_PAYMENT, OWN_BROWSER, INSTANT_CLICK, MANY_SIGN_UPS)
"""Those that a program grades."""
INSTANT = timedelta(seconds=5)
HOUR = timedelta(hours=1)
MOST_TRACES = 10


class BuyerTraces(NamedTuple):
    """What somebody's orders came with: browsers by their `ref_token`, means of payment by the processor's fingerprint."""

    browsers: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()

    def seen(self, browser: str | None, payment: str | None) -> "BuyerTraces":
        """With one more of each, as long as there is room."""
        return BuyerTraces(_with(self.browsers, browser), _with(self.payments, payment))


NO_TRACES = BuyerTraces()


def _with(known: tuple[str, ...], new: str | None) -> tuple[str, ...]:
    return known if new is None or new in known or len(known) >= MOST_TRACES else (*known, new)


class FriendAndAdvocate(NamedTuple):
    """What is known of a friend and the advocate at an order. `clicks` are those that led to it, `sign_ups` those of the advocate's
    friends, the friend's own at `met_at`."""

    friend: BuyerTraces
    advocate: BuyerTraces
    placed_at: datetime | None = None
    clicks: tuple[datetime, ...] = ()
    met_at: datetime | None = None
    sign_ups: tuple[datetime, ...] = ()


def signals(meeting: FriendAndAdvocate, review: ReviewTerms) -> tuple[str, ...]:
    """The codes of every sign that shows, in the order of `GRADED`."""
    shown = {
        SAME_PAYMENT: not set(meeting.friend.payments).isdisjoint(meeting.advocate.payments),
        OWN_BROWSER: not set(meeting.friend.browsers).isdisjoint(meeting.advocate.browsers),
        INSTANT_CLICK: any(_at_once(click, meeting.placed_at) for click in meeting.clicks),
        MANY_SIGN_UPS: bool(meeting.met_at)
        and most_in_an_hour(meeting.sign_ups, meeting.met_at) >= review.sign_ups_an_hour,
    }
    return tuple(code for code in GRADED if shown[code])


def _at_once(clicked_at: datetime, placed_at: datetime | None) -> bool:
    """Whether an order was placed less than 5 seconds after a click; one placed before it did not follow from it."""
    return placed_at is not None and timedelta(0) <= placed_at - clicked_at < INSTANT


def most_in_an_hour(instants: Iterable[datetime], around: datetime) -> int:
    """The most instants that any hour holds which holds `around` too."""
    near = sorted(instant for instant in instants if abs(instant - around) < HOUR)
    return max((_within(near, first) for first in near if first <= around), default=0)


def _within(instants: Iterable[datetime], first: datetime) -> int:
    return sum(first <= instant < first + HOUR for instant in instants)


def grade(code: str, review: ReviewTerms) -> str:
    if code in (SAME_MEMBER, SAME_EMAIL) or code in review.refuse:
        return REFUSE
    return HOLD if code in review.hold else ALLOW


def worst(codes: Collection[str], review: ReviewTerms, wanted: str) -> str | None:
    """The first of these signals that has a grade."""
    return next((code for code in codes if grade(code, review) == wanted), None)


def deadline(review: ReviewTerms, held_at: datetime) -> datetime:
    return held_at + timedelta(days=review.deadline_days)
