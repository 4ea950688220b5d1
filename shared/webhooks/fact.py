"""The parts that the facts of an order are put together from; docs/architecture.md says what each field means."""

from collections.abc import Iterable

from shared.domain.money import MAX_AMOUNT, UnknownCurrency, minor_digits, minor_units
from shared.webhooks.delivery import ProviderDelivery, ProviderFacts, Unusable
from shared.webhooks.document import decimal_text, identity, instant, objects, rfc3339, word

SCHEMA_VERSION = 1
ITEMISED, SUM_ONLY = 1, 0
MAX_CODES = MAX_REFS = 20
MAX_REFUNDS = 200
LONGEST_ORDER_ID = 128


def tell(delivery: ProviderDelivery, as_of: str, refs: list[str], *parts: dict) -> ProviderFacts:
    """The facts of one piece of news; a later part overrides an earlier one."""
    facts = {
        "schema_version": SCHEMA_VERSION,
        "provider": delivery.provider,
        "as_of": as_of,
        "refs": list(dict.fromkeys(refs))[:MAX_REFS],
    }
    for part in parts:
        facts |= part
    return ProviderFacts(facts)


def known(**fields: object) -> dict:
    """The fields that have a value; what is absent was not told."""
    return {name: value for name, value in fields.items() if value is not None}


def names(provider: str, *ids: object) -> list[str]:
    """The names `<provider>:<id>` of those objects that are there, in the order given."""
    return [f"{provider}:{known_id}" for known_id in map(identity, ids) if known_id]


def news_time(delivery: ProviderDelivery, *candidates: object) -> str:
    """The first instant among the candidates, else the arrival."""
    return next(filter(None, map(instant, candidates)), None) or rfc3339(delivery.at)


def tags(entries: object, key: str) -> dict:
    """`[{key: name, "value": value}]` as a mapping; of a doubled name the first counts."""
    return {
        entry[key]: entry.get("value")
        for entry in reversed(objects(entries))
        if isinstance(entry.get(key), str)
    }


def evidence(tagged: dict, codes: Iterable[object] = ()) -> dict:
    """Who sent the buyer (`ref_token`, `code`, `codes`) and the shop's own order id, from the tags that carry them."""
    found = [code for code in map(word, [tagged.get("gv_code"), *codes]) if code]
    candidates = list(dict.fromkeys(found))[:MAX_CODES]
    told = known(id=order_id(tagged), ref_token=identity(tagged.get("gv_ref")))
    return told | {"code": candidates[0] if candidates else None, "codes": candidates}


def order_id(tagged: dict) -> str | None:
    """The shop's own id of the order, where the delivery carries it."""
    return identity(tagged.get("gv_order"), LONGEST_ORDER_ID)


def buyer(customer_id: object, *emails: object) -> dict:
    """The customer by the shop's id and the first e-mail address told; nothing where neither is."""
    email = next(filter(None, map(word, emails)), None)
    customer = known(id=identity(customer_id), email=email)
    return {"customer": customer} if customer else {}


def currency_of(value: object) -> str:
    """An ISO 4217 code in capitals."""
    code = (word(value, 10) or "").upper()
    try:
        minor_digits(code)
    except UnknownCurrency:
        raise Unusable("currency_unknown", code or "none told") from None
    return code


def money(value: object, currency: str, name: str) -> int:
    """A decimal of major units, such as `"29.35"`, in minor units, whatever its sign."""
    text = decimal_text(value)
    if text is None:
        raise Unusable("missing_amount", name)
    try:
        amount = minor_units(text, currency)
    except ValueError:
        raise Unusable("unusable_amount", name) from None
    return within(amount, name, -MAX_AMOUNT)


def within(amount: int, name: str, least: int = 0) -> int:
    """The amount, where no bound of the ledger is passed."""
    if not least <= amount <= MAX_AMOUNT:
        raise Unusable("unusable_amount", name)
    return amount


def credit_of(tagged: dict) -> int | None:
    """Minor units of a member's credit that paid a part, from the tag `gv_credit`."""
    told = tagged.get("gv_credit")
    if told is None:
        return None
    text = decimal_text(told) or ""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Unusable("unusable_amount", "gv_credit")
    return int(text)


def totals(
    currency: str,
    charged: int,
    discount: int = 0,
    tax: int = 0,
    shipping: int = 0,
    credit: int | None = None,
) -> dict:
    """Totals, net of tax, that add up to what was charged (minor units).

    The charge is the truth: items are what it leaves after tax and shipping, so that included taxes, fees, tips and duties
    need no case of their own, and where a body does not add up tax and shipping give way. Credit was taken off as a discount.
    """
    for name, amount in (
        ("total", charged),
        ("discount", discount),
        ("tax", tax),
        ("shipping", shipping),
    ):
        within(amount, name)
    paid = charged + (credit or 0)
    discount = max(discount - (credit or 0), 0)
    shipping = min(shipping, paid)
    tax = min(tax, paid - shipping)
    return known(
        currency=currency,
        items_total=within(paid - tax - shipping + discount, "items"),
        discount_total=discount,
        tax_total=tax,
        shipping_total=shipping,
        credit_used=credit,
        totals_rank=ITEMISED,
    )


def refund(
    refund_id: str, amount: int, at: str, status: str = "succeeded", items_amount: int | None = None
) -> dict:
    """One refund, amounts in minor units; `items_amount` None: it does not say which part of it was for items."""
    return {
        "id": refund_id,
        "amount": within(amount, "refund"),
        "items_amount": items_amount,
        "at": at,
        "status": status,
    }


def refunded(refunds: list[dict], total: int | None = None) -> dict:
    """The refunds by id, once each, and the cumulative total where it is what is known; nothing where there is neither."""
    by_id = {entry["id"]: entry for entry in refunds}
    if len(by_id) > MAX_REFUNDS:
        raise Unusable("unusable_amount", f"more than {MAX_REFUNDS} refunds")
    return known(refunds=list(by_id.values()) or None, refunded_total=total or None)
