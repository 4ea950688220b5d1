"""The fields of an order update, for translators. What each field means is in the
specification: order-fields.

A translator leaves out a field that the delivery does not contain. This module also decides which
text is trusted: text that a buyer can write is used only through `evidence_fields`; text of the
shop's server also through `server_fields` (specification: who-may-say).
"""

import json
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from shared.domain.document import LONGEST_ID
from shared.domain.orders.merging import MOST_CODES, MOST_REFS
from shared.webhooks.foreign_json import JsonObject, decimal_text_of, rfc3339
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate

SCHEMA_VERSION = 1
HINT = {"hint": True}
"""Marks an update that alone never makes an order earn."""

type UpdateFields = dict[str, object]


def build_update(
    delivery: ProviderDelivery, as_of: str, refs: list[str], *parts: Mapping[str, object]
) -> ProviderUpdate:
    """An update of one order. A later part overrides an earlier one, and only the first `MOST_REFS`
    of `refs` are kept.
    """
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
    """The fields that are not `None`."""
    return {name: value for name, value in fields.items() if value is not None}


def build_refs(provider: str, *ids: str | None) -> list[str]:
    """References `<provider>:<id>` to the same order, in the given order. Empty ids are left out."""
    return [f"{provider}:{identifier}" for identifier in ids if identifier]


def update_time(delivery: ProviderDelivery, *instants: str | None) -> str:
    """The first instant that is not empty; if there is none, the time of arrival."""
    return next(filter(None, instants), None) or rfc3339(delivery.at)


def read_tags(rows: Iterable[JsonObject], name_field: str) -> JsonObject:
    """Converts rows `{name_field: name, "value": value}` into one object. If a name occurs twice,
    the first row counts.
    """
    named = [(row.value(name_field), row.value("value")) for row in rows]
    return JsonObject({name: value for name, value in reversed(named) if isinstance(name, str)})


def evidence_fields(tags: JsonObject, codes: Iterable[str | None] = ()) -> UpdateFields:
    """The evidence of who recommended the buyer, from `gv_ref`, `gv_code` and `codes` (other codes
    of the order). Text of a buyer is used for nothing else.
    """
    candidates = [code for code in (tags.text("gv_code"), *codes) if code]
    known = list(dict.fromkeys(candidates))[:MOST_CODES]
    fields = present_fields(ref_token=tags.identifier("gv_ref"))
    return fields | {"code": known[0] if known else None, "codes": known}


def words_in(text: str | None) -> JsonObject:
    """The tags that a shop wrote into the single text field that a processor offers.

    The text is `{"gv_ref": …}`, or `gv_ref=…&gv_code=…`, or only the token.
    """
    if text is None or text[:1] == "{":
        return JsonObject(_json_of(text))
    return JsonObject(dict(parse_qsl(text)) if text.startswith("gv_") else {"gv_ref": text})


def _json_of(text: str | None) -> object:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError):
        return None


def server_fields(tags: JsonObject, provider: str) -> UpdateFields:
    """The shop's own order id and exchange rate, from `gv_order` and `gv_fx_rate`.

    Only for tags that the shop's server writes, and no browser.
    """
    rate = decimal_text_of(tags.value("gv_fx_rate"))
    return present_fields(id=shop_order_id(tags, provider), fx_rate=rate)


def shop_order_id(tags: JsonObject, provider: str) -> str | None:
    """The shop's own id of the order, from `gv_order`.

    An id in the provider's own form (`<provider>:…`) is ignored, because the signed ids of the
    delivery already say which order it is.
    """
    name = tags.identifier("gv_order", longest=LONGEST_ID)
    return None if name and name.startswith(f"{provider}:") else name


def customer_fields(customer_id: str | None, *emails: str | None) -> UpdateFields:
    """The customer: the shop's id and the first e-mail address. Empty if both are missing."""
    email = next(filter(None, emails), None)
    customer = present_fields(id=customer_id, email=email)
    return {"customer": customer} if customer else {}


def require_id(row: JsonObject, kind: str) -> str:
    """The object's own `id`. If it is missing, raises `UnusableDelivery`, whose text calls the
    object `kind`.
    """
    identifier = row.own_id()
    if identifier is None:
        raise UnusableDelivery("missing_id", kind)
    return identifier
