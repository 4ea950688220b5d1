"""Who brought a friend: every piece of evidence, graded, the losers kept beside the winner (design, sections 4 and 5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.members.member import Member
from shared.domain.programs.program import AttributionTerms

REFERRAL, CODE, REF_TOKEN = "referral", "code", "ref_token"
STRENGTH = (REFERRAL, CODE, REF_TOKEN)


class Evidence(NamedTuple):
    """One sign of an advocate. `lost` says why it does not count, `None` where it would."""

    kind: str
    advocate: str | None
    at: datetime | None = None
    value: str | None = None
    lost: str | None = None


def graded(evidence: Iterable[Evidence]) -> list[Evidence]:
    """By strength: the first that would count wins, the others that would are `weaker`."""
    ordered = sorted(evidence, key=lambda piece: STRENGTH.index(piece.kind))
    won = next((place for place, piece in enumerate(ordered) if piece.lost is None), None)
    return [
        piece if place == won or piece.lost else piece._replace(lost="weaker")
        for place, piece in enumerate(ordered)
    ]


def winner(evidence: Iterable[Evidence]) -> Evidence | None:
    return next((piece for piece in evidence if piece.lost is None), None)


def expired(attribution: AttributionTerms, clicked_at: datetime, placed_at: datetime) -> bool:
    """Whether a click is too old for an order under the program's window."""
    days = attribution.window_days
    return days is not None and placed_at > clicked_at + timedelta(days=days)


def objection(advocate: Member | None, blocked: bool) -> str | None:
    """Why a code or click makes its holder nobody's advocate."""
    if advocate is None:
        return "unknown_code"
    return "blocked" if blocked or advocate.blocked else None
