"""Routes with which staff changes members and orders: groups, blocks, referrals, reviews; the audit
log.
"""

from shared.api.bodies import GROUP_FORM, MERGE_FORM
from shared.api.staff_actions import GIVEN_REASON, OPTIONAL_REASON
from shared.domain.programs.signal_codes import ALLOW, APPROVE, HOLD, REFUSE
from shared.domain.shape import JsonSchema, nullable
from shared.members.referral_forms import ADVOCATE_FORM, REFERRAL_END_FORM, REFERRAL_FORM
from shared.openapi.members import EDGE_STATE
from shared.openapi.operation import PAGED, Operation, Subject
from shared.openapi.orders import DRY_RUN, ORDER_ANSWERED
from shared.openapi.parts import (
    AMOUNT,
    ANY_OBJECT,
    COUNT,
    CURRENCY,
    FLAG,
    INSTANT,
    SUM,
    TEXT,
    page_of,
    record,
    ref,
    rows,
)

FINISHED_BEHIND = "Done from now on. Changes to many orders follow page by page"
CHANGE = record(
    at=INSTANT,
    who=TEXT | {"description": "The first characters of the key that was used"},
    what=TEXT,
    subject=ANY_OBJECT,
    before=nullable(ANY_OBJECT),
    after=nullable(ANY_OBJECT),
    reason=nullable(TEXT),
)
REFERRAL = record(
    id=TEXT,
    advocate=TEXT,
    friend=TEXT,
    state=EDGE_STATE,
    made_at=INSTANT,
    ended_at=nullable(INSTANT),
)
_GROUP_ID = nullable(TEXT | {"description": "The id of the group, or null for none"})
NAMED_ADVOCATE = record(
    **ORDER_ANSWERED,
    advocate=TEXT,
    volume=SUM | {"description": "What the order adds to the advocate's volume"},
    group=record(before=_GROUP_ID, after=_GROUP_ID),
    later_orders=FLAG | {"description": "Whether the buyer's later orders reward the advocate too"},
    existing_customer=FLAG
    | {"description": "Whether the buyer had ordered before, which staff may overrule"},
)
SIGNAL = record(code=TEXT, grade={"enum": [ALLOW, HOLD, REFUSE]}, text=TEXT)
_REVIEW_STATE: dict[str, JsonSchema] = {
    "state": {"enum": ["held", "approved", "refused"]},
    "held_at": INSTANT,
    "deadline": INSTANT | {"description": "When the program decides by itself"},
    "at_deadline": {"enum": [APPROVE, REFUSE]},
}
REVIEW = record(
    id=TEXT | {"description": "The order's"},
    order=TEXT,
    member=TEXT | {"description": "The friend's advocate"},
    friend=TEXT,
    amount=AMOUNT | {"description": "The sum of the order's reviewed rewards"},
    currency=CURRENCY,
    rewards=rows(record(member=TEXT, level=COUNT, amount=AMOUNT)),
    signals=rows(ref("Signal")),
    **_REVIEW_STATE,
)
_RECOMPUTED: dict[str, JsonSchema] = {
    "entries": COUNT,
    "orders": COUNT,
    "differences": rows(record(what=TEXT, where=TEXT, expected={}, found={})),
}
_PROGRESS: dict[str, JsonSchema] = {
    "id": TEXT,
    "state": {"enum": ["running", "done"]},
    "asked_at": INSTANT,
    "changed_at": INSTANT,
    "look": COUNT | {"description": "1 looks at everything; 2 and 3 only at what differs"},
    "items": COUNT | {"description": "Items of the ledger that the first stage has read"},
    "found": COUNT | {"description": "The number of differences; `differences` lists some of them"},
}
VERIFIED = record(**_RECOMPUTED)
VERIFIED["properties"] = _RECOMPUTED | _PROGRESS
GOES_ON = (
    "The ledger is too large for one answer. It is recomputed in the background; see GET "
    "/v1/verify/{id}"
)

STAFF = Subject(
    {
        "PUT /v1/members/{id}/group": Operation(
            "members.set_group",
            "Assign an advocate to a group, or remove them from it",
            ref("WholeMember"),
            200,
            GROUP_FORM,
            (404, 409),
        ),
        "POST /v1/members/{id}/block": Operation(
            "members.block",
            "Block a member: no new rewards, no spending, and pending credit is forfeited",
            ref("WholeMember"),
            200,
            GIVEN_REASON,
            (404, 409),
            more_statuses={202: FINISHED_BEHIND},
        ),
        "POST /v1/members/{id}/unblock": Operation(
            "members.unblock",
            "Unblock a member; forfeited credit does not come back",
            ref("WholeMember"),
            200,
            OPTIONAL_REASON,
            (404, 409),
            more_statuses={202: FINISHED_BEHIND},
        ),
        "POST /v1/members/{id}/merge": Operation(
            "members.merge",
            "Merge another member into this one, who goes on; it cannot be undone",
            ref("WholeMember"),
            200,
            MERGE_FORM,
            (404, 409),
            more_statuses={202: FINISHED_BEHIND},
        ),
        "POST /v1/referrals": Operation(
            "referrals.create",
            "Create a referral by hand",
            ref("Referral"),
            201,
            REFERRAL_FORM,
            (409,),
            repeats=True,
        ),
        "DELETE /v1/referrals/{id}": Operation(
            "referrals.end",
            "End a referral; it stays on record",
            ref("Referral"),
            200,
            REFERRAL_END_FORM,
            (404,),
            more_statuses={202: FINISHED_BEHIND},
        ),
        "PUT /v1/orders/{id}/advocate": Operation(
            "orders.name_advocate",
            "Name the advocate of an order that has none; it then earns what it would have earned",
            ref("NamedAdvocate"),
            200,
            ADVOCATE_FORM,
            (404, 409),
            DRY_RUN,
            repeats=True,
        ),
        "GET /v1/reviews": Operation(
            "reviews.list",
            "List orders under review, the next deadline first",
            page_of(ref("Review")),
            query=PAGED,
        ),
        "POST /v1/reviews/{id}/approve": Operation(
            "reviews.approve",
            "Approve the held rewards of an order",
            ref("Review"),
            200,
            OPTIONAL_REASON,
            (404, 409),
        ),
        "POST /v1/reviews/{id}/refuse": Operation(
            "reviews.refuse",
            "Refuse the held rewards of an order; they are taken back permanently",
            ref("Review"),
            200,
            GIVEN_REASON,
            (404, 409),
        ),
        "GET /v1/audit": Operation(
            "audit.list", "List changes by staff, newest first", page_of(ref("Change")), query=PAGED
        ),
        "POST /v1/verify": Operation(
            "journal.verify",
            "Recompute the ledger from facts and entries, and compare",
            ref("Verified"),
            more_statuses={202: GOES_ON},
        ),
        "GET /v1/verify/{id}": Operation(
            "journal.get_verification",
            "Get the progress and the findings of a verification",
            ref("Verification"),
            refusals=(404,),
        ),
    },
    {
        "Change": CHANGE,
        "NamedAdvocate": NAMED_ADVOCATE,
        "Referral": REFERRAL,
        "Review": REVIEW,
        "OrderReview": record(**_REVIEW_STATE),
        "Signal": SIGNAL,
        "Verified": VERIFIED,
        "Verification": record(**_RECOMPUTED, **_PROGRESS),
    },
)
