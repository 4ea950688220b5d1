"""Stripe: a coupon with one promotion code for each credit code, for one use.

The promotion code is not bound to a customer: a Payment Link creates a new customer for each
payment, and Stripe would refuse the code there.
"""

from shared.connectors.connector import PlatformRefused
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.stripe import LONGEST_NAME, MARK, Stripe, stripe_units
from shared.domain.members.code import normalize_code


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
        "amount_off": str(stripe_units(terms.amount, terms.currency)),
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
        code["restrictions[minimum_amount]"] = str(stripe_units(terms.minimum, terms.currency))
        code["restrictions[minimum_amount_currency]"] = currency
    account.create("coupons", coupon)
    return _create_code(account, code)


def _create_code(account: Stripe, fields: dict[str, str]) -> str:
    """Creates the promotion code and returns its id. If Stripe refuses because another attempt was
    faster, the id of that one.
    """
    try:
        return account.create("promotion_codes", fields)
    except PlatformRefused:
        known = account.find([fields["code"]]).get(fields["code"])
        if known is None:
            raise
        return known.id


def drop_at_stripe(account: Stripe, text: str) -> None:
    """Deletes the coupon of a credit code, which makes its promotion code invalid. A coupon that is
    already gone is no error.
    """
    path = f"/v1/coupons/{_coupon_id(text)}"
    account.rest.require_open(account.rest.change("DELETE", path, None))


def _coupon_id(text: str) -> str:
    return f"credit-{normalize_code(text)}"
