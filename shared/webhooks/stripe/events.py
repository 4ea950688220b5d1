"""What all events of Stripe have in common."""

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
"""The API version that took payments, taxes and subscriptions of an invoice to other fields."""


def event_time(delivery: ProviderDelivery) -> str:
    return update_time(delivery, delivery.document.instant("created"))


def is_since(delivery: ProviderDelivery, version: str) -> bool:
    """Whether the event is written in an API version of that day or later.

    Versions are days, later ones with a name behind it, such as `2025-03-31.basil`.
    """
    told = delivery.document.text("api_version") or ""
    return told[: len(version)] >= version


def stripe_refs(*ids: str | None) -> list[str]:
    """References in the order session, invoice, payment intent, charge, subscription."""
    return build_refs(PROVIDER_NAME, *ids)


def metadata_fields(metadata: JsonObject, codes: list[str | None] | None = None) -> UpdateFields:
    """What metadata tell, which no browser writes: evidence, the shop's order id, its rate."""
    return server_fields(metadata, PROVIDER_NAME) | evidence_fields(metadata, codes or ())


def order_field(resource: JsonObject) -> UpdateFields:
    """The shop's own order id, from the metadata of what is not the sale itself."""
    return present_fields(id=shop_order_id(resource.section("metadata"), PROVIDER_NAME))


def status_fields(resource: JsonObject, paid_at: str | None) -> UpdateFields:
    """Stripe knows no fulfilment: what is paid is completed (specification: completion)."""
    return present_fields(
        status="completed" if paid_at else "placed",
        placed_at=resource.instant("created"),
        paid_at=paid_at,
        completed_at=paid_at,
    )


def translate_dead_attempt(
    delivery: ProviderDelivery, attempt: JsonObject, refs: list[str]
) -> ProviderUpdate:
    """An attempt that can never be paid cancels the order, unless another attempt can pay it."""
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
    """The buyer may still pay by another attempt."""
    raise UnusableDelivery("payment_not_made")
