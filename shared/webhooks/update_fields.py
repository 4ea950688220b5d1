"""The fields of an order update, for translators. docs/architecture.md says what each one means.

A translator leaves out a field that the delivery does not tell. Who may tell what is decided here:
words that a shopper can write go through `evidence_fields` alone, words of the shop's server also
through `server_fields` (specification: who-may-say).
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
    """Who sent the buyer, from `gv_ref` and `gv_code`: all that a shopper's words are heard for.

    `codes` are other codes of the order; each may be an advocate's.
    """
    candidates = [code for code in (tags.text("gv_code"), *codes) if code]
    known = list(dict.fromkeys(candidates))[:MOST_CODES]
    fields = present_fields(ref_token=tags.identifier("gv_ref"))
    return fields | {"code": known[0] if known else None, "codes": known}


def words_in(text: str | None) -> JsonObject:
    """The words of a shop in the one text field that a processor has for it.

    `{"gv_ref": …}`, `gv_ref=…&gv_code=…`, or the token alone.
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
    """The shop's own order id and its rate, from `gv_order` and `gv_fx_rate`.

    Only for tags that the shop's server writes and no browser does.
    """
    rate = decimal_text_of(tags.value("gv_fx_rate"))
    return present_fields(id=shop_order_id(tags, provider), fx_rate=rate)


def shop_order_id(tags: JsonObject, provider: str) -> str | None:
    """The shop's own id of the order, from `gv_order`.

    A name of this provider's own is none: its signed ids say which of its orders is meant.
    """
    name = tags.identifier("gv_order", longest=LONGEST_ID)
    return None if name and name.startswith(f"{provider}:") else name


def customer_fields(customer_id: str | None, *emails: str | None) -> UpdateFields:
    """The customer by the shop's id and the first e-mail address; empty without both."""
    email = next(filter(None, emails), None)
    customer = present_fields(id=customer_id, email=email)
    return {"customer": customer} if customer else {}


def require_id(row: JsonObject, kind: str) -> str:
    """The object's own `id`; `kind` names the object in the reason for parking."""
    identifier = row.own_id()
    if identifier is None:
        raise UnusableDelivery("missing_id", kind)
    return identifier
