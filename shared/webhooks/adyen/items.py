"""Adyen's notification items. Each reports one event of one payment."""

from shared.domain.instants import parse_instant
from shared.domain.money import minor_digits
from shared.webhooks.foreign_json import JsonObject, rfc3339
from shared.webhooks.money_fields import (
    SUM_ONLY,
    credit_used,
    parse_currency,
    parse_scaled_units,
    totals_fields,
)
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import dispute_field, refund_fields, refunds_field
from shared.webhooks.update_fields import (
    HINT,
    UpdateFields,
    build_refs,
    build_update,
    customer_fields,
    evidence_fields,
    present_fields,
    require_id,
    server_fields,
    words_in,
)

PROVIDER_NAME = "adyen"
METADATA = "metadata."
DIGITS = {"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2}
"""Decimals of Adyen's minor units, for currencies in which they differ from ISO 4217 (Adyen's
documentation, page "Currency codes and minor units").
"""
_LATER = (
    "AUTHORISATION CAPTURE NOTIFICATION_OF_CHARGEBACK POSTPONED_REFUND REFUND REFUND_WITH_DATA "
    "CHARGEBACK CAPTURE_FAILED REFUND_FAILED REFUNDED_REVERSED CHARGEBACK_REVERSED "
    "PREARBITRATION_WON SECOND_CHARGEBACK PREARBITRATION_LOST"
).split()
"""If two items have the same second, the one whose code is later in this list happened later."""


def told_at(item: JsonObject, delivery: ProviderDelivery) -> str:
    """The item's own time (`eventDate`), with a fraction of a second that orders items of the same
    second by `_LATER`. The time is not signed, so the time of arrival replaces an absent time and
    one after the arrival.
    """
    at = item.instant("eventDate")
    moment = min(parse_instant(at), delivery.at) if at else delivery.at
    code = item.text("eventCode")
    place = _LATER.index(code) if code in _LATER else 0
    return f"{rfc3339(moment).removesuffix('Z')}.{place:06d}Z"


def amount_of(item: JsonObject) -> int:
    currency = parse_currency(item.value("amount", "currency"))
    digits = DIGITS.get(currency, minor_digits(currency))
    return parse_scaled_units(item.value("amount", "value"), currency, digits, "amount")


def refs_of(item: JsonObject) -> list[str]:
    """References to the original payment, and to the operation that the item reports, such as a
    refund. Some later items name only the operation.
    """
    return build_refs(
        PROVIDER_NAME, item.identifier("originalReference"), item.identifier("pspReference")
    )


def translate_authorisation(delivery: ProviderDelivery, item: JsonObject) -> ProviderUpdate:
    """The sale. It counts as paid when it is authorised. If less is captured, later items report
    that.
    """
    if item.value("success") != "true":
        raise UnusableDelivery("payment_not_made")
    at = told_at(item, delivery)
    words, data = words_in(item.text("merchantReference")), item.section("additionalData")
    totals = totals_fields(
        parse_currency(item.value("amount", "currency")), amount_of(item), credit=credit_used(words)
    )
    return build_update(
        delivery,
        at,
        build_refs(PROVIDER_NAME, require_id_of(item)),
        server_fields(words, PROVIDER_NAME),
        _evidence(words, data),
        customer_fields(words.identifier("gv_customer"), data.text("shopperEmail")),
        {"status": "completed", "placed_at": at, "paid_at": at, "completed_at": at},
        {**totals, "totals_rank": SUM_ONLY},
    )


def require_id_of(item: JsonObject) -> str:
    return require_id(JsonObject({"id": item.value("pspReference")}), "payment")


def _evidence(words: JsonObject, data: JsonObject) -> UpdateFields:
    """Metadata is not signed, so it is used only as evidence. It has priority over the merchant
    reference, which may not be a token.
    """
    told = {
        name.removeprefix(METADATA): value
        for name, value in data.fields.items()
        if name.startswith(METADATA)
    }
    return evidence_fields(JsonObject({**words.fields, **told}))


def translate_capture(delivery: ProviderDelivery, item: JsonObject) -> ProviderUpdate:
    """The amount of an authorised payment that was charged."""
    if item.value("success") != "true":
        raise UnusableDelivery("payment_not_made")
    return _about(delivery, item, {"captured_total": amount_of(item)})


def translate_failed_capture(delivery: ProviderDelivery, item: JsonObject) -> ProviderUpdate:
    """Nothing was charged. Another capture may follow."""
    return _about(delivery, item, {"captured_total": 0})


def translate_cancellation(delivery: ProviderDelivery, item: JsonObject) -> ProviderUpdate:
    if item.value("success") != "true":
        raise UnusableDelivery("no_money_moved")
    if item.value("additionalData", "modification.action") == "refund":
        return translate_refund(delivery, item)
    return _about(delivery, item, {"status": "cancelled"})


def translate_refund(delivery: ProviderDelivery, item: JsonObject) -> ProviderUpdate:
    """A refund. If `success` is not the text `true`, the refund moved no money and counts as
    failed.
    """
    status = "succeeded" if item.value("success") == "true" else "failed"
    return _refund(delivery, item, status)


def translate_pending_refund(delivery: ProviderDelivery, item: JsonObject) -> ProviderUpdate:
    return _refund(delivery, item, "pending")


def translate_failed_refund(delivery: ProviderDelivery, item: JsonObject) -> ProviderUpdate:
    """The bank returned the money of a refund. `pspReference` of the item is the id of that refund."""
    return _refund(delivery, item, "failed")


def _refund(delivery: ProviderDelivery, item: JsonObject, status: str) -> ProviderUpdate:
    told = refund_fields(require_id_of(item), amount_of(item), told_at(item, delivery), status)
    return _about(delivery, item, refunds_field([told]))


def translate_dispute(delivery: ProviderDelivery, item: JsonObject, status: str) -> ProviderUpdate:
    """A dispute. Its id is `pspReference`, which is the same in all items of the dispute."""
    at = told_at(item, delivery)
    told = dispute_field(require_id_of(item), amount_of(item), status, at)
    return _about(delivery, item, told)


def _about(delivery: ProviderDelivery, item: JsonObject, told: UpdateFields) -> ProviderUpdate:
    """A hint about a payment. The sale itself is in the payment's authorisation item."""
    words = words_in(item.text("merchantReference"))
    order = present_fields(id=server_fields(words, PROVIDER_NAME).get("id"))
    return build_update(delivery, told_at(item, delivery), refs_of(item), HINT, order, told)
