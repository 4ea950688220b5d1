"""The fields of an order update, for translators. docs/architecture.md says what each one means.

A translator leaves out a field that the delivery does not tell. Amounts are minor units.
"""

from collections.abc import Iterable, Mapping
from typing import NotRequired, TypedDict

from shared.domain.document import LONGEST_ID
from shared.domain.money import MAX_AMOUNT, UnknownCurrency, minor_digits, minor_units
from shared.domain.orders.merging import MOST_CODES, MOST_REFS
from shared.webhooks.foreign_json import JsonObject, decimal_text_of, rfc3339, text_of
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate

SCHEMA_VERSION = 1
ITEMISED, SUM_ONLY = 1, 0
"""`totals_rank`: itemised totals win over those of which only the sum is known."""
MAX_REFUNDS = 200
"""Refunds in one delivery; an order may have `MOST_REFUNDS` of them in all."""
LONGEST_CREDIT_DIGITS = 12
HINT = {"hint": True}
"""Marks an update that alone never makes an order earn."""

type UpdateFields = dict[str, object]


class TotalsFields(TypedDict):
    """`credit_used` is there only where the delivery tells it."""

    currency: str
    items_total: int
    discount_total: int
    tax_total: int
    shipping_total: int
    credit_used: NotRequired[int]
    totals_rank: int


class RefundFields(TypedDict):
    """`items_amount` is None where the provider does not say which part was for items."""

    id: str
    amount: int
    items_amount: int | None
    at: str
    status: str


def build_update(
    delivery: ProviderDelivery, as_of: str, refs: list[str], *parts: Mapping[str, object]
) -> ProviderUpdate:
    """An update of one order; a later part overrides an earlier one."""
    facts: UpdateFields = {
        "schema_version": SCHEMA_VERSION,
        "provider": delivery.provider,
        "as_of": as_of,
        "refs": list(dict.fromkeys(refs))[:MOST_REFS],
    }
    for part in parts:
        facts |= part
    return ProviderUpdate(facts)


def present_fields(**fields: object) -> UpdateFields:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def build_refs(provider: str, *ids: str | None) -> list[str]:
    """References `<provider>:<id>` to the same order, in the order given."""
    return [f"{provider}:{identifier}" for identifier in ids if identifier]


def update_time(delivery: ProviderDelivery, *instants: str | None) -> str:
    """The first instant that is there, else the time of arrival."""
    return next(filter(None, instants), None) or rfc3339(delivery.at)


def read_tags(rows: Iterable[JsonObject], name_field: str) -> JsonObject:
    """`[{name_field: name, "value": value}]` as one object; of a doubled name the first counts."""
    named = [(row.value(name_field), row.value("value")) for row in rows]
    return JsonObject({name: value for name, value in reversed(named) if isinstance(name, str)})


def evidence_fields(tags: JsonObject, codes: Iterable[str | None] = ()) -> UpdateFields:
    """Who sent the buyer, and the shop's own order id, from `gv_ref`, `gv_code` and `gv_order`.

    `codes` are other codes of the order; each may be an advocate's.
    """
    candidates = [code for code in (tags.text("gv_code"), *codes) if code]
    known = list(dict.fromkeys(candidates))[:MOST_CODES]
    fields = present_fields(id=shop_order_id(tags), ref_token=tags.identifier("gv_ref"))
    return fields | {"code": known[0] if known else None, "codes": known}


def shop_order_id(tags: JsonObject) -> str | None:
    """The shop's own id of the order, from `gv_order`."""
    return tags.identifier("gv_order", longest=LONGEST_ID)


def customer_fields(customer_id: str | None, *emails: str | None) -> UpdateFields:
    """The customer by the shop's id and the first e-mail address; empty without both."""
    email = next(filter(None, emails), None)
    customer = present_fields(id=customer_id, email=email)
    return {"customer": customer} if customer else {}


def parse_currency(value: object) -> str:
    """An ISO 4217 code in capitals."""
    code = (text_of(value, 10) or "").upper()
    try:
        minor_digits(code)
    except UnknownCurrency:
        raise UnusableDelivery("currency_unknown", code or "none told") from None
    return code


def parse_amount(value: object, currency: str, name: str) -> int:
    """A decimal of major units, such as `"29.35"`, in minor units. It may be negative."""
    text = decimal_text_of(value)
    if text is None:
        raise UnusableDelivery("missing_amount", name)
    try:
        amount = minor_units(text, currency)
    except ValueError:
        raise UnusableDelivery("unusable_amount", name) from None
    return check_amount(amount, name, -MAX_AMOUNT)


def check_amount(amount: int, name: str, least: int = 0) -> int:
    """The amount, where the ledger can hold it."""
    if not least <= amount <= MAX_AMOUNT:
        raise UnusableDelivery("unusable_amount", name)
    return amount


def credit_used(tags: JsonObject) -> int | None:
    """The member's credit that paid a part of the order, from `gv_credit`."""
    value = tags.value("gv_credit")
    if value is None:
        return None
    text = decimal_text_of(value) or ""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_CREDIT_DIGITS):
        raise UnusableDelivery("unusable_amount", "gv_credit")
    return int(text)


def totals_fields(
    currency: str,
    charged: int,
    discount: int = 0,
    tax: int = 0,
    shipping: int = 0,
    credit: int | None = None,
) -> TotalsFields:
    """Totals, net of tax, that add up to what was charged.

    The charge is the truth. Items are what it leaves after tax and shipping, so included taxes,
    fees, tips and duties need no case of their own. Where a body does not add up, tax and shipping
    are cut. Credit came off the order as a discount, so it is taken out of the discount again.
    """
    amounts = {"total": charged, "discount": discount, "tax": tax, "shipping": shipping}
    for name, amount in amounts.items():
        check_amount(amount, name)
    paid = charged + (credit or 0)
    discount = max(discount - (credit or 0), 0)
    shipping = min(shipping, paid)
    tax = min(tax, paid - shipping)
    fields = TotalsFields(
        currency=currency,
        items_total=check_amount(paid - tax - shipping + discount, "items"),
        discount_total=discount,
        tax_total=tax,
        shipping_total=shipping,
        totals_rank=ITEMISED,
    )
    if credit is not None:
        fields["credit_used"] = credit
    return fields


def refund_fields(
    refund_id: str, amount: int, at: str, status: str = "succeeded", items_amount: int | None = None
) -> RefundFields:
    """One refund of an order."""
    return RefundFields(
        id=refund_id,
        amount=check_amount(amount, "refund"),
        items_amount=items_amount,
        at=at,
        status=status,
    )


def refunds_field(refunds: list[RefundFields], total: int | None = None) -> UpdateFields:
    """The refunds, once by id, and their cumulative `total` where that is what is known."""
    by_id = {refund["id"]: refund for refund in refunds}
    if len(by_id) > MAX_REFUNDS:
        raise UnusableDelivery("unusable_amount", f"more than {MAX_REFUNDS} refunds")
    return present_fields(refunds=list(by_id.values()) or None, refunded_total=total or None)


def require_id(row: JsonObject, kind: str) -> str:
    """The object's own `id`; `kind` names the object in the reason for parking."""
    identifier = row.own_id()
    if identifier is None:
        raise UnusableDelivery("missing_id", kind)
    return identifier
