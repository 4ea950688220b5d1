"""Routes for credit at the shop's checkout, and for credit that staff posts by hand."""

from shared.api.bodies import ADJUSTMENT_FORM, CAPTURE_FORM, HOLD_FORM, NO_FIELDS
from shared.openapi.operation import Operation, Subject
from shared.openapi.parts import AMOUNT, INSTANT, TEXT, record, ref

AUTHORISED = record(id=TEXT, amount=AMOUNT, expires_at=INSTANT)
HOLD = record(
    id=TEXT,
    state={"enum": ["open", "captured", "voided"]},
    amount=AMOUNT,
    captured=AMOUNT,
    released=AMOUNT,
)

WALLET = Subject(
    {
        "POST /v1/members/{id}/holds": Operation(
            "holds.create",
            "Authorise credit for an order",
            ref("Authorised"),
            201,
            HOLD_FORM,
            (404, 409),
            repeats=True,
        ),
        "POST /v1/holds/{id}/capture": Operation(
            "holds.capture",
            "Spend a hold, whole or in part; the rest is free again",
            ref("Hold"),
            200,
            CAPTURE_FORM,
            (404, 409),
            repeats=True,
        ),
        "POST /v1/holds/{id}/void": Operation(
            "holds.void", "Let a hold go", ref("Hold"), 200, NO_FIELDS, (404, 409), repeats=True
        ),
        "POST /v1/members/{id}/adjustments": Operation(
            "members.adjust",
            "Post credit by hand, available at once",
            ref("Entry"),
            201,
            ADJUSTMENT_FORM,
            (404, 409),
            repeats=True,
        ),
    },
    {"Authorised": AUTHORISED, "Hold": HOLD},
)
