"""POST /v1/quotes: the discount on a friend's cart, before there is an order."""

from shared import secrets
from shared.api.access import MEMBER, SHOP, STAFF, bearer
from shared.api.credentials import find_key_or_session
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.domain.instants import parse_instant
from shared.links import wrong_code_limits
from shared.orders.quotes import Cart, cart_of_member, cart_of_stranger, load_quote, parse_cart
from shared.words import QUOTES

handler = Api()


@handler.route("POST /v1/quotes")
def quote_cart(request: Request) -> Answer:
    cart = _known_to_caller(parse_cart(request.body(), secrets.hash_email), request)

    with wrong_code_limits.limit_wrong_codes(request, cart.code) as limit:
        quote, missed, conditions = load_quote(cart, request.now, limit)
        if missed:
            wrong_code_limits.count_wrong_code(limit)

    return Answer(
        {
            "discount": quote.discount,
            "currency": cart.currency,
            "code": quote.code,
            "text": QUOTES[quote.code],
            "conditions": list(conditions),
        }
    )


def _known_to_caller(cart: Cart, request: Request) -> Cart:
    """The cart, with the customer only if the caller may know them. The shop's server and staff may
    know every customer, a member only themselves, a stranger nobody.
    """
    context = find_key_or_session(bearer(request.header("authorization")), request.now)
    expires_at = context.get("expires_at")
    if expires_at and request.now >= parse_instant(expires_at):
        return cart_of_stranger(cart)
    if context.get("scope") in (SHOP, STAFF):
        return cart
    if context.get("scope") == MEMBER:
        return cart_of_member(cart, context["member"])
    return cart_of_stranger(cart)
