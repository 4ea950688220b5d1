"""Routes for orders, the deliveries of processors, and deliveries that could not be used."""

from collections.abc import Mapping

from shared.domain.members.evidence import STRENGTH
from shared.domain.orders.facts_document import ORDER, STATUSES
from shared.domain.shape import JsonSchema, nullable
from shared.openapi.operation import PAGED, Operation, Subject
from shared.openapi.parts import (
    AMOUNT,
    ANY_OBJECT,
    COUNT,
    CURRENCY,
    FLAG,
    INSTANT,
    TEXT,
    Schema,
    page_of,
    record,
    ref,
    rows,
)

ORDER_AS_KNOWN = record(
    id=TEXT,
    customer=record(id=nullable(TEXT)),
    ref_token=nullable(TEXT),
    code=nullable(TEXT),
    status={"enum": list(STATUSES)},
    placed_at=nullable(INSTANT),
    paid_at=nullable(INSTANT),
    completed_at=nullable(INSTANT),
    currency=nullable(CURRENCY),
    items_total=nullable(AMOUNT),
    discount_total=nullable(AMOUNT),
    tax_total=nullable(AMOUNT),
    shipping_total=nullable(AMOUNT),
    other_total=nullable(AMOUNT),
    credit_used=AMOUNT,
    refunds=rows(ANY_OBJECT),
    refunds_complete=FLAG,
    refunded_total=nullable(AMOUNT),
    disputes=rows(ANY_OBJECT),
    disputed=FLAG,
    captured_total=nullable(AMOUNT),
    fx_rate=nullable(TEXT),
    fx_currency=nullable(CURRENCY),
    daily_rate=nullable(record(date=TEXT, rate=TEXT, **{"from": CURRENCY, "into": CURRENCY})),
    test=FLAG,
    refs=rows(TEXT),
    kept=nullable(AMOUNT),
)
REASON = record(
    code=TEXT, text=TEXT, inputs=ANY_OBJECT, steps=rows(ANY_OBJECT), program_version=nullable(COUNT)
)
ORDER_ANSWERED: Mapping[str, JsonSchema] = {
    "order": ref("Order"),
    "state": {"enum": ["waiting", "rewarded", "refused", "parked"]},
    "rewards": rows(
        record(
            member=TEXT,
            level=COUNT,
            amount=AMOUNT,
            currency=CURRENCY,
            available_on=nullable(INSTANT),
            reason=ref("Reason"),
        )
    ),
    "refusals": rows(record(member=nullable(TEXT), level=nullable(COUNT), reason=ref("Reason"))),
    "evidence": rows(ref("Evidence")),
    "winner": nullable(ref("Evidence")),
    "signals": rows(ref("Signal")),
    "review": nullable(ref("OrderReview")),
}
ORDER_ANSWER = record(**ORDER_ANSWERED)
EVIDENCE = record(
    kind={"enum": [*STRENGTH]},
    value=nullable(TEXT),
    at=nullable(INSTANT),
    lost=nullable(TEXT),
    advocate=nullable(TEXT),
)
PARKED = record(
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
DRY_RUN: Mapping[str, JsonSchema] = {
    "dry_run": {
        "type": "boolean",
        "default": False,
        "description": "Compute the answer without saving anything",
    }
}
_PARKED_OR_ACCEPTED: Schema = {
    "type": "object",
    "description": "`accepted`, or `parked` with `reason` and `text`; Adyen gets the text `[accepted]`",
}

ORDERS = Subject(
    {
        "POST /webhooks/{provider}": Operation(
            "deliveries.receive",
            "Receive a processor's webhook, signed over its raw body",
            _PARKED_OR_ACCEPTED,
            202,
            ANY_OBJECT,
            (401, 404),
            more_statuses={200: "Parked"},
        ),
        "PUT /v1/orders/{id}": Operation(
            "orders.put",
            "Send an order as it is now; the answer shows the rewards",
            ref("OrderAnswer"),
            200,
            ORDER,
            (409,),
            DRY_RUN,
            repeats=True,
        ),
        "GET /v1/orders/{id}": Operation(
            "orders.get",
            "Get an order, its rewards and its evidence",
            ref("OrderAnswer"),
            refusals=(404,),
        ),
        "GET /v1/parked": Operation(
            "parked.list",
            "Deliveries and orders that could not be used, and why",
            page_of(ref("Parked")),
            query=PAGED,
        ),
        "POST /v1/parked/{id}/retry": Operation(
            "parked.retry", "Retry a parked delivery", ref("Parked"), 202, refusals=(404, 409)
        ),
    },
    {
        "Evidence": EVIDENCE,
        "Order": ORDER_AS_KNOWN,
        "OrderAnswer": ORDER_ANSWER,
        "Parked": PARKED,
        "Reason": REASON,
    },
)
