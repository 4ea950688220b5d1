"""The documents that the API takes and gives, as JSON Schema."""

from shared.domain.money import MAX_AMOUNT
from shared.domain.orders.facts_document import MOST_REFUNDS
from shared.openapi.program import program_schemas


def ref(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def record(required: str, optional: dict | None = None, /, **properties: dict) -> dict:
    """An object of these properties and no others; `required` names the required ones, all of them where it is `*`."""
    every = properties | (optional or {})
    names = list(properties) if required == "*" else required.split()
    return {"type": "object", "properties": every, "required": names, "additionalProperties": False}


def nullable(schema: dict) -> dict:
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def rows(schema: dict, most: int | None = None) -> dict:
    return {"type": "array", "items": schema} | ({} if most is None else {"maxItems": most})


def page_of(schema: dict) -> dict:
    return record("*", items=rows(schema), next_cursor=nullable(TEXT))


def _nullable_all(**properties: dict) -> dict:
    return {name: nullable(schema) for name, schema in properties.items()}


TEXT = {"type": "string"}
SHORT = {"type": "string", "maxLength": 256}
ID = {"type": "string", "minLength": 1, "maxLength": 128, "description": "Printable characters"}
FLAG = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}
SUM = {"type": "integer", "description": "Minor units of the currency, signed"}
AMOUNT = {
    "type": "integer",
    "minimum": 0,
    "maximum": MAX_AMOUNT,
    "description": "Minor units of the currency",
}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217"}
INSTANT = {"type": "string", "format": "date-time", "description": "RFC 3339"}
PERCENT = {"type": "string", "description": "Percent as decimal text"}
CODE = {"type": "string", "minLength": 1, "maxLength": 64}
STATUS = {"enum": ["placed", "paid", "completed", "cancelled"]}
OBJECT = {"type": "object"}

REFUND_FACTS = record(
    "id amount",
    _nullable_all(
        items_amount=AMOUNT,
        at=INSTANT,
        status={"enum": ["pending", "succeeded", "failed"]},
        currency=TEXT,
        reason=TEXT,
    ),
    id=ID,
    amount=AMOUNT,
)
CUSTOMER_FACTS = record(
    "",
    _nullable_all(
        id=ID, login=SHORT, email=SHORT | {"maxLength": 254}, email_hash=SHORT, name=TEXT
    ),
)
ORDER_FACTS = record(
    "status currency items_total",
    _nullable_all(
        id=ID,
        as_of=INSTANT,
        customer=ref("CustomerFacts"),
        ref_token=SHORT,
        code=SHORT,
        codes=rows(SHORT, 20),
        placed_at=INSTANT,
        paid_at=INSTANT,
        completed_at=INSTANT,
        discount_total=AMOUNT,
        tax_total=AMOUNT,
        shipping_total=AMOUNT,
        credit_used=AMOUNT,
        refunds=rows(ref("RefundFacts"), MOST_REFUNDS),
        refunded_total=AMOUNT,
        disputed=FLAG,
        fx_rate=TEXT
        | {"description": "Major units of the program's currency per major unit of the order's"},
        payment_fingerprint=ID
        | {"description": "What the processor knows a card or account by, never its number"},
        test=FLAG,
        hint=FLAG,
        refs=rows(SHORT, 20),
        totals_rank={"type": "integer", "minimum": 0, "maximum": 1},
        provider=TEXT,
        schema_version={"type": "integer"},
        kept=AMOUNT | {"description": "As it was answered; it is not looked at"},
    ),
    status=STATUS,
    currency=CURRENCY,
    items_total=AMOUNT,
)
ORDER = record(
    "*",
    id=TEXT,
    customer=record("*", id=nullable(TEXT)),
    ref_token=nullable(TEXT),
    code=nullable(TEXT),
    status=STATUS,
    placed_at=nullable(INSTANT),
    paid_at=nullable(INSTANT),
    completed_at=nullable(INSTANT),
    currency=nullable(CURRENCY),
    items_total=nullable(AMOUNT),
    discount_total=nullable(AMOUNT),
    tax_total=nullable(AMOUNT),
    shipping_total=nullable(AMOUNT),
    credit_used=AMOUNT,
    refunds=rows(OBJECT),
    refunded_total=nullable(AMOUNT),
    disputed=FLAG,
    fx_rate=nullable(TEXT),
    test=FLAG,
    refs=rows(TEXT),
    kept=nullable(AMOUNT),
)
REASON = record(
    "*", code=TEXT, text=TEXT, inputs=OBJECT, steps=rows(OBJECT), program_version=nullable(COUNT)
)
ORDER_ANSWER = record(
    "*",
    order=ref("Order"),
    state={"enum": ["waiting", "rewarded", "refused", "parked"]},
    rewards=rows(
        record(
            "*",
            member=TEXT,
            level=COUNT,
            amount=AMOUNT,
            currency=CURRENCY,
            available_on=nullable(INSTANT),
            reason=ref("Reason"),
        )
    ),
    refusals=rows(record("*", member=nullable(TEXT), level=nullable(COUNT), reason=ref("Reason"))),
    evidence=rows(ref("Evidence")),
    winner=nullable(ref("Evidence")),
    signals=rows(ref("Signal")),
    review=nullable(ref("ReviewState")),
)
EVIDENCE = record(
    "*",
    kind={"enum": ["referral", "code", "ref_token"]},
    value=nullable(TEXT),
    at=nullable(INSTANT),
    lost=nullable(TEXT),
    advocate=nullable(TEXT),
)

MEMBER_FORM = record(
    "login",
    _nullable_all(
        email=SHORT | {"maxLength": 254},
        name=SHORT,
        signed_up_at=INSTANT,
        language=SHORT
        | {
            "description": "A language tag, such as de; mails and pages follow it where they are spoken",
            "maxLength": 35,
        },
        referrer_login=ID,
        ref_token=SHORT,
        code=SHORT,
    ),
    login=ID,
)
_MEMBER = {
    "id": TEXT,
    "login": nullable(TEXT),
    "code": nullable(TEXT),
    "link": nullable(TEXT),
    "referred_by": nullable(TEXT),
    "status": TEXT,
    "balance": SUM,
}
MEMBER = record("*", **_MEMBER, group=nullable(TEXT))
WHOLE_MEMBER = record(
    "*", **_MEMBER, volume=COUNT, group=nullable(record("*", id=TEXT, name=TEXT, description=TEXT))
)
ENTRY = record(
    "*",
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
    "*",
    currency=CURRENCY,
    available=SUM,
    pending=SUM,
    held=AMOUNT,
    by_date=rows(
        record(
            "*",
            available_on=nullable(INSTANT | {"description": "None for what waits for a review"}),
            amount=SUM,
        )
    ),
)

CLICK = record("code", {"landing": nullable(TEXT | {"maxLength": 2048})}, code=CODE)
_REWARD = {"percent": nullable(PERCENT), "fixed": nullable(AMOUNT)}
OFFER = record(
    "*",
    currency=CURRENCY,
    discount=nullable(record("*", **_REWARD, max=nullable(AMOUNT), minimum_order=nullable(AMOUNT))),
    bonus=nullable(record("*", **_REWARD)),
    new_customers_only=FLAG,
    text=TEXT,
)
CLICK_ANSWER = record(
    "*",
    ref_token=TEXT,
    code=CODE,
    advocate=record("*", first_name=nullable(TEXT)),
    offer=nullable(ref("Offer")),
    expires_at=INSTANT,
)

CART = record(
    "currency items_total",
    {
        "ref_token": nullable(SHORT),
        "code": nullable(SHORT),
        "customer": nullable(record("", _nullable_all(id=ID, email=SHORT))),
    },
    currency=CURRENCY,
    items_total=AMOUNT,
)
QUOTE = record("*", discount=AMOUNT, currency=CURRENCY, code=TEXT, text=TEXT)
POSITIVE = AMOUNT | {"minimum": 1}
CHECKOUT = record("*", order_id=ID, amount=POSITIVE)
AUTHORISED = record("*", id=TEXT, amount=AMOUNT, expires_at=INSTANT)
CAPTURE = record("", {"amount": nullable(POSITIVE)})
HOLD = record(
    "*",
    id=TEXT,
    state={"enum": ["open", "captured", "voided"]},
    amount=AMOUNT,
    captured=AMOUNT,
    released=AMOUNT,
)
BACKTEST = record(
    "*",
    program=OBJECT,
    history={"type": ["array", "string"], "description": "Events, or the lines of a history file"},
)
BACKTESTED = record(
    "*",
    rewards=rows(OBJECT),
    refusals=rows(OBJECT),
    members=OBJECT,
    totals=OBJECT,
    by_month=rows(OBJECT),
    skipped=OBJECT,
)
PARKED = record(
    "*",
    id=TEXT,
    at=INSTANT,
    provider=nullable(TEXT),
    topic=nullable(TEXT),
    reason=TEXT,
    text=TEXT,
    order=nullable(TEXT),
    retryable=FLAG,
    retried_at=nullable(INSTANT),
)
VERIFIED = record(
    "*",
    entries=COUNT,
    orders=COUNT,
    differences=rows(record("*", what=TEXT, where=TEXT, expected={}, found={})),
)
FINDING = record(
    "*",
    severity={"enum": ["error", "warning"]},
    code=TEXT,
    field=TEXT,
    text=TEXT,
    example=nullable(OBJECT),
)
PROBLEM = {
    "type": "object",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "code": TEXT | {"description": "Stable; made for programs"},
        "detail": TEXT | {"description": "A sentence that says what to do"},
        "errors": rows(record("*", field=TEXT, message=TEXT)),
    },
    "required": ["type", "title", "status", "code", "detail"],
}
REFUSED = record("*", message=TEXT)


def schemas() -> dict[str, dict]:
    """Every document by its name."""
    return {
        "Authorised": AUTHORISED,
        "Backtest": BACKTEST,
        "Backtested": BACKTESTED,
        "Balance": BALANCE,
        "Capture": CAPTURE,
        "Cart": CART,
        "Checkout": CHECKOUT,
        "Click": CLICK,
        "ClickAnswer": CLICK_ANSWER,
        "CustomerFacts": CUSTOMER_FACTS,
        "Entry": ENTRY,
        "Evidence": EVIDENCE,
        "Finding": FINDING,
        "Hold": HOLD,
        "Member": MEMBER,
        "MemberForm": MEMBER_FORM,
        "Nothing": record(""),
        "Offer": OFFER,
        "Order": ORDER,
        "OrderAnswer": ORDER_ANSWER,
        "OrderFacts": ORDER_FACTS,
        "Parked": PARKED,
        "Problem": PROBLEM,
        "Quote": QUOTE,
        "Reason": REASON,
        "RefundFacts": REFUND_FACTS,
        "Refused": REFUSED,
        "Verified": VERIFIED,
        "WholeMember": WHOLE_MEMBER,
        **program_schemas(),
    }
