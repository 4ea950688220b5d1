"""Who recommended the shop to a buyer: every piece of evidence, and which of them counts
(specification: evidence)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.members.member import Member
from shared.domain.programs.program import AttributionTerms

REFERRAL, CODE, REF_TOKEN = "referral", "code", "ref_token"
STRENGTH = (REFERRAL, CODE, REF_TOKEN)


class Evidence(NamedTuple):
    """One piece of evidence that `advocate` recommended the shop.

    `at` is when the referral was made or the link was followed, `value` the code or token. `lost`
    says why the piece does not count, `None` where it does.
    """

    kind: str
    advocate: str | None
    at: datetime | None = None
    value: str | None = None
    lost: str | None = None


def rank_evidence(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The strongest first; of those that would count, all but the first are lost as `weaker`."""
    ordered = sorted(evidence, key=lambda piece: STRENGTH.index(piece.kind))
    won = next((place for place, piece in enumerate(ordered) if piece.lost is None), None)
    return [
        piece if place == won or piece.lost else piece._replace(lost="weaker")
        for place, piece in enumerate(ordered)
    ]


def find_winner(evidence: Iterable[Evidence]) -> Evidence | None:
    return next((piece for piece in evidence if piece.lost is None), None)


def is_expired(attribution: AttributionTerms, clicked_at: datetime, placed_at: datetime) -> bool:
    """Whether a click is too old for an order under the program's window."""
    days = attribution.window_days
    return days is not None and placed_at > clicked_at + timedelta(days=days)


def find_objection(advocate: Member | None, blocked: bool) -> str | None:
    """Why the owner of a code cannot be an advocate by it; `blocked` is about the code itself."""
    if advocate is None:
        return "unknown_code"
    return "blocked" if blocked or advocate.blocked else None
