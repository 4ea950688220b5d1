"""The documents of a month's end, as JSON Schema: statements, and the runs that issue them."""

from shared.openapi.schemas import (
    AMOUNT,
    COUNT,
    CURRENCY,
    INSTANT,
    SUM,
    TEXT,
    nullable,
    record,
    ref,
    rows,
)

MONTH = {
    "type": "string",
    "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$",
    "description": "Year and month",
}
FIGURES = {
    "opening": SUM,
    **dict.fromkeys(("earned", "clawed_back", "forfeited"), AMOUNT),
    "adjusted": SUM,
    **dict.fromkeys(("redeemed", "returned", "expired"), AMOUNT),
    "closing": SUM,
}
HEADING = {
    "member": TEXT,
    "month": MONTH,
    "number": {
        "type": "integer",
        "minimum": 1,
        "description": "Of the member's statements in this currency",
    },
    "currency": CURRENCY,
    "time_zone": TEXT | {"description": "In which the month began and ended"},
    **FIGURES,
    "hash": TEXT | {"description": "SHA-256 of figures and lines"},
    "issued_at": INSTANT,
}
GROUP = nullable(record("*", id=TEXT, name=TEXT, description=TEXT))
STATEMENT = record(
    "*",
    **HEADING,
    group=GROUP,
    previous_group=GROUP,
    maturing=rows(record("*", available_on=nullable(INSTANT), amount=SUM)),
    lines=rows(ref("Entry")),
    lines_left_out=COUNT,
)


PROGRESS = record("*", planned=COUNT, done=COUNT)
RUN_HEADING = {
    "month": MONTH,
    "state": {"enum": ["running", "closed"]},
    "time_zone": TEXT,
    "begun_at": INSTANT,
    "closed_at": nullable(INSTANT),
}
RUN = record(
    "*",
    **RUN_HEADING,
    shards=PROGRESS,
    members=record("*", planned=COUNT, done=COUNT, idle=COUNT, failed=COUNT),
    statements=COUNT,
    sums=rows(record("*", currency=CURRENCY, **dict.fromkeys(FIGURES, SUM))),
    difference={
        "type": "integer",
        "description": "What openings, movements and closings do not explain; 0 is the only good answer",
    },
    mails={
        "type": "object",
        "additionalProperties": COUNT,
        "description": "How the statements' mails ended, by outcome",
    },
    failures=rows(
        record(
            "*",
            member=TEXT,
            currency=CURRENCY,
            code={"enum": ["does_not_reconcile", "fault"]},
            text=TEXT,
        )
    ),
)
PLANNED = record(
    "*", month=MONTH, state={"const": "planned", "description": "Months before it are closed first"}
)


def month_schemas() -> dict[str, dict]:
    """Every document by its name."""
    return {
        "SettlementForm": record("*", month=MONTH),
        "SettlementHeading": record("*", **RUN_HEADING),
        "SettlementPlanned": PLANNED,
        "SettlementRun": RUN,
        "Statement": STATEMENT,
        "StatementHeading": record("*", **HEADING),
    }
