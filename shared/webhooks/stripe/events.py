"""What all of Stripe's events have in common."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.update_fields import (
    HINT,
    UpdateFields,
    build_refs,
    build_update,
    evidence_fields,
    present_fields,
    server_fields,
    shop_order_id,
    update_time,
)

PROVIDER_NAME = "stripe"
BASIL = "2025-03-31"
"""The API version that moved payments, taxes and subscriptions of an invoice to other fields."""


def event_time(delivery: ProviderDelivery) -> str:
    """When Stripe created the event, as RFC 3339 text; the time of arrival if it does not say."""
    return update_time(delivery, delivery.document.instant("created"))


def is_since(delivery: ProviderDelivery, version: str) -> bool:
    """Whether the event has this API version or a later one.

    Versions are dates. Later versions have a name after the date, such as `2025-03-31.basil`.
    """
    told = delivery.document.text("api_version") or ""
    return told[: len(version)] >= version


def stripe_refs(*ids: str | None) -> list[str]:
    """References to an order. Callers pass the ids in this order: session, invoice, payment intent,
    charge, subscription.
    """
    return build_refs(PROVIDER_NAME, *ids)


def metadata_fields(metadata: JsonObject, codes: list[str | None] | None = None) -> UpdateFields:
    """The fields from metadata, which no browser can write: evidence, the shop's order id and its
    rate. `codes` are other codes of the sale.
    """
    return server_fields(metadata, PROVIDER_NAME) | evidence_fields(metadata, codes or ())


def order_field(resource: JsonObject) -> UpdateFields:
    """The shop's own order id, from the metadata of an object that is not the sale itself."""
    return present_fields(id=shop_order_id(resource.section("metadata"), PROVIDER_NAME))


def status_fields(resource: JsonObject, paid_at: str | None) -> UpdateFields:
    """The status and times of a sale: completed at `paid_at`, or placed if it is `None`. Stripe
    does not report fulfilment, so a paid sale is completed (specification: completion).
    """
    return present_fields(
        status="completed" if paid_at else "placed",
        placed_at=resource.instant("created"),
        paid_at=paid_at,
        completed_at=paid_at,
    )


def translate_dead_attempt(
    delivery: ProviderDelivery, attempt: JsonObject, refs: list[str]
) -> ProviderUpdate:
    """Cancels the order of an attempt that can no longer be paid. Raises `UnusableDelivery` if
    another attempt can still pay the order.
    """
    if any(
        (
            attempt.value("metadata", "gv_order"),
            attempt.value("invoice"),
            attempt.value("subscription"),
        )
    ):
        raise UnusableDelivery("payment_not_made")
    return build_update(delivery, event_time(delivery), refs, HINT, {"status": "cancelled"})


def refuse_failed_attempt(delivery: ProviderDelivery, attempt: JsonObject) -> ProviderUpdate:
    """Always raises `UnusableDelivery`, because the buyer may still pay with another attempt."""
    raise UnusableDelivery("payment_not_made")
