"""Routes that browsers call: links and clicks, the quote of a cart, pages that links lead to,
files.
"""

from shared.domain.shape import JsonSchema, nullable
from shared.links.click_form import CLICK_FORM, CODE
from shared.openapi.operation import FORM, HTML, OFFER_FORM, STRING, Operation, Subject
from shared.openapi.parts import AMOUNT, CURRENCY, FLAG, INSTANT, TEXT, Schema, record, ref
from shared.orders.quotes import CART, NEW_CUSTOMERS_ONLY

PERCENT: Schema = {"type": "string", "description": "Percent as decimal text"}
_REWARD: dict[str, JsonSchema] = {"percent": nullable(PERCENT), "fixed": nullable(AMOUNT)}
OFFER = record(
    currency=CURRENCY,
    discount=nullable(record(**_REWARD, max=nullable(AMOUNT), minimum_order=nullable(AMOUNT))),
    bonus=nullable(record(**_REWARD, once=FLAG)),
    new_customers_only=FLAG,
    **{"from": nullable(INSTANT), "until": nullable(INSTANT)},
    text=TEXT,
)
CLICK_ANSWER = record(
    ref_token=TEXT,
    code=CODE.published,
    advocate=record(first_name=nullable(TEXT)),
    offer=nullable(ref("Offer")),
    expires_at=INSTANT,
)
QUOTE = record(
    discount=AMOUNT,
    currency=CURRENCY,
    code=TEXT,
    text=TEXT,
    conditions={"type": "array", "items": {"enum": [NEW_CUSTOMERS_ONLY]}},
)

STOREFRONT = Subject(
    {
        "GET /r/{code}": Operation(
            "links.follow",
            "Follow a link: redirects to the shop, with the cookie `gv_ref` if the code is known",
            status=302,
            query={
                "to": STRING
                | {"description": "A path on the shop; by default the program's landing path"}
            },
        ),
        "POST /v1/clicks": Operation(
            "clicks.create",
            "Report a click that landed on the shop; `text/plain` is read as JSON too",
            ref("ClickAnswer"),
            200,
            CLICK_FORM,
            (403, 404),
        ),
        "GET /v1/clicks/{ref_token}": Operation(
            "clicks.get",
            "Get the advocate whose link this browser followed",
            ref("ClickAnswer"),
            refusals=(404,),
        ),
        "POST /v1/quotes": Operation(
            "quotes.create",
            "Get the discount for a friend's cart; nothing is saved",
            ref("Quote"),
            200,
            CART,
        ),
        "GET /assets/{name}": Operation(
            "files.asset",
            "Get a stylesheet or script of the hosted pages",
            STRING,
            refusals=(404,),
            media="text/css",
            files=("text/javascript", "image/png", "image/svg+xml"),
        ),
        "GET /grapevine.js": Operation(
            "files.snippet",
            "Get the storefront snippet",
            STRING,
            refusals=(404,),
            media="text/javascript",
        ),
    },
    {"ClickAnswer": CLICK_ANSWER, "Offer": OFFER, "Quote": QUOTE},
)

_TOKEN = {"token": STRING | {"description": "A member's session token"}}
_TO = {"to": STRING | {"description": "The path on the shop to redirect to"}}
PAGES = {
    "GET /c/{code}": Operation(
        "links.claim_page",
        "Show the page that tells a friend who recommends the shop and what they get",
        STRING,
        200,
        None,
        (404,),
        _TO,
        media=HTML,
    ),
    "POST /c/{code}": Operation(
        "links.claim",
        "Follow the link from that page",
        None,
        303,
        OFFER_FORM,
        (404,),
        _TO,
        media=HTML,
        sent_as=FORM,
    ),
    "GET /rewards": Operation(
        "members.page",
        "Show a member's own pages",
        STRING,
        200,
        None,
        (401,),
        _TOKEN,
        {303: "Redirects to the same page without the token"},
        media=HTML,
    ),
}
"Pages for customers and advocates. Errors are pages too."
