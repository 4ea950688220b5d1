"""Members: who they are, what they own, whom they brought, and their rights to their data."""

from shared.api.staff_actions import OPTIONAL_REASON
from shared.domain.shape import JsonSchema, nullable
from shared.members.registration_form import MEMBER_FORM
from shared.openapi.operation import CURSOR, PAGED, Operation, Subject
from shared.openapi.parts import (
    AMOUNT,
    COUNT,
    CURRENCY,
    INSTANT,
    SUM,
    TEXT,
    Schema,
    page_of,
    record,
    ref,
    rows,
)

_MEMBER: dict[str, JsonSchema] = {
    "id": TEXT,
    "login": nullable(TEXT),
    "code": nullable(TEXT),
    "link": nullable(TEXT),
    "referred_by": nullable(TEXT),
    "status": TEXT,
    "balance": SUM,
}
GROUP = nullable(record(id=TEXT, name=TEXT, description=TEXT))
ENTRY = record(
    id=TEXT,
    at=INSTANT,
    kind={
        "enum": [
            "reward",
            "clawback",
            "forfeit",
            "adjustment",
            "hold",
            "capture",
            "void",
            "return",
            "expiry",
        ]
    },
    amount=SUM,
    currency=CURRENCY,
    available_on=nullable(INSTANT),
    order=nullable(TEXT),
    text=TEXT,
    reason=ref("Reason"),
    balance_after=SUM,
)
BALANCE = record(
    currency=CURRENCY,
    available=SUM,
    pending=SUM,
    held=AMOUNT,
    by_date=rows(
        record(
            available_on=nullable(INSTANT | {"description": "None for what waits for a review"}),
            amount=SUM,
        )
    ),
)
EDGE_STATE: Schema = {"enum": ["open", "ended"]}
FRIEND = record(
    referral=TEXT,
    login=nullable(TEXT | {"description": "Masked, such as `i***s`"}),
    state=EDGE_STATE,
    since=INSTANT,
    ended_at=nullable(INSTANT),
    volume=COUNT,
)
KEPT: Schema = {
    "type": "object",
    "required": ["item"],
    "description": "As it is kept; `item` says what it is",
}

MEMBERS = Subject(
    {
        "PUT /v1/members/{id}": Operation(
            "Create or change a member", ref("Member"), 200, MEMBER_FORM, (409,), repeats=True
        ),
        "GET /v1/members/{id}": Operation("A member", ref("WholeMember"), refusals=(404,)),
        "GET /v1/members/{id}/entries": Operation(
            "Why a member owns what they own", page_of(ref("Entry")), refusals=(404,), query=PAGED
        ),
        "GET /v1/members/{id}/balance": Operation(
            "What a member owns", ref("Balance"), refusals=(404,), query={"as_of": INSTANT}
        ),
        "POST /v1/members/{id}/session": Operation(
            "A token of 15 minutes that opens GET on the member's own data",
            ref("Session"),
            refusals=(404, 409),
        ),
        "POST /v1/members/{id}/mail-balance": Operation(
            "Mail a member the current balance",
            record(state={"const": "asked"}),
            202,
            refusals=(404, 409),
            repeats=True,
        ),
        "GET /v1/members/{id}/friends": Operation(
            "Whom an advocate brought", page_of(ref("Friend")), refusals=(404,), query=PAGED
        ),
        "GET /v1/members/{id}/export": Operation(
            "Everything that is kept of a person, in as many pages as it takes",
            page_of(ref("Kept")),
            refusals=(404,),
            query={"cursor": CURSOR},
        ),
        "DELETE /v1/members/{id}": Operation(
            "Forget a person; ids and sums stay", None, 204, OPTIONAL_REASON, (404,)
        ),
    },
    {
        "Balance": BALANCE,
        "Entry": ENTRY,
        "Friend": FRIEND,
        "Kept": KEPT,
        "Member": record(**_MEMBER, group=nullable(TEXT)),
        "Session": record(token=TEXT, expires_at=INSTANT),
        "WholeMember": record(
            **_MEMBER,
            volume=COUNT,
            group=GROUP,
            finishing=nullable(
                {
                    "enum": ["block", "unblock"],
                    "description": "What goes on behind the answer, page by page; null: nothing",
                }
            ),
        ),
    },
)
