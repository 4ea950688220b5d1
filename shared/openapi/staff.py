"""The documents of staff's levers and of a person's rights, as JSON Schema."""

from shared.domain.money import MAX_AMOUNT
from shared.openapi.schemas import (
    AMOUNT,
    COUNT,
    CURRENCY,
    ID,
    INSTANT,
    OBJECT,
    TEXT,
    nullable,
    record,
    ref,
    rows,
)

REASON_GIVEN = TEXT | {
    "minLength": 1,
    "maxLength": 256,
    "description": "Why; kept in the audit, so name people by their ids",
}
CHANGE = record(
    "*",
    at=INSTANT,
    who=TEXT | {"description": "How the key begins that was used"},
    what=TEXT,
    subject=OBJECT,
    before=nullable(OBJECT),
    after=nullable(OBJECT),
    reason=nullable(TEXT),
)
ADJUSTED_BY = {
    "type": "integer",
    "minimum": -MAX_AMOUNT,
    "maximum": MAX_AMOUNT,
    "description": "Minor units; below 0 to take. Not 0",
}
EDGE_STATE = {"enum": ["open", "ended"]}
REFERRAL = record(
    "*",
    id=TEXT,
    advocate=TEXT,
    friend=TEXT,
    state=EDGE_STATE,
    made_at=INSTANT,
    ended_at=nullable(INSTANT),
)
FRIEND = record(
    "*",
    referral=TEXT,
    login=nullable(TEXT | {"description": "Masked, such as `i***s`"}),
    state=EDGE_STATE,
    since=INSTANT,
    ended_at=nullable(INSTANT),
    volume=COUNT,
)


SIGNAL = record("*", code=TEXT, grade={"enum": ["allow", "hold", "refuse"]}, text=TEXT)
_STATE = {
    "state": {"enum": ["held", "approved", "refused"]},
    "held_at": INSTANT,
    "deadline": INSTANT | {"description": "When the program decides"},
    "at_deadline": {"enum": ["approve", "refuse"]},
}
REVIEW = record(
    "*",
    id=TEXT | {"description": "The order's"},
    order=TEXT,
    member=TEXT | {"description": "The friend's advocate"},
    friend=TEXT,
    amount=AMOUNT | {"description": "What the order's reviewed rewards come to now"},
    currency=CURRENCY,
    rewards=rows(record("*", member=TEXT, level=COUNT, amount=AMOUNT)),
    signals=rows(ref("Signal")),
    **_STATE,
)


def staff_schemas() -> dict[str, dict]:
    """Every document by its name."""
    return {
        "Adjustment": record("*", amount=ADJUSTED_BY | {"not": {"const": 0}}, reason=REASON_GIVEN),
        "Change": CHANGE,
        "Friend": FRIEND,
        "GroupForm": record("group", {"reason": nullable(REASON_GIVEN)}, group=nullable(ID)),
        "Kept": {
            "type": "object",
            "required": ["item"],
            "description": "As it is kept; `item` says what it is",
        },
        "ReasonGiven": record("*", reason=REASON_GIVEN),
        "Referral": REFERRAL,
        "Review": REVIEW,
        "ReviewState": record("*", **_STATE),
        "Signal": SIGNAL,
        "ReferralEnd": record(
            "reason", {"take_back": nullable({"enum": ["nothing", "unspent"]})}, reason=REASON_GIVEN
        ),
        "ReferralForm": record("*", advocate_login=ID, friend_login=ID, reason=REASON_GIVEN),
        "ReasonIfAny": record("", {"reason": nullable(REASON_GIVEN)}),
    }
