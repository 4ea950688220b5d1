"""POST /v1/quotes: what a friend's cart would be discounted by, before there is an order; nothing of it is written."""

from functools import partial

from shared import secrets
from shared.api.http import Answer, Api, Request
from shared.identity import email_hash
from shared.links import limits
from shared.orders.quotes import parse_cart, quote_for
from shared.words import QUOTES

handler = Api()


@handler.route("POST /v1/quotes")
def quote_cart(request: Request) -> Answer:
    cart = parse_cart(request.body(), partial(email_hash, secrets.pepper()))

    with limits.asking(request) as asker:
        found, missed = quote_for(cart, request.now, asker)
    if missed:
        limits.count_miss(asker)

    return Answer(
        {
            "discount": found.discount,
            "currency": cart.currency,
            "code": found.code,
            "text": QUOTES[found.code],
        }
    )
