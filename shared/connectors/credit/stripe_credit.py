"""Stripe: a coupon with one promotion code for each credit code, for one use.

The promotion code is not bound to a customer: a Payment Link creates a new customer for each
payment, and Stripe would refuse the code there.
"""

from shared.connectors.admin_api import is_closed, read_object
from shared.connectors.connector import PlatformRefused
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.rest import refusal_of
from shared.connectors.stripe import LONGEST_NAME, MARK, Stripe
from shared.domain.members.code import normalize_code
from shared.domain.money import minor_digits
from shared.webhooks.stripe.amounts import stripe_digits


def put_at_stripe(account: Stripe, terms: CreditTerms) -> str:
    """Creates coupon and promotion code of a credit code, and returns the promotion code's id. If a
    promotion code with this text exists, it is ours, because the text cannot be guessed.
    """
    known = account.find([terms.text]).get(terms.text)
    if known:
        return known.id
    currency, ends = terms.currency.lower(), str(int(terms.ends_at.timestamp()))
    coupon = {
        "id": _coupon_id(terms.text),
        "name": terms.title[:LONGEST_NAME],
        "duration": "once",
        "amount_off": str(_units(terms.amount, terms.currency)),
        "currency": currency,
        "max_redemptions": "1",
        "redeem_by": ends,
        f"metadata[{MARK}]": "credit",
    }
    code = {
        "promotion[type]": "coupon",
        "promotion[coupon]": coupon["id"],
        "code": terms.text,
        "max_redemptions": "1",
        "expires_at": ends,
        f"metadata[{MARK}]": terms.text,
    }
    if terms.minimum is not None:
        code["restrictions[minimum_amount]"] = str(_units(terms.minimum, terms.currency))
        code["restrictions[minimum_amount_currency]"] = currency
    _create(account, "coupons", coupon)
    return _create(account, "promotion_codes", code)


def drop_at_stripe(account: Stripe, text: str) -> None:
    """Deletes the coupon of a credit code, which makes its promotion code invalid. A coupon that is
    already gone is no error.
    """
    path = f"/v1/coupons/{_coupon_id(text)}"
    if is_closed(account.rest.api.send_json("DELETE", path, None, account.rest.headers)):
        raise PlatformRefused("Stripe refused to delete a coupon: the key is not accepted")


def _create(account: Stripe, kind: str, fields: dict[str, str]) -> str:
    """Creates an object and returns its id; a repeated request gets the same one from Stripe."""
    same = f"{kind}-{fields.get('code') or fields['id']}"
    reply = account.rest.post_form(f"/v1/{kind}", fields, **{"idempotency-key": same})
    if reply.status >= 400:
        why = "the key is not accepted" if is_closed(reply) else refusal_of(reply)
        raise PlatformRefused(f"Stripe refused: {why}")
    return read_object(reply).own_id() or ""


def _coupon_id(text: str) -> str:
    return f"credit-{normalize_code(text)}"


def _units(amount: int, currency: str) -> int:
    """An amount in Stripe's smallest unit of the currency, rounded down."""
    shift = stripe_digits(currency) - minor_digits(currency)
    return amount * int(10 ** max(shift, 0)) // int(10 ** max(-shift, 0))
