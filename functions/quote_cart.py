"""POST /v1/quotes: the discount on a friend's cart, before there is an order."""

from functools import partial

from shared import secrets
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.identity import email_hash
from shared.links import wrong_code_limits
from shared.orders.quotes import load_quote, parse_cart
from shared.words import QUOTES

handler = Api()


@handler.route("POST /v1/quotes")
def quote_cart(request: Request) -> Answer:
    cart = parse_cart(request.body(), partial(email_hash, secrets.pepper()))

    with wrong_code_limits.limit_wrong_codes(request) as limit:
        quote, missed = load_quote(cart, request.now, limit)
    if missed:
        wrong_code_limits.count_wrong_code(limit)

    return Answer(
        {
            "discount": quote.discount,
            "currency": cart.currency,
            "code": quote.code,
            "text": QUOTES[quote.code],
        }
    )
