"""The documents of a month's end, as JSON Schema: statements, and the runs that issue them."""

from shared.openapi_schemas import AMOUNT, COUNT, CURRENCY, INSTANT, SUM, TEXT, nullable, record, ref, rows

MONTH = {"type": "string", "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$", "description": "Year and month"}
FIGURES = {
    "opening": SUM,
    **{name: AMOUNT for name in ("earned", "clawed_back", "forfeited")},
    "adjusted": SUM,
    **{name: AMOUNT for name in ("redeemed", "returned", "expired")},
    "closing": SUM,
}
HEADING = {
    "member": TEXT,
    "month": MONTH,
    "number": {"type": "integer", "minimum": 1, "description": "Of the member's statements in this currency"},
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
    maturing=rows(record("*", available_on=INSTANT, amount=SUM)),
    lines=rows(ref("Entry")),
    lines_left_out=COUNT,
)


def month_schemas() -> dict[str, dict]:
    """Every document by its name."""
    return {"Statement": STATEMENT, "StatementHeading": record("*", **HEADING)}
