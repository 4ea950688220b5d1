"""Routes about the end of a month: statements, and the runs that issue them."""

from shared.domain.shape import JsonSchema, nullable
from shared.openapi.members import GROUP
from shared.openapi.operation import PAGED, Operation, Subject
from shared.openapi.parts import (
    AMOUNT,
    COUNT,
    CURRENCY,
    INSTANT,
    MONTH,
    SUM,
    TEXT,
    page_of,
    record,
    ref,
    rows,
)

FIGURES: dict[str, JsonSchema] = {
    "opening": SUM,
    "earned": AMOUNT,
    "clawed_back": AMOUNT,
    "forfeited": AMOUNT,
    "adjusted": SUM,
    "redeemed": AMOUNT,
    "returned": AMOUNT,
    "expired": AMOUNT,
    "closing": SUM,
}
_HEADING: dict[str, JsonSchema] = {
    "member": TEXT,
    "month": MONTH,
    "number": {
        "type": "integer",
        "minimum": 1,
        "description": "The number among the member's statements in this currency",
    },
    "currency": CURRENCY,
    "time_zone": TEXT | {"description": "The time zone of the month"},
    **FIGURES,
    "hash": TEXT | {"description": "SHA-256 of the figures and lines"},
    "issued_at": INSTANT,
}
STATEMENT = record(
    **_HEADING,
    group=GROUP,
    previous_group=GROUP,
    maturing=rows(record(available_on=nullable(INSTANT), amount=SUM)),
    lines=rows(ref("Entry")),
    lines_left_out=COUNT,
)
_RUN_HEADING: dict[str, JsonSchema] = {
    "month": MONTH,
    "state": {"enum": ["running", "closed"]},
    "time_zone": TEXT,
    "begun_at": INSTANT,
    "closed_at": nullable(INSTANT),
}
RUN = record(
    **_RUN_HEADING,
    shards=record(planned=COUNT, done=COUNT),
    members=record(planned=COUNT, done=COUNT, idle=COUNT, failed=COUNT),
    statements=COUNT,
    sums=rows(record(currency=CURRENCY, **dict.fromkeys(FIGURES, SUM))),
    shop=rows(record(currency=CURRENCY, **dict.fromkeys(FIGURES, SUM))),
    difference={
        "type": "integer",
        "description": "What opening balances, movements and closing balances do not explain; "
        "must be 0",
    },
    mails={
        "type": "object",
        "additionalProperties": COUNT,
        "description": "The statements' emails, counted by outcome",
    },
    failures=rows(
        record(
            member=TEXT,
            currency=CURRENCY,
            code={"enum": ["does_not_reconcile", "fault"]},
            text=TEXT,
        )
    ),
)
PLANNED = record(
    month=MONTH, state={"const": "planned", "description": "Months before it are closed first"}
)

MONTHS = Subject(
    {
        "GET /v1/members/{id}/statements": Operation(
            "members.statements",
            "List a member's statements, newest first",
            page_of(ref("StatementHeading")),
            refusals=(404,),
            query=PAGED,
        ),
        "GET /v1/members/{id}/statements/{month}": Operation(
            "members.statement",
            "Get a member's statement with every line; 404 `no_statement` if the month had no "
            "activity",
            ref("Statement"),
            refusals=(404,),
            query={"currency": CURRENCY | {"description": "A currency other than the program's"}},
        ),
        "GET /v1/settlements": Operation(
            "settlements.list",
            "List closed months, newest first",
            page_of(ref("SettlementHeading")),
            query=PAGED,
        ),
        "POST /v1/settlements": Operation(
            "settlements.create",
            "Close a month that is over, and any open months before it. A repeated call "
            "returns the same run",
            {"oneOf": [ref("SettlementRun"), ref("SettlementPlanned")]},
            202,
            ref("SettlementForm"),
        ),
        "GET /v1/settlements/{month}": Operation(
            "settlements.get",
            "Get the progress and totals of a month's closing",
            ref("SettlementRun"),
            refusals=(404, 422),
        ),
    },
    {
        "SettlementForm": record(month=MONTH),
        "SettlementHeading": record(**_RUN_HEADING),
        "SettlementPlanned": PLANNED,
        "SettlementRun": RUN,
        "Statement": STATEMENT,
        "StatementHeading": record(**_HEADING),
    },
)
