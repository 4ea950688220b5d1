"""Routes for credit at the shop's checkout, and for credit that staff posts by hand."""

from shared.api.bodies import ADJUSTMENT_FORM, CAPTURE_FORM, CREDIT_CODE_FORM, HOLD_FORM, NO_FIELDS
from shared.domain.ledger.credit_codes import STATES
from shared.domain.shape import nullable
from shared.openapi.operation import Operation, Subject
from shared.openapi.parts import AMOUNT, CURRENCY, INSTANT, TEXT, record, ref

AUTHORISED = record(id=TEXT, amount=AMOUNT, expires_at=INSTANT)
HOLD = record(
    id=TEXT,
    state={"enum": ["open", "captured", "voided"]},
    amount=AMOUNT,
    captured=AMOUNT,
    released=AMOUNT,
)
CREDIT_CODE = record(
    id=TEXT,
    state={"enum": [*STATES]},
    amount=AMOUNT,
    currency=CURRENCY,
    minimum=nullable(AMOUNT),
    connection=TEXT,
    store=nullable(TEXT),
    link=nullable(TEXT),
    order=nullable(TEXT),
    expires_at=INSTANT,
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
            "Capture a hold, fully or in part; the rest becomes available again",
            ref("Hold"),
            200,
            CAPTURE_FORM,
            (404, 409),
            repeats=True,
        ),
        "POST /v1/holds/{id}/void": Operation(
            "holds.void", "Void a hold", ref("Hold"), 200, NO_FIELDS, (404, 409), repeats=True
        ),
        "POST /v1/members/{id}/credit-codes": Operation(
            "codes.create",
            "Create a one-time code at a connected store that pays with a member's credit",
            ref("CreditCode"),
            201,
            CREDIT_CODE_FORM,
            (404, 409),
            repeats=True,
        ),
        "GET /v1/credit-codes/{id}": Operation(
            "codes.get", "Get a credit code and its state", ref("CreditCode"), refusals=(404,)
        ),
        "POST /v1/credit-codes/{id}/void": Operation(
            "codes.void",
            "Void an unused credit code",
            ref("CreditCode"),
            200,
            NO_FIELDS,
            (404, 409),
            repeats=True,
        ),
        "POST /v1/members/{id}/adjustments": Operation(
            "members.adjust",
            "Adjust a member's credit by hand; available at once",
            ref("Entry"),
            201,
            ADJUSTMENT_FORM,
            (404, 409),
            repeats=True,
        ),
    },
    {"Authorised": AUTHORISED, "Hold": HOLD, "CreditCode": CREDIT_CODE},
)
