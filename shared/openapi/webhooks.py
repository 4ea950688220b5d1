"""Routes for the shop's own endpoints, and for what was delivered to them."""

from shared.api.staff_actions import OPTIONAL_REASON
from shared.domain.shape import JsonSchema, nullable
from shared.openapi.operation import PAGED, Operation, Subject
from shared.openapi.parts import COUNT, FLAG, INSTANT, TEXT, Schema, page_of, record, ref, rows
from shared.outgoing.endpoints import ENDPOINT_FORM, URL
from shared.outgoing.events import TYPES

_TYPE: Schema = {"enum": list(TYPES)}
_WEBHOOK: dict[str, JsonSchema] = {
    "id": TEXT,
    "url": URL.published,
    "types": rows(_TYPE),
    "enabled": FLAG,
    "disabled_because": {"enum": ["by_staff", "failing", "gone", None]},
    "failing_since": nullable(INSTANT),
    "made_at": INSTANT,
    "old_secret_until": nullable(INSTANT),
}
DELIVERY_PROBLEMS = ("address_refused", "no_answer", "timeout", "tls_failed", "webhook_disabled")
DELIVERY = record(
    id=TEXT,
    event=TEXT,
    type=_TYPE,
    at=INSTANT,
    status={"enum": ["waiting", "delivered", "failed"]},
    attempts=COUNT,
    tried_at=nullable(INSTANT),
    response=nullable(COUNT),
    problem={"enum": [*DELIVERY_PROBLEMS, None]},
    next_at=nullable(INSTANT),
)

WEBHOOKS = Subject(
    {
        "GET /v1/webhooks": Operation(
            "webhooks.list", "List webhook endpoints", page_of(ref("Webhook")), query=PAGED
        ),
        "POST /v1/webhooks": Operation(
            "webhooks.create",
            "Create an endpoint; its secret is shown only once",
            ref("NewWebhook"),
            201,
            ENDPOINT_FORM,
            (409,),
            repeats=True,
        ),
        "PUT /v1/webhooks/{id}": Operation(
            "webhooks.put",
            "Update, disable or enable an endpoint",
            ref("Webhook"),
            200,
            ENDPOINT_FORM,
            (404,),
        ),
        "DELETE /v1/webhooks/{id}": Operation(
            "webhooks.delete",
            "Delete an endpoint and its secret",
            None,
            204,
            OPTIONAL_REASON,
            (404,),
        ),
        "POST /v1/webhooks/{id}/secret": Operation(
            "webhooks.replace_secret",
            "Replace an endpoint's secret; the old one also signs for a day",
            ref("NewWebhook"),
            201,
            OPTIONAL_REASON,
            (404,),
            repeats=True,
        ),
        "GET /v1/webhooks/{id}/deliveries": Operation(
            "webhooks.deliveries",
            "List the deliveries to an endpoint, newest first",
            page_of(ref("Delivery")),
            refusals=(404,),
            query=PAGED,
        ),
        "POST /v1/webhooks/{id}/deliveries/{delivery}/replay": Operation(
            "webhooks.replay", "Send a delivery again", ref("Delivery"), 202, refusals=(404, 409)
        ),
    },
    {
        "Delivery": DELIVERY,
        "NewWebhook": record(secret=TEXT, **_WEBHOOK),
        "Webhook": record(**_WEBHOOK),
    },
)
