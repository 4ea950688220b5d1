"""Routes about members: who they are, what they own, whom they recommended, and their rights to
their data.
"""

from collections.abc import Mapping

from shared.api.staff_actions import OPTIONAL_REASON
from shared.domain.shape import JsonSchema, nullable
from shared.members.member_search import STATUSES
from shared.members.registration_form import MEMBER_FORM
from shared.openapi.operation import CURSOR, PAGED, Operation, Subject
from shared.openapi.parts import (
    AMOUNT,
    COUNT,
    CURRENCY,
    INSTANT,
    SHORT,
    SUM,
    TEXT,
    Schema,
    page_of,
    record,
    ref,
    rows,
)
from shared.store.attributions.directory import SORTS

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
            available_on=nullable(INSTANT | {"description": "Null for credit under review"}),
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
    "properties": {"item": TEXT},
    "required": ["item"],
    "description": "The stored item; `item` names its kind",
}

LISTED: Mapping[str, JsonSchema] = {
    "query": SHORT
    | {
        "description": (
            "The beginning of any word of the name, login or email address; a code; or an id"
        )
    },
    "group": TEXT | {"description": "The id of the group that applies now"},
    "status": {"enum": list(STATUSES)},
    "sort": {
        "enum": list(SORTS),
        "default": SORTS[0],
        "description": "`joined` lists the newest first; `balance` and `volume` the largest first",
    },
}

MEMBERS = Subject(
    {
        "GET /v1/members": Operation(
            "members.list",
            "List members: sorted, filtered or searched",
            page_of(ref("WholeMember")),
            query={**LISTED, **PAGED},
        ),
        "PUT /v1/members/{id}": Operation(
            "members.put",
            "Create or update a member",
            ref("Member"),
            200,
            MEMBER_FORM,
            (409,),
            repeats=True,
        ),
        "GET /v1/members/{id}": Operation(
            "members.get", "Get a member", ref("WholeMember"), refusals=(404,)
        ),
        "GET /v1/members/{id}/entries": Operation(
            "members.entries",
            "List a member's entries, with the reason of each",
            page_of(ref("Entry")),
            refusals=(404,),
            query=PAGED,
        ),
        "GET /v1/members/{id}/balance": Operation(
            "members.balance",
            "Get a member's balance",
            ref("Balance"),
            refusals=(404,),
            query={"as_of": INSTANT},
        ),
        "POST /v1/members/{id}/session": Operation(
            "members.session",
            "Create a 15-minute token that can read the member's own data",
            ref("Session"),
            refusals=(404, 409),
        ),
        "POST /v1/members/{id}/mail-balance": Operation(
            "members.mail_balance",
            "Email a member their current balance",
            record(state={"const": "asked"}),
            202,
            refusals=(404, 409),
            repeats=True,
        ),
        "GET /v1/members/{id}/friends": Operation(
            "members.friends",
            "List an advocate's friends",
            page_of(ref("Friend")),
            refusals=(404,),
            query=PAGED,
        ),
        "GET /v1/members/{id}/export": Operation(
            "members.export",
            "Export everything that is stored about a person, page by page",
            page_of(ref("Kept")),
            refusals=(404,),
            query={"cursor": CURSOR},
        ),
        "DELETE /v1/members/{id}": Operation(
            "members.delete",
            "Erase a person; ids and sums stay",
            None,
            204,
            OPTIONAL_REASON,
            (404,),
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
                    "description": (
                        "Work that continues after this answer, page by page; null if there is none"
                    ),
                }
            ),
            merged_into=nullable(
                {
                    **TEXT,
                    "description": (
                        "The member who goes on, if this one was merged into them and is closed"
                    ),
                }
            ),
        ),
    },
)
