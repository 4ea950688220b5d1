"""Evidence: who recommended the shop to a buyer, and which piece of evidence counts (specification:
evidence).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.instants import instant_text
from shared.domain.members.member import Member
from shared.domain.programs.program import AttributionTerms

REFERRAL, STAFF, CODE, REF_TOKEN = "referral", "staff", "code", "ref_token"
STRENGTH = (REFERRAL, STAFF, CODE, REF_TOKEN)


class Evidence(NamedTuple):
    """One piece of evidence that `advocate` recommended the shop.

    * `at`: when the referral was made, the link was followed, or staff named the advocate.
    * `value`: the code or the token.
    * `lost`: why this piece does not count; `None` if it counts.
    """

    kind: str
    advocate: str | None
    at: datetime | None = None
    value: str | None = None
    lost: str | None = None


def rank_evidence(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence, the strongest kind first. At most one piece counts: the first that has no
    reason in `lost`. The pieces after it get `lost="weaker"`.
    """
    ordered = sorted(evidence, key=lambda piece: STRENGTH.index(piece.kind))
    won = next((place for place, piece in enumerate(ordered) if piece.lost is None), None)
    return [
        piece if place == won or piece.lost else piece._replace(lost="weaker")
        for place, piece in enumerate(ordered)
    ]


def find_winner(evidence: Iterable[Evidence]) -> Evidence | None:
    return next((piece for piece in evidence if piece.lost is None), None)


def evidence_document(evidence: Evidence) -> dict[str, str]:
    """One piece of evidence as JSON, for storage and answers; fields that are `None` are left out."""
    document = evidence._asdict() | {"at": instant_text(evidence.at) if evidence.at else None}
    return {name: value for name, value in document.items() if value is not None}


def is_expired(attribution: AttributionTerms, clicked_at: datetime, placed_at: datetime) -> bool:
    """Whether a click is too old for an order, by the program's `window_days`."""
    days = attribution.window_days
    return days is not None and placed_at > clicked_at + timedelta(days=days)


def find_objection(advocate: Member | None, blocked: bool) -> str | None:
    """Why a code cannot bring its owner a referral: `unknown_code`, `blocked`, or `None` if it can.
    `blocked` says whether the code itself is blocked.
    """
    if advocate is None:
        return "unknown_code"
    return "blocked" if blocked or advocate.blocked else None
