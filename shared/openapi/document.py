"""The whole API as an OpenAPI 3.1 document: one line a call, everything that calls have in common added to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from shared.api.access import ROUTES, scopes_of
from shared.openapi.keys import key_schemas
from shared.openapi.month import MONTH, month_schemas
from shared.openapi.schemas import (
    CODE,
    CURRENCY,
    ID,
    INSTANT,
    SHORT,
    page_of,
    record,
    ref,
    rows,
    schemas,
)
from shared.openapi.staff import staff_schemas
from shared.openapi.webhooks import webhook_schemas
from shared.settings import ShopSettings

VERSION = "1"
JSON, PROBLEM_JSON = "application/json", "application/problem+json"
HTML, FORM = "text/html; charset=utf-8", "application/x-www-form-urlencoded"
PAGED = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    "cursor": {"type": "string", "description": "`next_cursor` of the page before"},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What one route takes and gives; `refusals` are the statuses it may refuse with, beside those that every call has."""

    does: str
    answer: Mapping | None = None
    status: int = 200
    body: Mapping | None = None
    refusals: tuple[int, ...] = ()
    query: Mapping[str, Mapping] = field(default_factory=dict)
    also: Mapping[int, str] = field(default_factory=dict)
    repeats: bool = False
    media: str = JSON
    sent_as: str = JSON


STRING = {"type": "string"}
FINDINGS = record("*", findings=rows(ref("Finding")))
PARKED_OR_ACCEPTED = {
    "type": "object",
    "description": "`accepted`, or `parked` with `reason` and `text`",
}
PUBLISHED = ref("PublishedProgram")
SETTLEMENT = {"oneOf": [ref("SettlementRun"), ref("SettlementPlanned")]}
CALLS = {
    "GET /r/{code}": Operation(
        "Follow a link: to the shop, with the cookie `gv_ref` where the code is known",
        status=302,
        refusals=(429,),
        query={
            "to": {
                "type": "string",
                "description": "A path on the shop; anything else leads to its front page",
            }
        },
    ),
    "POST /v1/clicks": Operation(
        "Tell that a link landed on the shop; `text/plain` is read as JSON too",
        ref("ClickAnswer"),
        200,
        ref("Click"),
        (403, 404, 429),
    ),
    "GET /v1/clicks/{ref_token}": Operation(
        "Whose link the browser with this token followed", ref("ClickAnswer"), refusals=(404,)
    ),
    "POST /v1/quotes": Operation(
        "What a friend's cart would be discounted by; nothing is written",
        ref("Quote"),
        200,
        ref("Cart"),
        (429,),
    ),
    "POST /webhooks/{provider}": Operation(
        "A processor's delivery, signed over its raw body",
        PARKED_OR_ACCEPTED,
        202,
        {"type": "object"},
        (401, 404),
        also={200: "Parked"},
    ),
    "PUT /v1/members/{id}": Operation(
        "Create or change a member", ref("Member"), 200, ref("MemberForm"), (409,), repeats=True
    ),
    "GET /v1/members/{id}": Operation("A member", ref("WholeMember"), refusals=(404,)),
    "GET /v1/members/{id}/entries": Operation(
        "Why a member owns what they own", page_of(ref("Entry")), refusals=(404,), query=PAGED
    ),
    "GET /v1/members/{id}/balance": Operation(
        "What a member owns", ref("Balance"), refusals=(404,), query={"as_of": INSTANT}
    ),
    "GET /v1/members/{id}/statements": Operation(
        "A member's months that are closed, the newest first",
        page_of(ref("StatementHeading")),
        refusals=(404,),
        query=PAGED,
    ),
    "GET /v1/members/{id}/statements/{month}": Operation(
        "A month as it was frozen, with every line; 404 `no_statement` where nothing moved",
        ref("Statement"),
        refusals=(404,),
        query={"currency": CURRENCY | {"description": "Another than the program's"}},
    ),
    "POST /v1/members/{id}/session": Operation(
        "A token of 15 minutes that opens GET on the member's own data",
        ref("Session"),
        refusals=(404, 409),
    ),
    "PUT /v1/orders/{id}": Operation(
        "Tell an order as the shop sees it now, and be answered what it earns",
        ref("OrderAnswer"),
        200,
        ref("OrderFacts"),
        (409,),
        {"dry_run": {"type": "boolean", "default": False, "description": "Write nothing"}},
        repeats=True,
    ),
    "GET /v1/orders/{id}": Operation(
        "An order, what it earned, and the evidence", ref("OrderAnswer"), refusals=(404,)
    ),
    "POST /v1/members/{id}/holds": Operation(
        "Authorise credit for an order",
        ref("Authorised"),
        201,
        ref("Checkout"),
        (404, 409),
        repeats=True,
    ),
    "POST /v1/holds/{id}/capture": Operation(
        "Spend a hold, whole or in part; the rest is free again",
        ref("Hold"),
        200,
        ref("Capture"),
        (404, 409),
        repeats=True,
    ),
    "POST /v1/holds/{id}/void": Operation(
        "Let a hold go", ref("Hold"), 200, ref("Nothing"), (404, 409), repeats=True
    ),
    "PUT /v1/members/{id}/group": Operation(
        "Put an advocate into a group that staff fills, or take them out",
        ref("WholeMember"),
        200,
        ref("GroupForm"),
        (404, 409),
    ),
    "POST /v1/members/{id}/block": Operation(
        "No new rewards, nothing to spend; what is pending is forfeited",
        ref("WholeMember"),
        200,
        ref("ReasonGiven"),
        (404, 409),
    ),
    "POST /v1/members/{id}/unblock": Operation(
        "Open again; nothing forfeited comes back",
        ref("WholeMember"),
        200,
        ref("ReasonIfAny"),
        (404, 409),
    ),
    "POST /v1/members/{id}/adjustments": Operation(
        "Post credit by hand, available at once",
        ref("Entry"),
        201,
        ref("Adjustment"),
        (404, 409),
        repeats=True,
    ),
    "POST /v1/members/{id}/mail-balance": Operation(
        "Mail a member the current balance",
        record("*", state={"const": "asked"}),
        202,
        refusals=(404, 409),
        repeats=True,
    ),
    "POST /v1/referrals": Operation(
        "Make a referral by hand", ref("Referral"), 201, ref("ReferralForm"), (409,), repeats=True
    ),
    "DELETE /v1/referrals/{id}": Operation(
        "End a referral; it stays on record", ref("Referral"), 200, ref("ReferralEnd"), (404,)
    ),
    "GET /v1/members/{id}/friends": Operation(
        "Whom an advocate brought", page_of(ref("Friend")), refusals=(404,), query=PAGED
    ),
    "GET /v1/members/{id}/export": Operation(
        "Everything that is kept of a person, in as many pages as it takes",
        page_of(ref("Kept")),
        refusals=(404,),
        query={"cursor": PAGED["cursor"]},
    ),
    "DELETE /v1/members/{id}": Operation(
        "Forget a person; ids and sums stay", None, 204, ref("ReasonIfAny"), (404,)
    ),
    "POST /v1/backtests": Operation(
        "What a program would have done in a history of up to 5 MB",
        ref("Backtested"),
        200,
        ref("Backtest"),
    ),
    "GET /v1/programs": Operation(
        "The latest version of every program", page_of(PUBLISHED), query=PAGED
    ),
    "POST /v1/programs": Operation(
        "Create a program under a new id", PUBLISHED, 201, ref("Program"), (409,)
    ),
    "GET /v1/programs/schema": Operation(
        "The JSON Schema of program documents", {"type": "object"}, media="application/schema+json"
    ),
    "POST /v1/programs/lint": Operation(
        "Contradictions, loopholes, the worst case", FINDINGS, 200, ref("Program")
    ),
    "GET /v1/programs/{id}": Operation(
        "A program, the latest version or another",
        PUBLISHED,
        refusals=(404,),
        query={"version": {"type": "integer", "minimum": 1, "maximum": 999_999}},
    ),
    "POST /v1/programs/{id}/versions": Operation(
        "Publish the version after the one named by `If-Match`",
        PUBLISHED,
        201,
        ref("Program"),
        (404, 412, 428),
    ),
    "GET /v1/reviews": Operation(
        "Orders whose rewards wait for staff, the next deadline first",
        page_of(ref("Review")),
        query=PAGED,
    ),
    "POST /v1/reviews/{id}/approve": Operation(
        "Give the held rewards of an order their date",
        ref("Review"),
        200,
        ref("ReasonIfAny"),
        (404, 409),
    ),
    "POST /v1/reviews/{id}/refuse": Operation(
        "Take the held rewards of an order back for good",
        ref("Review"),
        200,
        ref("ReasonGiven"),
        (404, 409),
    ),
    "GET /v1/settlements": Operation(
        "The months that were closed, the newest first",
        page_of(ref("SettlementHeading")),
        query=PAGED,
    ),
    "POST /v1/settlements": Operation(
        "Close a month that is over, after those before it; again: the same run",
        SETTLEMENT,
        202,
        ref("SettlementForm"),
    ),
    "GET /v1/settlements/{month}": Operation(
        "How far a month's closing is, and what it adds up to",
        ref("SettlementRun"),
        refusals=(404, 422),
    ),
    "GET /v1/parked": Operation(
        "What could not be used, and why", page_of(ref("Parked")), query=PAGED
    ),
    "POST /v1/parked/{id}/retry": Operation(
        "Put it on the bus again", ref("Parked"), 202, refusals=(404, 409)
    ),
    "GET /v1/audit": Operation(
        "Who changed what, when and why, the newest first", page_of(ref("Change")), query=PAGED
    ),
    "POST /v1/verify": Operation("Recompute the ledger from facts and entries", ref("Verified")),
    "GET /v1/keys": Operation(
        "Every key by what it begins with, never the key itself", page_of(ref("Key")), query=PAGED
    ),
    "POST /v1/keys": Operation(
        "Make a key, or one that replaces another; it is told this once",
        ref("NewKey"),
        201,
        ref("KeyForm"),
        (404,),
    ),
    "DELETE /v1/keys/{prefix}": Operation(
        "Take a key back", None, 204, ref("ReasonIfAny"), (404, 409)
    ),
    "GET /v1/webhooks": Operation(
        "Where the shop's server listens", page_of(ref("Webhook")), query=PAGED
    ),
    "POST /v1/webhooks": Operation(
        "Add an endpoint; its secret is told this once",
        ref("NewWebhook"),
        201,
        ref("WebhookForm"),
        (409,),
        repeats=True,
    ),
    "PUT /v1/webhooks/{id}": Operation(
        "Change an endpoint, disable or enable it", ref("Webhook"), 200, ref("WebhookForm"), (404,)
    ),
    "DELETE /v1/webhooks/{id}": Operation(
        "Take an endpoint out, and its webhook secret", None, 204, ref("ReasonIfAny"), (404,)
    ),
    "POST /v1/webhooks/{id}/secret": Operation(
        "Replace a webhook's secret; the old one signs beside it for a day",
        ref("NewWebhook"),
        201,
        ref("ReasonIfAny"),
        (404,),
        repeats=True,
    ),
    "GET /v1/webhooks/{id}/deliveries": Operation(
        "What this webhook was told, the newest first",
        page_of(ref("Delivery")),
        refusals=(404,),
        query=PAGED,
    ),
    "POST /v1/webhooks/{id}/deliveries/{delivery}/replay": Operation(
        "Tell a webhook again", ref("Delivery"), 202, refusals=(404, 409)
    ),
    "GET /assets/{name}": Operation(
        "A style or script of our own pages", STRING, refusals=(404,), media="*/*"
    ),
    "GET /grapevine.js": Operation(
        "The storefront snippet", STRING, refusals=(404,), media="text/javascript"
    ),
    "GET /openapi.json": Operation("This document", {"type": "object"}),
}
TOKEN = {"token": STRING | {"description": "Of a session"}}
TO = {"to": STRING | {"description": "A path on the shop to lead to"}}
OFFER = {
    "type": "object",
    "properties": {"email": STRING | {"description": "Gets this page by mail, once"}},
}
PAGES = {
    "GET /c/{code}": Operation(
        "The page that tells a friend who sends them and what they get",
        STRING,
        200,
        None,
        (404, 429),
        TO,
        media=HTML,
    ),
    "POST /c/{code}": Operation(
        "Follow the link from that page", None, 303, OFFER, (404, 429), TO, media=HTML, sent_as=FORM
    ),
    "GET /rewards": Operation(
        "A member's own pages",
        STRING,
        200,
        None,
        (401,),
        TOKEN,
        {303: "To them, without the token"},
        media=HTML,
    ),
}
"""What people see, as far as links of the shop and of advocates lead to it; refusals are pages too."""
MAY_BE_LEFT_OUT = (ref("Capture"), ref("Nothing"), ref("ReasonIfAny"), OFFER)
PROVIDER = {"enum": ["stripe", "shopify", "woocommerce", "standard"]}
PARTS = {
    "code": CODE,
    "ref_token": SHORT,
    "id": ID,
    "month": MONTH,
    "delivery": ID,
    "name": SHORT,
    "prefix": SHORT,
    "provider": PROVIDER,
}


@cache
def openapi() -> dict:
    """The document; the server is the address that links are made from."""
    paths: dict[str, dict] = {}
    for route, call in (CALLS | PAGES).items():
        method, path = route.split(" ")
        paths.setdefault(path, {})[method.lower()] = operation(route, path, call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Grapevine",
            "version": VERSION,
            "description": "Word-of-mouth rewards for online shops.",
        },
        "servers": [{"url": ShopSettings.load().base_url}],
        "paths": paths,
        "components": {
            "schemas": schemas()
            | key_schemas()
            | month_schemas()
            | staff_schemas()
            | webhook_schemas(),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Of the shop's server, staff, or a member",
                }
            },
        },
    }


def operation(route: str, path: str, call: Operation) -> dict:
    found = {
        "operationId": re.sub(r"\W+", "_", route).strip("_").lower(),
        "summary": call.does,
        "parameters": parameters(route, path, call),
        "responses": responses(route, path, call),
        "security": [{"key": []}] if route in ROUTES else [],
    }
    if route in ROUTES:
        found["description"] = "Open to: " + ", ".join(sorted(scopes_of(route)))
    if call.body is not None:
        found["requestBody"] = {
            "required": call.body not in MAY_BE_LEFT_OUT,
            "content": {call.sent_as: {"schema": call.body}},
        }
    return found


def parameters(route: str, path: str, call: Operation) -> list[dict]:
    parts = [
        {"name": name, "in": "path", "required": True, "schema": PARTS[name]}
        for name in re.findall(r"{(\w+)}", path)
    ]
    queries = [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in call.query.items()
    ]
    headers = []
    if call.repeats:
        headers.append(
            header("Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 255})
        )
    if 428 in call.refusals:
        headers.append(
            header("If-Match", {"type": "string", "description": 'The version seen, such as `"3"`'})
        )
    return [*parts, *queries, *headers]


def header(name: str, schema: Mapping) -> dict:
    return {"name": name, "in": "header", "required": False, "schema": schema}


def responses(route: str, path: str, call: Operation) -> dict:
    """The answer, and every refusal: those named by the call, and those that its shape brings along."""
    refusals = {*call.refusals, 500, 503}
    if "{id}" in path or call.body or (call.query and call.answer):
        refusals.add(422)
    if call.body or "cursor" in call.query:
        refusals.add(400)
    if not route.startswith("GET "):
        refusals.add(413)
    if call.repeats:
        refusals |= {400, 409}
    no = (
        {HTML: {"schema": STRING}}
        if call.media == HTML
        else {PROBLEM_JSON: {"schema": ref("Problem")}}
    )
    answers = {str(status): {"description": "Refused", "content": no} for status in refusals}
    if route in ROUTES:
        answers |= {status: refused_by_gateway() for status in ("401", "403")}
    for status, told in {call.status: call.does, **call.also}.items():
        answers[str(status)] = {"description": told}
        if call.answer is not None and status < 300:
            answers[str(status)]["content"] = {call.media: {"schema": call.answer}}
    return dict(sorted(answers.items()))


def refused_by_gateway() -> dict:
    """The authorizer's refusals keep the gateway's own words; a session that has ended is told by us."""
    return {
        "description": "Not for this key",
        "content": {JSON: {"schema": ref("Refused")}, PROBLEM_JSON: {"schema": ref("Problem")}},
    }
