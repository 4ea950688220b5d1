"""What a program does about fraud signals (specification: review)."""

from dataclasses import dataclass
from typing import Annotated

from shared.domain.document import SourceDocument
from shared.domain.kinds import choice, count
from shared.domain.programs.signal_codes import APPROVE, GRADED, REFUSE
from shared.domain.record import Record
from shared.domain.shape import Kind

LONGEST_HOLD_DAYS = 365


def _parse_signals(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(
        isinstance(code, str) and code in GRADED for code in value
    ):
        raise ValueError("must be a list of: " + ", ".join(GRADED))
    return tuple(code for code in GRADED if code in value)


_SIGNALS = Kind(_parse_signals, {"type": "array", "items": {"enum": list(GRADED)}}, list)


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """Which fraud signals hold an order's rewards for review, and which refuse them.

    Signals in neither list are only shown to staff. The signal `many_sign_ups` needs at least
    `sign_ups_an_hour` sign-ups in one hour.
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
        source.fault("refuse", f"lists {code}, which is also in hold; choose one")


def _not_both(code: str) -> dict[str, object]:
    named = {"type": "array", "items": {}, "contains": {"const": code}}
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
