"""Paddle: a discount for each credit code, for one use.

A discount may be limited to products, but not to a customer, so the code is not bound to its owner.
Paddle knows no least total, so it takes no credit where credit may pay only a part of an order.
"""

from shared.connectors.admin_api import read_object
from shared.connectors.connector import PlatformRefused
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.paddle import MARK, Paddle
from shared.connectors.rest import refusal_of
from shared.domain.instants import instant_text


def put_at_paddle(account: Paddle, terms: CreditTerms) -> str:
    """Creates the discount of a credit code and returns its id. If a discount with this code
    exists, it is ours, because the text cannot be guessed.
    """
    known = account.find([terms.text]).get(terms.text)
    if known:
        return known.id
    fields = {
        "code": terms.text,
        "description": terms.title,
        "type": "flat",
        "amount": str(terms.amount),
        "currency_code": terms.currency,
        "enabled_for_checkout": True,
        "recur": False,
        "usage_limit": 1,
        "expires_at": instant_text(terms.ends_at),
        "custom_data": {MARK: "credit"},
    }
    reply = account.rest.change("POST", "/discounts", fields)
    account.rest.require_open(reply)
    if reply.status < 400:
        return read_object(reply).identifier("data") or ""
    known = account.find([terms.text]).get(terms.text)
    if known is None:
        raise PlatformRefused(f"Paddle refused: {refusal_of(reply)}")
    return known.id


def drop_at_paddle(account: Paddle, text: str, discount: str | None) -> None:
    """Archives the discount of a credit code, because Paddle deletes none. One that is already
    archived, used or expired is no error.
    """
    if discount is None:
        known = account.find([text]).get(text)
        discount = known.id if known else None
    if discount:
        archived = {"status": "archived"}
        reply = account.rest.change("PATCH", f"/discounts/{discount}", archived)
        account.rest.require_open(reply)
